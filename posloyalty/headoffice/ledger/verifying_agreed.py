"""Proving from where answers go on: that each till and head office did agree of an owner there.

Shape: `differing(archive, connection, passed)` folds the owner's events through the number of a row
again from the journals' bytes, takes the till's book of them from its journal through the row's
place, and looks whether the one is the other with nothing left to tell, and whether head office
moved since just what the events say. Rows from which no answer goes on say nothing and are passed
over: where head office planned anew since (`owner_replanned`), where something behind them is dated
ahead of them, and of owners who are `passed`, of whom the ledger is not where their events are. A
place further on in the till's journal, with nothing of the owner's in between, is no other row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Connection

from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.ledger.counting import Numbered, Told
from posloyalty.headoffice.ledger.ledger_reading import Order, order_of
from posloyalty.headoffice.ledger.till_books import rows_of, taken
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.services.book.verify_book import Difference
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.fold import MemberFold, Overspend, fold_member
from posloyalty.sync.office.answers import NOTHING
from posloyalty.sync.office.belongings import Belongings, difference
from posloyalty.sync.office.heard_in_part import unheard_of
from posloyalty.sync.office.since_agreed import as_said
from posloyalty.sync.office.telling import Teller

_OWNERS: Final = """
SELECT DISTINCT a.owner, p.arrived, p.bearer FROM owner_agreed a
LEFT JOIN owner_place p ON p.owner = a.owner ORDER BY a.owner"""
_ROWS: Final = """
SELECT a.till_id, a.arrival, a.epoch, a.seq, a.last_us, a.last_till, a.last_epoch, a.last_seq
FROM owner_agreed a WHERE a.owner = ? AND NOT EXISTS (
    SELECT 1 FROM owner_replanned r WHERE r.owner = a.owner AND r.arrival >= a.arrival)
ORDER BY a.till_id"""
_BEARERS: Final = {one.value: one for one in Overspend}


def differing(
    archive: DatabaseArchive, connection: Connection, passed: Collection[bytes]
) -> Iterator[Difference]:
    """What differs, owner by owner."""
    for row in connection.exec_driver_sql(_OWNERS).all():
        owner = bytes(row[0])
        if owner not in passed:
            # A word that is none is named where owners are proved.
            bearer = _BEARERS.get(row[2], Overspend.STORE)
            yield from _Owner(archive, connection, owner, row[1] or 0, bearer).differing()


class _Owner:
    """One owner, its events read once."""

    def __init__(
        self,
        archive: DatabaseArchive,
        connection: Connection,
        owner: bytes,
        arrived: int,
        bearer: Overspend,
    ) -> None:
        self._archive = archive
        self._connection = connection
        self._owner = owner
        self._bearer = bearer
        self._all: Sequence[Numbered] = archive.numbered(owner, 0, arrived)

    def differing(self) -> Iterator[Difference]:
        """What differs of it."""
        for row in ask_one(self._connection, _ROWS, (self._owner,)):
            yield from self._row(row)

    def _row(self, row: Any) -> Iterator[Difference]:
        till_id, arrival, place = bytes(row[0]), row[1], (row[2], row[3])
        last: Order = (row[4], bytes(row[5]), row[6], row[7])
        which = f"{till_id.hex()} {self._owner.hex()}"
        through = [(number, one) for number, one in self._all if number <= arrival]
        if max((number for number, _ in through), default=0) != arrival:
            yield _difference(which, "a number of theirs", arrival)
            return
        latest = max(order_of(one) for _, one in through)
        if latest != last:
            yield _difference(which, _told(latest), _told(last))
            return
        behind = [(number, one) for number, one in self._all if number > arrival]
        if any(order_of(one) <= last for _, one in behind):
            return
        fold = self._fold(through)
        if not self._agrees(till_id, arrival, place, through, fold):
            yield _difference(which, "the same", "another book")
        elif not self._moved_as_said(fold, behind):
            yield _difference(which, "as events say", "planned anew")

    def _fold(self, numbered: Sequence[Numbered]) -> MemberFold:
        filed = [one for _, one in numbered]
        return fold_member(self._owner, filed, overspend=self._bearer)

    def _agrees(
        self,
        till_id: bytes,
        arrival: int,
        place: tuple[int, int],
        through: Sequence[Numbered],
        fold: MemberFold,
    ) -> bool:
        """Whether a till's book at a place was what a fold says, and it has all that it was told
        of.
        """
        rows = rows_of(self._connection, till_id, self._owner, Told())
        if any(row.own and row.own <= arrival and (row.epoch, row.seq) > place for row in rows):
            return False
        by_then = [
            row
            for row in rows
            if (row.own <= arrival if row.own else (row.epoch, row.seq) <= place)
        ]
        try:
            book, _ = taken(self._owner, by_then)
        except (KeyError, ValueError):
            return False
        filed = [one for _, one in through]
        seen = self._archive.seen(till_id, [one.event_id for one in filed])
        unheard = unheard_of(self._archive, till_id, self._owner, filed, seen)
        teller = Teller(b"", [book], fold.transfers)
        told = [teller.tell(one) for one in in_order(unheard)]
        lacks = difference(teller.books[self._owner], Belongings.of(fold), event_id=b"")
        return lacks == NOTHING and not any(told)

    def _moved_as_said(self, before: MemberFold, behind: Sequence[Numbered]) -> bool:
        """Whether head office moved since just what the events say."""
        if not behind:
            return True
        now, count = self._fold(self._all), len(before.transfers)
        filed = [one for _, one in sorted(behind, key=lambda one: order_of(one[1]))]
        rights = {right.id: right for right in before.rights}
        new = replace(now, transfers=now.transfers[count:])
        return now.transfers[:count] == before.transfers and as_said(
            self._owner, rights, filed, new
        )


def _told(order: Order) -> str:
    us, till_id, epoch, seq = order
    return f"{us} {till_id.hex()} {epoch} {seq}"


def _difference(which: str, expected: object, found: object) -> Difference:
    return Difference(seq=0, what="agreed", which=which, expected=str(expected), found=str(found))
