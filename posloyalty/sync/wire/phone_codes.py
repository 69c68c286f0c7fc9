"""A member's code of now, as a till asks head office about it, which alone has the keys.

    phone-code   {"code": "LN1:..."} -> {"standing": "good", "items": [...]}      packed

Each code is good once: who asks twice hears that it was used. A till that shows code after code
which no phone made hears 429 `ASKED_TOO_OFTEN`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from posloyalty.domain.values.own_codes import PHONE_CODE_LENGTH
from posloyalty.sync.profiles.record import Id
from posloyalty.sync.wire.card_keys import ITEMS_MAX
from posloyalty.sync.wire.profiles import Item

PHONE_CODE: Final = "/v1/phone-code"


class PhoneStanding(StrEnum):
    """How it stands with a phone code."""

    GOOD = "good"
    NOT_VALID = "not_valid"
    """Made with no key that this member has."""
    OLD = "old"
    AHEAD = "ahead"
    """Of a later step than there can be: the phone's clock is fast."""
    USED = "used"
    WITHDRAWN = "withdrawn"
    """Made with a key that was taken back."""


class PhoneCodeAsk(Struct, frozen=True, kw_only=True):
    """A phone code as it was scanned."""

    code: Annotated[str, Meta(min_length=PHONE_CODE_LENGTH, max_length=PHONE_CODE_LENGTH)]


class PhoneCodeKnown(Struct, frozen=True, kw_only=True):
    """What head office says of it; `member` and `items` are there where it is good."""

    standing: PhoneStanding
    member: Id | None = None
    items: Annotated[tuple[Item, ...], Meta(max_length=ITEMS_MAX)] = ()
