"""Owners of whom nothing happens but that they count, in head office's database: campaigns, causes.

Shape: a `Counting` belongs to one transaction of an archive. It reads what came since the rows of
`store/counted_tables`, and `keep` moves these on where that pays, so that an answer costs the same
whatever was given before. A row holds for the events up to its number, and what is filed later has
a later one, also where it is dated earlier; so no event makes a row wrong. Only what a till holds
may become less: where its book goes back (`tills/reopening`) its rows are removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from posloyalty.headoffice.store.counted_tables import OWNER_AGREED, OWNER_COUNTED, OWNER_TOLD
from posloyalty.headoffice.store.statements import ask_one, many, put_new, run
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.counted import Counted, count_on, counts_for
from posloyalty.sync.office.heard_in_part import (
    HeldEvents,
    counts,
    heard_places,
    only_heard,
    rest_of,
)

PAGE: Final = 200
"""So many events are asked at once whether a till holds them."""
KEEP_STEP: Final = 64
"""A row moves on by so many events at least: a few that are read again cost less than writing."""
_PAGE: Final = """
SELECT arrival, event_id, till_id, epoch, seq FROM event_owner
WHERE owner = ? AND arrival > ? AND arrival <= ?
ORDER BY arrival LIMIT ?"""
_COUNTED: Final = "SELECT owner, arrival, sums FROM owner_counted WHERE owner IN"
_TOLD: Final = (
    "SELECT owner, arrival, own, epoch, seq FROM owner_told WHERE till_id = ? AND owner IN"
)
_MOVE_COUNTED: Final = "UPDATE owner_counted SET arrival = ?, sums = ? WHERE owner = ?"
_MOVE_TOLD: Final = """
INSERT INTO owner_told (till_id, owner, arrival, own, epoch, seq) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (till_id, owner) DO UPDATE SET arrival = excluded.arrival, own = excluded.own,
    epoch = excluded.epoch, seq = excluded.seq"""

Numbered = tuple[int, Filed]
"""An event with its arrival number at an owner."""


class Told(Struct, frozen=True, gc=False):
    """How far a till holds an owner: see `store/counted_tables`."""

    arrival: int = 0
    own: int = 0
    epoch: int = 0
    seq: int = 0


class _Read(Struct, gc=False):
    """An owner as it was read: through which number, and how many events that are in no row."""

    counted: Counted
    through: int
    fresh: int
    kept: bool


class _Book(Struct, gc=False):
    """What was read of a till's book: where that ends, how many rows it took, and whether the owner
    has nothing in it.
    """

    own: int
    epoch: int
    seq: int
    rows: int


class Counting:
    """Such owners, within one transaction. `read` gives an owner's events behind a number and
    through another one, `held` what of them a till's journal holds.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        read: Callable[[bytes, int, int | None], Sequence[Numbered]],
        held: HeldEvents,
    ) -> None:
        self._connection = connection
        self._read = read
        self._held = held
        self._kept: dict[bytes, tuple[int, Counted] | None] = {}
        self._known: dict[bytes, _Read] = {}
        self._told: dict[tuple[bytes, bytes], Told] = {}
        self._reached: dict[tuple[bytes, bytes], int] = {}
        self._books: dict[tuple[bytes, bytes], _Book] = {}

    def forget(self) -> None:
        """Something was written: what was read of events holds no longer."""
        for known in (self._kept, self._known, self._told, self._reached, self._books):
            known.clear()

    def ask(self, till_id: bytes, owners: Collection[bytes]) -> None:
        """Ask at once for the rows of owners of whom a till may have to hear."""
        self._ask_counted([one for one in owners if one not in self._kept])
        self._ask_told(till_id, [one for one in owners if (till_id, one) not in self._told])

    def counted(self, owner: bytes) -> Counted:
        """What the events of an owner count."""
        return self._counted(owner).counted

    def untold(self, till_id: bytes, owner: bytes, most: int) -> tuple[Sequence[Filed], bool]:
        """See `sync/office/archive`."""
        through, after = self._counted(owner).through, self.told(till_id, owner).arrival
        found: list[Numbered] = []
        done = False
        while not done and len(found) <= most:
            page = ask_one(self._connection, _PAGE, (owner, after, through, PAGE))
            found += self._missing(till_id, owner, page)
            after = page[-1][0] if page else through
            done = len(page) < PAGE
        self._reached[till_id, owner] = found[0][0] - 1 if found else after
        return [one for _, one in found[:most]], len(found) > most

    def told(self, till_id: bytes, owner: bytes) -> Told:
        """From where a till's book is read of an owner; from the beginning where no row says."""
        if (till_id, owner) not in self._told:
            self._ask_told(till_id, [owner])
        return self._told[till_id, owner]

    def found_nothing(
        self, till_id: bytes, owner: bytes, heard: Iterable[tuple[int, int]], own: int
    ) -> None:
        """A till's book has nothing of an owner, by its own events through a number and by those
        that it heard at some places behind those of its row.
        """
        told, places = self.told(till_id, owner), list(heard)
        epoch, seq = max([(told.epoch, told.seq), *places])
        self._books[till_id, owner] = _Book(own, epoch, seq, len(places))

    def keep(self, owners: Iterable[bytes], till_id: bytes | None = None) -> None:
        """Move rows on, where they are far enough behind what was read of owners, who only count,
        and by a till, whose place is locked.
        """
        for owner in sorted(owners):
            read = self._known.get(owner)
            if read is not None and read.counted.only and read.fresh >= KEEP_STEP:
                self._keep_counted(read)
            if till_id is not None:
                self._keep_told(till_id, owner)

    def _counted(self, owner: bytes) -> _Read:
        known = self._known.get(owner)
        if known is None:
            if owner not in self._kept:
                self._ask_counted([owner])
            arrival, before = self._kept[owner] or (0, Counted(owner=owner))
            new = self._read(owner, arrival, None)
            known = self._known[owner] = _Read(
                counted=count_on(before, (one for _, one in new)),
                through=max([arrival, *(number for number, _ in new)]),
                fresh=len(new),
                kept=arrival > 0,
            )
        return known

    def _missing(self, till_id: bytes, owner: bytes, page: Sequence[Any]) -> list[Numbered]:
        """What of a page is told for the owner's counts and is not in the till's journal, or not
        for this owner.
        """
        numbers = {bytes(event_id): number for number, event_id, *_ in page}
        seen = self._held.seen(till_id, numbers)
        there = {bytes(one): (bytes(whose), *at) for _, one, whose, *at in page}
        held = {one: at for one, at in there.items() if one in seen}
        places = heard_places(self._held, till_id, owner, only_heard(self._held, till_id, held))
        missing = numbers.keys() - seen.keys()
        missing |= {one for one, place in places.items() if place is None}
        if not missing:
            return []
        behind, through = (bound(numbers[one] for one in missing) for bound in (min, max))
        found = []
        for number, one in sorted(self._read(owner, behind - 1, through), key=itemgetter(0)):
            if one.event_id in missing and one.event_id not in seen:
                found += [(number, one)] if counts_for(owner, one) else []
            elif one.event_id in missing and counts(one, owner):
                found.append((number, rest_of(one, owner)))
        return found

    def _ask_counted(self, owners: Collection[bytes]) -> None:
        self._kept |= dict.fromkeys(owners)
        for owner, arrival, sums in many(self._connection, _COUNTED, owners):
            key = bytes(owner)
            self._kept[key] = arrival, Counted(owner=key, sums=read_sums(sums))

    def _ask_told(self, till_id: bytes, owners: Collection[bytes]) -> None:
        self._told |= {(till_id, owner): Told() for owner in owners}
        for owner, *places in many(self._connection, _TOLD, owners, till_id):
            self._told[till_id, bytes(owner)] = Told(*places)

    def _keep_counted(self, read: _Read) -> None:
        owner, sums = read.counted.owner, written_sums(read.counted.sums)
        first, read.kept, read.fresh = not read.kept, True, 0
        if first:
            put_new(self._connection, OWNER_COUNTED, [(owner, read.through, sums)])
            return
        # Whoever has it just now moves it on: nobody waits for that.
        c = OWNER_COUNTED.c
        asked = select(c.arrival).where(c.owner == owner).with_for_update(skip_locked=True)
        row = self._connection.execute(asked).first()
        if row is not None and row.arrival < read.through:
            run(self._connection, _MOVE_COUNTED, (read.through, sums, owner))

    def _keep_told(self, till_id: bytes, owner: bytes) -> None:
        key = till_id, owner
        reached, book, told = self._reached.get(key), self._books.get(key), self.told(*key)
        if reached is None or book is None:
            return
        moved = reached - told.arrival + book.own - told.own
        if moved + book.rows >= KEEP_STEP:
            self._told[key] = now = Told(reached, book.own, book.epoch, book.seq)
            row = (till_id, owner, now.arrival, now.own, now.epoch, now.seq)
            run(self._connection, _MOVE_TOLD, row)


def forget_told(connection: Connection, till_id: bytes) -> None:
    """A till's book went back: nobody knows by now how far it holds anything."""
    for table in (OWNER_TOLD, OWNER_AGREED):
        connection.execute(table.delete().where(table.c.till_id == till_id))


def written_sums(sums: Mapping[tuple[str, date], int]) -> str:
    """Sums as a row has them."""
    listed = [(meter, day, amount) for (meter, day), amount in sorted(sums.items())]
    return msgspec.json.encode(listed).decode("utf-8")


def read_sums(written: str) -> dict[tuple[str, date], int]:
    """Sums of a row; raises ValueError where they are none."""
    listed = msgspec.json.decode(written, type=list[tuple[str, date, int]])
    return {(meter, day): amount for meter, day, amount in listed}
