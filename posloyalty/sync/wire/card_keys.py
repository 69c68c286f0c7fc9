"""The keys that sign members' cards in a chain, as head office vouches for them to every till.

    keys   {"since": "<cursor>"} -> {"keys": [...], "next": "<cursor>", "more": true}      packed
    card   {"token": "LP1:..."} -> {"standing": "good", "key": {...}, "items": [...]}      packed

There is one statement a till, under the number of its last change, so a till that was away for a
year hears of each once; a cursor says up to which number, and of which life of head office's
database. A statement is JSON and travels as the bytes that head office signed: what a till keeps
is proved again whenever a card is scanned.

Who is asked about one card says how it stands with whoever made it, and who its member is now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from posloyalty.domain.members.card_token import KeyTerms
from posloyalty.domain.values.own_codes import MEMBER_TOKEN_LENGTH
from posloyalty.sync.profiles.record import Id
from posloyalty.sync.wire.profiles import Cursor, Item

CARD_KEYS: Final = "/v1/card-keys"
CARD: Final = "/v1/card"
KEYS_PAGE_MAX: Final = 500
ITEMS_MAX: Final = 2
"""The member whom a card names, and who they are now."""
_PREFIX: Final = b"LJ-CARD-KEY-1\0"


class CardKey(Struct, frozen=True, kw_only=True):
    """What head office says of the key of a till: cards that it signed are the chain's.

    `number` grows with each change within a life of head office's database. `lost` is when the till
    was lost, in seconds since 1970 UTC, 0 for never: cards from then on are not good. `doubted`:
    somebody else may have the key, so of the earlier ones those are good of which head office had
    heard.
    """

    office: str
    life: str
    number: Annotated[int, Meta(ge=1)]
    till: Id
    store: str
    code: str
    key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    lost: Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)] = 0
    doubted: bool = False

    def terms(self) -> KeyTerms:
        """How far cards that it signed are good."""
        lost_at = datetime.fromtimestamp(self.lost, UTC) if self.lost else None
        return KeyTerms(lost_at=lost_at, doubted=self.doubted)


class SealedKey(Struct, frozen=True, kw_only=True):
    """A statement as it was signed (JSON), and the signature in hexadecimal."""

    statement: Annotated[str, Meta(max_length=600)]
    signature: Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]


class KeysAsk(Struct, frozen=True, kw_only=True):
    """Up to where a till has heard the keys; nothing from the beginning."""

    since: Cursor = ""


class KeysGiven(Struct, frozen=True, kw_only=True):
    """The next keys, and the cursor behind them. `more`: ask again at once."""

    keys: Annotated[tuple[SealedKey, ...], Meta(max_length=KEYS_PAGE_MAX)]
    next: Cursor
    more: bool = False


class Standing(StrEnum):
    """How it stands with whoever made a card."""

    GOOD = "good"
    LOST = "lost"
    """Made after its till was lost."""
    UNHEARD = "unheard"
    """Its till was lost, and head office had not heard of this card before."""
    UNKNOWN = "unknown"
    """No till that head office knows made it."""
    LEFT = "left"
    """Its member is no more."""


class CardAsk(Struct, frozen=True, kw_only=True):
    """A member's card as it was scanned."""

    token: Annotated[str, Meta(min_length=MEMBER_TOKEN_LENGTH, max_length=MEMBER_TOKEN_LENGTH)]


class CardKnown(Struct, frozen=True, kw_only=True):
    """What head office knows of it; `key` and `items` are there unless nobody made it."""

    standing: Standing
    key: SealedKey | None = None
    items: Annotated[tuple[Item, ...], Meta(max_length=ITEMS_MAX)] = ()


class BadKey(Exception):
    """A statement that head office did not sign, that cannot be read, or of another chain; `code`
    says which.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sealed(key: CardKey, sign: Callable[[bytes], bytes]) -> SealedKey:
    """A statement as it travels."""
    said = msgspec.json.encode(key)
    return SealedKey(statement=said.decode("utf-8"), signature=sign(_PREFIX + said).hex())


def opened(told: SealedKey, *, office: str, verify: Callable[[bytes, bytes], bool]) -> CardKey:
    """The statement, once its signature held; raises `BadKey`. `verify` is told (what was signed,
    signature).
    """
    said = told.statement.encode("utf-8", "surrogatepass")
    if not verify(_PREFIX + said, bytes.fromhex(told.signature)):
        raise BadKey("FORGED")
    try:
        key = msgspec.json.decode(said, type=CardKey)
    except msgspec.MsgspecError as fault:
        raise BadKey("UNREADABLE") from fault
    if key.office != office:
        raise BadKey("OTHER_OFFICE")
    return key
