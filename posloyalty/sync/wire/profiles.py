"""Profiles as till and head office tell them: what is new goes up, and the feed comes down.

    up     {"records": [...]}                                            packed, 100 at most
    down   {"erase": "<cursor>", "store": "<cursor>", "rest": "<cursor>", "home": "S01"}
           -> {"stream": "store", "items": [...], "next": "<cursor>", "more": true}

The feed has one row for each member, which is replaced when something changes, so a till that was
away for a year hears of each member once. A cursor says up to which change, and of which life of
head office's database; another life answers 410 `RESYNC`, and the till begins again. Erased members
come first, then those of the till's own store, then all others.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from posloyalty.sync.profiles.record import Id, ProfileRecord, Word

TELL: Final = "/v1/profiles/tell"
FEED: Final = "/v1/profiles"
TOLD_MAX: Final = 100
TOLD_BYTES_MAX: Final = 2 * 1024 * 1024
TOLD_PACKED_MAX: Final = 512 * 1024
PAGE_MAX: Final = 500
PAGE_BYTES_MAX: Final = 1024 * 1024
"""Of records, before they are packed; one at least goes, however long."""
RESYNC: Final = "RESYNC"

Cursor = Annotated[str, Meta(pattern=r"^([0-9a-f]{32}:\d{1,15})?$")]


class Stream(StrEnum):
    """The parts of the feed, in the order in which they are told."""

    ERASE = "erase"
    STORE = "store"
    REST = "rest"


class ProfilesTold(Struct, frozen=True, kw_only=True):
    """What a till knows and head office may not."""

    records: Annotated[tuple[ProfileRecord, ...], Meta(min_length=1, max_length=TOLD_MAX)]


class ProfilesTaken(Struct, frozen=True, kw_only=True):
    """All of them are kept; so many said something new."""

    new: int


class FeedAsk(Struct, frozen=True, kw_only=True):
    """Up to where a till has heard each part; nothing from the beginning. `home` is the store whose
    members come first. A till that waits for the roll of the chain asks `without_rest`.
    """

    erase: Cursor = ""
    store: Cursor = ""
    rest: Cursor = ""
    home: Word = ""
    most: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = PAGE_MAX
    without_rest: bool = False


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a till has to know of one member.

    Without a `record` the member is no more: erased, or another name of `stays`. `taken` are the
    fields whose values belong to another member as well, who said so first.
    """

    k: Id
    record: ProfileRecord | None = None
    stays: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")] = ""
    taken: tuple[str, ...] = ()


class FeedGiven(Struct, frozen=True, kw_only=True):
    """The next page: of which part, and the cursor behind it. `more`: ask again at once."""

    stream: str
    items: Annotated[tuple[Item, ...], Meta(max_length=PAGE_MAX)]
    next: Cursor
    more: bool
