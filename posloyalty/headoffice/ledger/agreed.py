"""From where an answer goes on: what happened to an owner since a till's book was as it should be.

Shape: `Agreed` belongs to one transaction of an archive. A row of `owner_agreed` says that a till,
its journal at a place, held everything of an owner through a number, and nothing else than head
office did. `since` reads what came behind both (`sync/office/since_agreed`), with the lots and
rights that it names as the ledger has them, so that an answer costs the same whatever happened
before; `keep` makes or moves a row where that pays. `knows_all` says for a sale how far its till
had heard.

None, and everything is read, where something behind the row is dated ahead of it, was not moved as
its event says (`owner_replanned`; through the row's own number, too: the ledger may have come to it
only later, by another policy), or waits where the ledger would not go on from where it stands.
A till whose book goes back loses its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection

from posloyalty.headoffice.ledger.as_folded import NEW_MOST, standing
from posloyalty.headoffice.ledger.counting import Numbered, Told
from posloyalty.headoffice.ledger.ledger_reading import (
    DEBTS,
    LOTS_NAMED,
    RIGHTS_NAMED,
    Order,
    Owner,
    hold_debt,
    hold_lot,
    hold_right,
    holding,
    order_of,
)
from posloyalty.headoffice.ledger.till_books import BookRow, booked
from posloyalty.headoffice.store.statements import ask_many, ask_one, many, run
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.fold import Overspend, fold_on
from posloyalty.sync.journals import Filed, Place
from posloyalty.sync.office.since_agreed import Since, as_said, named_by, since_agreed

KEEP_STEP: Final = 64
"""A row is made, and moves on, by so many events at least."""
_COLUMNS: Final = "a.arrival, a.epoch, a.seq, a.last_us, a.last_till, a.last_epoch, a.last_seq"
_ROWS: Final = f"""
SELECT a.owner, {_COLUMNS} FROM owner_agreed a
WHERE NOT EXISTS (
    SELECT 1 FROM owner_replanned r WHERE r.owner = a.owner AND r.arrival >= a.arrival)
AND a.till_id = ? AND a.owner IN"""
_OF_OWNER: Final = f"""
SELECT a.till_id, {_COLUMNS} FROM owner_agreed a
WHERE NOT EXISTS (
    SELECT 1 FROM owner_replanned r WHERE r.owner = a.owner AND r.arrival >= a.arrival)
AND a.owner = ? AND a.till_id IN"""
_KEEP: Final = """
INSERT INTO owner_agreed (
    till_id, owner, arrival, epoch, seq, last_us, last_till, last_epoch, last_seq
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (till_id, owner) DO UPDATE SET
    arrival = excluded.arrival, epoch = excluded.epoch, seq = excluded.seq,
    last_us = excluded.last_us, last_till = excluded.last_till,
    last_epoch = excluded.last_epoch, last_seq = excluded.last_seq"""
_FOLDED: Final = """
SELECT p.folded FROM owner_place p WHERE p.owner = ? AND p.arrived - p.folded <= ?
AND NOT EXISTS (SELECT 1 FROM owner_fault f WHERE f.owner = p.owner)
AND NOT EXISTS (
    SELECT 1 FROM finding g WHERE g.owner = p.owner AND g.anomaly = 'given_twice')"""

_STOOD: Final = """
SELECT 1 FROM owner_place p WHERE p.owner = ? AND (p.bearer IS NULL OR p.bearer = ?)
AND ? = (
    SELECT count(*) FROM event_owner e WHERE e.owner = p.owner AND e.arrival > ? AND e.arrival <= ?
)"""
"""Whether the ledger goes by an answer's policy, and so many events are between two numbers."""

Rows = Callable[[bytes, bytes, Told], Sequence[BookRow]]
"""What a till's journal has of an owner behind a place."""


class Row(Struct, frozen=True, gc=False):
    """How far a till and head office agree of an owner, and the last event by then."""

    arrival: int
    epoch: int
    seq: int
    last: Order


class Agreed:
    """Such rows, within one transaction. `read` gives an owner's events behind a number."""

    def __init__(
        self,
        connection: Connection,
        *,
        read: Callable[[bytes, int, int | None], Sequence[Numbered]],
        rows: Rows,
    ) -> None:
        self._connection = connection
        self._read = read
        self._rows = rows
        self._known: dict[tuple[bytes, bytes], Row | None] = {}
        self._new: dict[tuple[bytes, bytes], Sequence[Numbered]] = {}

    def ask(self, till_id: bytes, owners: Collection[bytes]) -> None:
        """Ask at once for a till's rows of some owners."""
        self._known |= {(till_id, owner): None for owner in owners}
        for owner, *row in many(self._connection, _ROWS, owners, till_id):
            self._known[till_id, bytes(owner)] = _row(row)

    def since(self, till_id: bytes, owner: bytes, bearer: Overspend) -> Since | None:
        """What is looked at of an owner; None where everything is."""
        row = self._known.get((till_id, owner))
        if row is None:
            return None
        new = self._read(owner, row.arrival, None)
        if any(order_of(one) <= row.last for _, one in new):
            return None

        def new_of(of: bytes, after: int) -> list[Filed]:
            found = new if after >= row.arrival else self._read(of, after, None)
            return [one for number, one in found if number > after]

        stands = standing(self._connection, owner, bearer=bearer, new_of=new_of)
        if stands is None:
            return None
        self._new[till_id, owner] = new
        filed = [one for _, one in new]
        told = Told(row.arrival, row.arrival, row.epoch, row.seq)
        did = booked(self._rows(till_id, owner, told))
        does = [one.does for one in (*filed, *stands.new)] + [one.does for one in did]
        named = named_by(owner, does)
        self._hold(stands, *named)
        # Nothing waits for the ledger, mostly.
        found = fold_on(stands.before, stands.new, overspend=bearer) if stands.new else None
        if found is not None and not as_said(owner, stands.rights, in_order(stands.new), found):
            return None
        now = stands.before if found is None else found
        return since_agreed(owner, filed, did, lots=now.lots, rights=now.rights)

    def keep(
        self,
        till_id: bytes,
        owner: bytes,
        all_of: Sequence[Numbered],
        place: Place,
        bearer: Overspend,
    ) -> None:
        """A till has all of an owner's events, as far as they were read, or those behind its row,
        and agrees, where `bearer` bears what is overspent.

        Nothing is kept where the ledger still goes by another policy, to which head office might
        come back without it; nor where an event in between was read by nobody, because it and a
        later one were committed while the events were being read.
        """
        key = till_id, owner
        before, behind = self._known.get(key), 0
        if not all_of and before is not None:
            all_of, behind = self._new.get(key, ()), before.arrival
        if len(all_of) < KEEP_STEP:
            return
        through = max(number for number, _ in all_of)
        asked = (owner, bearer.value, len(all_of), behind, through)
        if not ask_one(self._connection, _STOOD, asked):
            return
        last = max(order_of(one) for _, one in all_of)
        last = last if before is None else max(last, before.last)
        row = Row(through, place.epoch, place.seq, last)
        self._known[key] = row
        values = (till_id, owner, row.arrival, row.epoch, row.seq, *row.last)
        run(self._connection, _KEEP, values)

    def knows_all(self, owner: bytes, new: Collection[bytes], decided: int) -> list[Filed] | None:
        """The events of an owner that hold, with some that are new, all that tills might not have
        known when they rang what is new, or that might not have been known when anything else was
        rung; None where that is not known. `decided` is the number behind which all new ones are.
        """
        fresh = [one for one in self._read(owner, decided, None) if one[1].event_id in new]
        tills = {one.till_id for _, one in fresh}
        rows = {
            bytes(till_id): _row(row)
            for till_id, *row in many(self._connection, _OF_OWNER, tills, owner)
        }
        if not fresh or len(fresh) < len(new) or rows.keys() != tills:
            return None
        least = min(rows.values(), key=lambda row: row.arrival)
        folded = ask_one(self._connection, _FOLDED, (owner, NEW_MOST))
        if not folded or least.arrival > decided:
            return None
        for _, one in fresh:
            own = rows[one.till_id]
            if (one.epoch, one.seq) <= (own.epoch, own.seq) or order_of(one) <= least.last:
                return None
        # Of what the ledger has yet to fold nobody knows whether it names what was given twice.
        return [one for _, one in self._read(owner, min(folded[0][0], least.arrival), None)]

    def forget(self) -> None:
        """Something was written."""
        self._known.clear()
        self._new.clear()

    def _hold(self, one: Owner, lots: Iterable[bytes], rights: Iterable[bytes]) -> None:
        asked = ask_many(
            self._connection,
            (LOTS_NAMED, sorted(lots)),
            (RIGHTS_NAMED, sorted(rights)),
            (DEBTS, [one.owner] if one.new else []),
        )
        for hold, rows in zip((hold_lot, hold_right, hold_debt), asked, strict=True):
            holding({one.owner: one}, hold, rows)


def _row(values: Sequence[Any]) -> Row:
    arrival, epoch, seq, us, till_id, last_epoch, last_seq = values
    return Row(arrival, epoch, seq, (us, bytes(till_id), last_epoch, last_seq))
