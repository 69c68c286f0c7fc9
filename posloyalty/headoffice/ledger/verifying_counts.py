"""Proving what is kept of owners who only count: their sums, and how far tills hold them.

Shape: `differing(archive, connection)` counts the events of each such owner again from the
journals' bytes, through the number of its row, and looks whether each till's journal holds what its
row says, and for this owner: of an event that the till heard for somebody else's sake the rest may
be missing. A row that says less than it might is no fault: the next answer reads on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.ledger.counting import Numbered, Told, written_sums
from posloyalty.headoffice.store.counted_tables import OWNER_COUNTED, OWNER_TOLD
from posloyalty.services.book.verify_book import Difference
from posloyalty.sync.office.counted import Counted, count_on, counts_for
from posloyalty.sync.office.heard_in_part import unheard_of

AT_ONCE: Final = 2_000
"""So many arrival numbers of an owner are read at once."""
_C: Final = OWNER_COUNTED.c
_T: Final = OWNER_TOLD.c


def differing(archive: DatabaseArchive, connection: Connection) -> Iterator[Difference]:
    """What differs, owner by owner."""
    counted = connection.execute(select(_C.owner, _C.arrival, _C.sums)).all()
    kept = {bytes(row.owner): (row.arrival, row.sums) for row in counted}
    for owner in sorted({*kept, *map(bytes, connection.execute(select(_T.owner)).scalars())}):
        yield from _Owner(archive, connection, owner).differing(kept.get(owner))


class _Owner:
    """One owner, its events read once."""

    def __init__(self, archive: DatabaseArchive, connection: Connection, owner: bytes) -> None:
        self._archive = archive
        self._connection = connection
        self._owner = owner
        self._telling: list[Numbered] = []
        """Each event that a till is told of, with its number."""

    def differing(self, kept: tuple[int, str] | None) -> Iterator[Difference]:
        """What differs of it; `kept` is the number and the sums of its row, if it has one."""
        mine = select(OWNER_TOLD).where(_T.owner == self._owner).order_by(_T.till_id)
        rows = self._connection.execute(mine).all()
        through = 0 if kept is None else kept[0]
        found = self._counted(through, max([through, *(row.arrival for row in rows)]))
        if kept is not None:
            should = written_sums(found.sums) if found.only else "more than counts"
            if should != kept[1]:
                yield _difference("counts", self._owner.hex(), should, kept[1])
        for row in rows:
            yield from self._told(row)

    def _counted(self, through: int, last: int) -> Counted:
        """What counts through a number; what is told is noted through the last one."""
        found = Counted(owner=self._owner)
        for behind in range(0, last, AT_ONCE):
            part = self._archive.numbered(self._owner, behind, min(last, behind + AT_ONCE))
            found = count_on(found, (one for number, one in part if number <= through))
            self._telling += [(number, one) for number, one in part if counts_for(self._owner, one)]
        return found

    def _told(self, row: Any) -> Iterator[Difference]:
        till_id, which = bytes(row.till_id), f"{bytes(row.till_id).hex()} {self._owner.hex()}"
        told = [one for number, one in self._telling if number <= row.arrival]
        seen = self._archive.seen(till_id, [one.event_id for one in told])
        missing = unheard_of(self._archive, till_id, self._owner, told, seen)
        if missing:
            yield _difference("told", which, len(told), len(told) - len(missing))
        place = Told(row.arrival, row.own, row.epoch, row.seq)
        if self._archive.passes_over_something(till_id, self._owner, place):
            yield _difference("told", which, "counts alone", "more")


def _difference(what: str, which: str, expected: object, found: object) -> Difference:
    return Difference(seq=0, what=what, which=which, expected=str(expected), found=str(found))
