"""One thing that a programme gives beside the points of a sale, as screens and receipts show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.programme.reason import Reason

POINTS = "points"
ALERT = "alert"
REDEEMS_BY = "WINDING_DOWN_REDEEMS"
CARD_STAYS_FULL = "CARD_STAYS_FULL"
"""How a receipt says the last day of redeeming, which a screen says, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One thing given: its kind (POINTS or a right's; ALERT gives nothing), its id and name.

    `amount` is points in the wallet's minor units, or how many; `rule_id` says what gave it.
    """

    kind: str
    of: str
    name: str
    amount: int
    rule_id: str
    reasons: tuple[Reason, ...] = ()
    last_day: date | None = None
