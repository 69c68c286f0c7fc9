"""A basket that was put aside so that the next customer can be served, and comes back later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posloyalty.domain.shop.basket import Basket

HELD_MOST: Final = 20
"""How many baskets a till holds at once; more would be forgotten ones."""
NAME_MOST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBasket:
    """`name` is what somebody called it, or empty; `total_minor` what it came to when it was held.

    It keeps the id that its sale will have, so that it can become one sale only.
    """

    basket: Basket
    name: str
    operator_id: bytes
    at: datetime
    total_minor: int
