"""Sheets of a roll: members as the feed tells them, packed by the hundred.

A record goes into a sheet as the very bytes that the feed keeps; read of it is only what tills find
it by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.storage.look_up.name_words import WORDS_AS, name_words
from posloyalty.storage.look_up.roll_words import RollWords
from posloyalty.sync.profiles.member import ONCE_A_BOOK
from posloyalty.sync.wire.roll import SHEET_MEMBERS, Finds, Members, written_sheet

Told = tuple[bytes, bytes, str]
"""(member's id, record as JSON, what of it another member said first, with commas)."""


@dataclass(frozen=True, slots=True)
class PackedSheet:
    """A sheet as it travels, and the words of each of its members; a sheet of words has none."""

    sha256: str
    body: bytes
    members: int
    words: Sequence[str] = ()


class _Said(Struct, frozen=True, array_like=True):
    values: tuple[str, ...]


class _Fields(Struct, frozen=True):
    name: _Said = _Said(())
    card: _Said = _Said(())
    phone: _Said = _Said(())
    email: _Said = _Said(())
    foreign: _Said = _Said(())

    @property
    def has_more(self) -> bool:
        """Whether there is anything besides a name, one card and one phone."""
        return bool(
            self.email.values
            or self.foreign.values
            or len(self.card.values) > 1
            or len(self.phone.values) > 1
        )


class _Record(Struct, frozen=True):
    store: str
    fields: _Fields


class _Item(Struct, frozen=True, omit_defaults=True):
    """An `Item` whose record stays as it is."""

    k: str
    record: msgspec.Raw
    taken: tuple[str, ...] = ()


_RECORD: Final = msgspec.json.Decoder(_Record)
_ENCODER: Final = msgspec.json.Encoder()


def packed_sheets(told: Sequence[Told]) -> list[PackedSheet]:
    """Sheets of these members, in their order."""
    places = range(0, len(told), SHEET_MEMBERS)
    # Packing lets go of Python's lock: the next sheet is read on the other processor meanwhile.
    with ThreadPoolExecutor(1) as beside:
        read = (_read(told[at : at + SHEET_MEMBERS]) for at in places)
        return [one.result() for one in [beside.submit(_packed, *one) for one in read]]


def _read(told: Sequence[Told]) -> tuple[Finds, Members]:
    finds = Finds(words_as=WORDS_AS, found=[], others=[], words=[])
    members = Members(items=[])
    for at, (member_id, body, said_first) in enumerate(told):
        taken = tuple(said_first.split(",")) if said_first else ()
        item = _Item(bytes(member_id).hex(), msgspec.Raw(body), taken)
        record = _RECORD.decode(body)
        names = record.fields.name.values
        members.items.append(msgspec.Raw(_ENCODER.encode(item)))
        finds.found.append(_found(item, record))
        if record.fields.has_more:
            finds.others.extend((at, kind, value) for kind, value in _others(item, record.fields))
        finds.words.append(" ".join(name_words(names[0])) if names else "")
    return finds, members


def _packed(finds: Finds, members: Members) -> PackedSheet:
    sheet = written_sheet(finds, members)
    return PackedSheet(sha256(sheet).hexdigest(), sheet, len(finds.found), finds.words)


def word_sheets(words: RollWords, first: int, most: int) -> list[PackedSheet]:
    """Sheets of the words as they are searched, from one on; none where this SQLite arranges them
    in a form that no till knows yet.
    """
    if not words.is_known_form:
        return []
    made: list[PackedSheet] = []
    while len(made) < most and (sheet := words.sheet(first + len(made))) is not None:
        made.append(PackedSheet(sha256(sheet).hexdigest(), sheet, 0))
    return made


def _found(item: _Item, record: _Record) -> tuple[str, str, str | None, str | None, str]:
    """What finds a member first. A card that another one said first is not theirs."""
    fields = record.fields
    names, cards, phones = fields.name.values, fields.card.values, fields.phone.values
    return (
        item.k,
        names[0] if names else "",
        cards[0] if cards and "card" not in item.taken else None,
        phones[0] if phones else None,
        record.store,
    )


def _others(item: _Item, fields: _Fields) -> Iterator[tuple[str, str]]:
    """Further cards and phones, and what is typed whole."""
    kinds = (
        ("card", fields.card.values[1:]),
        ("phone", fields.phone.values[1:]),
        ("email", fields.email.values),
        ("foreign", fields.foreign.values),
    )
    for kind, values in kinds:
        if values and (kind not in item.taken or kind not in ONCE_A_BOOK):
            for value in values:
                yield kind, value
