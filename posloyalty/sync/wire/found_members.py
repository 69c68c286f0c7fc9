"""A member whom nobody at a till knows, as the till asks head office about the number or card that
was typed or scanned.

    member   {"by": "phone", "value": "13800000001"} -> {"items": [...]}                  packed

Only the whole value finds anybody, exactly as it is kept; names find nobody. Head office answers
each till so many questions at once and then one a minute: beyond that 429 `ASKED_TOO_OFTEN`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from posloyalty.sync.wire.profiles import Item

MEMBER: Final = "/v1/member"
FOUND_MAX: Final = 5
"""Members who say one number; who said so first comes first."""
ASKED_TOO_OFTEN: Final = "ASKED_TOO_OFTEN"


class By(StrEnum):
    """What may find a member whom the till does not know."""

    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    FOREIGN = "foreign"


class MemberAsk(Struct, frozen=True, kw_only=True):
    """The whole value, as members' records have it: a phone in digits, a card's short code."""

    by: By
    value: Annotated[str, Meta(min_length=3, max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class MemberFound(Struct, frozen=True, kw_only=True):
    """Whose it is; nobody's where there is none."""

    items: Annotated[tuple[Item, ...], Meta(max_length=FOUND_MAX)] = ()
