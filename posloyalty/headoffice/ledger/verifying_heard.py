"""Proving what tills heard: each row of `heard_owner` is an event of that till's journal.

Shape: `Heard(connection, till_id)` goes along with the reading of one till's journal: `at(...)`
is asked for every event in the journal's order and names what differs there, `rest()` what is left
of the rows behind the last one. A row too many would keep a till from ever hearing of something,
a row too few is named as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.verifying_noted import PAGE
from posloyalty.headoffice.store.archive_tables import HEARD_OWNER
from posloyalty.services.book.verify_book import Difference
from posloyalty.sync.office.archive import Filing

_H: Final = HEARD_OWNER.c

Place = tuple[int, int]
"""An epoch and a sequence."""


class Heard:
    """The rows of one till beside its journal."""

    def __init__(self, connection: Connection, till_id: bytes) -> None:
        self._till_id = till_id
        asked = select(_H.epoch, _H.seq, _H.owner).where(_H.till_id == till_id)
        ordered = asked.order_by(_H.epoch, _H.seq).execution_options(yield_per=PAGE)
        rows = connection.execute(ordered)
        self._groups = groupby(rows, key=lambda row: (int(row.epoch), int(row.seq)))
        self._next = self._read()
        self.doubtful: list[tuple[Place, bytes, frozenset[bytes]]] = []
        """Rows of owners whom an event concerns only by the rights that it changes: its place, the
        owner, the rights.
        """

    def at(self, place: Place, filing: Filing | None, *, elsewhere: bool) -> Iterator[Difference]:
        """What differs up to an event, which is None where nobody could read it; where it may
        count `elsewhere` in place of here, this till has it like one that it heard of.
        """
        owners = self._owners_at(place)
        yield from owners[0]
        found = owners[1]
        concerned = frozenset[bytes]() if filing is None else filing.owners
        touches = frozenset[bytes]() if filing is None else filing.touches
        if filing is not None and not filing.counts:
            for owner in sorted(concerned - found):
                yield self._difference(place, owner, "heard", "-")
        elif found and not elsewhere:
            for owner in sorted(found):
                yield self._difference(place, owner, "-", "heard")
            return
        for owner in sorted(found - concerned):
            if touches:
                self.doubtful.append((place, owner, touches))
            else:
                yield self._difference(place, owner, "-", "heard")

    def rest(self) -> Iterator[Difference]:
        """Rows of events that the journal does not have."""
        while self._next is not None:
            yield from self._skipped()

    def unexplained(self, opened: dict[bytes, bytes]) -> Iterator[Difference]:
        """Which doubtful rows are wrong, once everybody's rights are known."""
        for place, owner, touches in self.doubtful:
            if owner not in {opened.get(right_id) for right_id in touches}:
                yield self._difference(place, owner, "-", "heard")

    def _owners_at(self, place: Place) -> tuple[list[Difference], frozenset[bytes]]:
        wrong: list[Difference] = []
        while self._next is not None and self._next[0] < place:
            wrong += self._skipped()
        if self._next is None or self._next[0] != place:
            return wrong, frozenset()
        owners = self._next[1]
        self._next = self._read()
        return wrong, owners

    def _skipped(self) -> list[Difference]:
        assert self._next is not None
        place, owners = self._next
        self._next = self._read()
        return [self._difference(place, owner, "-", "heard") for owner in sorted(owners)]

    def _read(self) -> tuple[Place, frozenset[bytes]] | None:
        for place, rows in self._groups:
            return place, frozenset(bytes(row.owner) for row in rows)
        return None

    def _difference(self, place: Place, owner: bytes, expected: str, found: str) -> Difference:
        which = f"{self._till_id.hex()} {place[0]}-{place[1]} {owner.hex()}"
        return Difference(seq=place[1], what="heard", which=which, expected=expected, found=found)
