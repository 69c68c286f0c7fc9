"""The roll: all members of a chain, or of one store, packed beforehand for a till that has nobody.

    ask     {"store": "S01"}, or {"store": ""} for the whole chain
            -> {"roll": "<hash>", "cursor": "<cursor>", "sheets": [[hash, bytes, members], ...]}
               and of late "words": [[hash, bytes], ...], "words_form": "..."
            -> {"after_s": 2} while it is being made; {} where the feed is quicker
    sheets  {"roll": "<hash>", "first": 17} -> sheets from that one on, one behind the other

A sheet has two parts, each gzip, one behind the other: what finds each of some hundred members, and
those members as the feed tells them. A till that loads a million reads the first parts and keeps
the second ones packed, until somebody comes. A sheet is named by the SHA-256 of its bytes and a
roll by the hash over its sheets and its cursor: what was cut off goes on at the next sheet, and
what is not the very bytes is not taken. Behind the members' sheets come those of their words as
they are searched, numbered on: a till that knows their form puts them in as they are, and any other
one never asks for them and arranges the words itself. `cursor` is up to where of the feed the roll
stands; what changed later comes from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final

from msgspec import Meta, Raw, Struct, json, msgpack

from posloyalty.sync.profiles.record import Word
from posloyalty.sync.wire.packing import packed, unpacked, unpacked_first
from posloyalty.sync.wire.profiles import Cursor

ROLL: Final = "/v1/roll"
SHEETS: Final = "/v1/roll/sheets"
SHEETS_KIND: Final = "application/vnd.lj.roll+gzip"
SHEET_MEMBERS: Final = 500
"""Members on a sheet: whoever is met is read out of theirs, which takes a till 2 ms."""
SHEETS_MAX: Final = 20_000
SHEETS_BYTES_MAX: Final = 768 * 1024
SHEETS_BYTES_FIRST: Final = 128 * 1024
"""Packed, of one answer: the most, and what is asked for before anybody knows how good the line is.
One sheet at least goes.
"""
SHEET_BYTES_MAX: Final = 4 * 1024 * 1024
"""Each part of a sheet, unpacked."""
_LEVEL: Final = 1
"""A tenth more bytes than the usual 6, in a third of the time."""
OTHER_ROLL: Final = "OTHER_ROLL"
"""Head office has that roll no more: there is a later one, or somebody on it was erased."""

Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class SheetNote(Struct, frozen=True, array_like=True):
    """A sheet: its name, how many bytes it has packed, and how many members."""

    sha256: Hash
    size: Annotated[int, Meta(ge=1, le=SHEET_BYTES_MAX)]
    members: Annotated[int, Meta(ge=1, le=SHEET_MEMBERS)]


class WordsNote(Struct, frozen=True, array_like=True):
    """A sheet of words: its name, and how many bytes it has packed."""

    sha256: Hash
    size: Annotated[int, Meta(ge=1, le=SHEET_BYTES_MAX)]


class RollAsk(Struct, frozen=True, kw_only=True):
    """The roll of a store; without one, of the whole chain. `home` is the till's own store."""

    store: Word = ""
    home: Word = ""


class RollGiven(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What there is. Neither `roll` nor `after_s`: so few members come quicker by the feed."""

    roll: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    cursor: Cursor = ""
    sheets: Annotated[tuple[SheetNote, ...], Meta(max_length=SHEETS_MAX)] = ()
    after_s: Annotated[int, Meta(ge=0, le=3600)] = 0
    words: Annotated[tuple[WordsNote, ...], Meta(max_length=SHEETS_MAX)] = ()
    words_form: Annotated[str, Meta(max_length=40)] = ""

    @property
    def all(self) -> tuple[SheetNote | WordsNote, ...]:
        """All sheets in the order in which they are numbered."""
        return (*self.sheets, *self.words)

    @property
    def members(self) -> int:
        """How many members are on it."""
        return sum(one.members for one in self.sheets)


class SheetsAsk(Struct, frozen=True, kw_only=True):
    """The sheets of a roll from a place on, the first one being 0, in about so many bytes."""

    roll: Hash
    first: Annotated[int, Meta(ge=0, le=SHEETS_MAX)]
    size: Annotated[int, Meta(ge=1, le=SHEETS_BYTES_MAX)] = SHEETS_BYTES_FIRST


class Finds(Struct, frozen=True, kw_only=True):
    """What finds the members of a sheet, arranged so that a till puts it into its file as it came.

    `found` has (id, name, card, phone, home store) of each, `others` what else finds one of them:
    (which one, kind, value). `words` are those of each name, with blanks between, as release
    `words_as` of their making has them. Nothing of it says more than the members themselves.
    """

    words_as: int
    found: list[tuple[str, str, str | None, str | None, str]]
    others: list[tuple[int, str, str]]
    words: list[str]


class FoundBy(Struct, frozen=True, kw_only=True):
    """What finds the members of a sheet, without their words."""

    found: list[tuple[str, str, str | None, str | None, str]]
    others: list[tuple[int, str, str]]


class WordPages(Struct, frozen=True, array_like=True):
    """A piece of the words' index: rows of its tables as SQLite keeps them."""

    data: list[tuple[int, bytes]]
    idx: list[tuple[int, bytes, int]]


class Members(Struct, frozen=True, kw_only=True):
    """The members of a sheet, each of them an `Item` that is read when somebody wants to know;
    null for one who is no more.
    """

    items: list[Raw]


class NotTheSheets(Exception):
    """Bytes that are not those sheets."""


def roll_name(cursor: str, sheets: Sequence[str]) -> str:
    """The name of a roll, by its place in the feed and the names of its sheets. The life of head
    office's database is left out: a copy that is put back has the roll's members too.
    """
    _, _, place = cursor.rpartition(":")
    return sha256("\n".join((place, *sheets)).encode("ascii")).hexdigest()


def is_whole(given: RollGiven) -> bool:
    """Whether a roll's name is that of what it lists."""
    return given.roll == roll_name(given.cursor, [one.sha256 for one in given.sheets])


def sheets_of(answer: bytes, notes: Sequence[SheetNote | WordsNote]) -> tuple[bytes, ...]:
    """The sheets that an answer holds, of those that were asked for; raises `NotTheSheets`."""
    found: list[bytes] = []
    at = 0
    for note in notes:
        if at == len(answer):
            break
        sheet = answer[at : at + note.size]
        if sha256(sheet).hexdigest() != note.sha256:
            raise NotTheSheets(note.sha256)
        found.append(sheet)
        at += note.size
    if not found or at != len(answer):
        raise NotTheSheets(len(answer))
    return tuple(found)


def written_sheet(finds: Finds, members: Members) -> bytes:
    """A sheet as it travels and is kept."""
    parts = (json.encode(finds), json.encode(members))
    return b"".join(packed(one, level=_LEVEL) for one in parts)


def finds_of(sheet: bytes) -> Finds:
    """What finds the members of a sheet; raises `BadPacking` and `msgspec.MsgspecError`."""
    plain, _ = unpacked_first(sheet, most_bytes=SHEET_BYTES_MAX)
    return _FINDS.decode(plain)


def found_by(sheet: bytes) -> FoundBy:
    """What finds the members of a sheet but their words; raises as `finds_of` does."""
    plain, _ = unpacked_first(sheet, most_bytes=SHEET_BYTES_MAX)
    return _FOUND_BY.decode(plain)


def written_pages(pages: WordPages) -> bytes:
    """A sheet of words as it travels."""
    return packed(msgpack.encode(pages), level=_LEVEL)


def pages_of(sheet: bytes) -> WordPages:
    """A piece of the words' index; raises as `finds_of` does."""
    return _PAGES.decode(unpacked(sheet, most_bytes=SHEET_BYTES_MAX))


def members_of(sheet: bytes) -> Members:
    """The members of a sheet; raises as `finds_of` does."""
    _, rest = unpacked_first(sheet, most_bytes=SHEET_BYTES_MAX)
    return _MEMBERS.decode(unpacked(rest, most_bytes=SHEET_BYTES_MAX))


_FINDS: Final = json.Decoder(Finds)
_FOUND_BY: Final = json.Decoder(FoundBy)
_PAGES: Final = msgpack.Decoder(WordPages)
_MEMBERS: Final = json.Decoder(Members)
