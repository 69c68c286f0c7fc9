"""Sales of which goods came back, found in the journals by where their receipts say they stand.

Shape: `sale_row` is the row of one sale; `sales_to_file` says which sales of a batch, or kept
before it, are to be filed under the owner of their place, because something came back of them. So
a sale costs nothing there until that happens, in whatever order the two arrive. `note_waiting`
keeps which returns have no sale here (`RETURN_WAITING`), for as long as that is so. `fold_anew` is
for owners of whom an earlier release made something else of the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.headoffice.store.archive_tables import OWNER_PLACE, RETURN_WAITING, TILL_OWNER
from posloyalty.headoffice.store.statements import ask, due, many, on_postgresql, put_new
from posloyalty.sync import events
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.keyed_in import keyed_in_id, lost_place
from posloyalty.sync.office.archive import Filing

_TILLS: Final = """
SELECT t.till_id, p.epoch FROM till t JOIN journal_place p ON p.till_id = t.till_id
WHERE t.till_id BETWEEN ? AND ? AND p.epoch >= ?"""
_AT: Final = """
SELECT j.till_id, j.epoch, j.seq, j.event_id, 0 AS at_us, t.store_code, j.body
FROM journal_event j JOIN till t ON t.till_id = j.till_id
WHERE j.till_id = ? AND j.seq = ? AND j.epoch IN"""
_KEYED_IN: Final = "SELECT event_id FROM journal_event WHERE event_id IN"
CAME_BACK: Final = "SELECT owner FROM owner_place WHERE arrived > 0 AND owner IN"
_TILL_ENDS: Final = (bytes(8), b"\xff" * 8)
"""The least and the greatest second half of a till's id."""
EPOCHS_MOST: Final = 100
"""A till that was put back more often is found by its first epochs alone."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale to be filed under one more owner: where it is kept, and when it was."""

    owner: bytes
    event_id: bytes
    till_id: bytes
    epoch: int
    seq: int
    at: datetime


def sale_row(connection: Connection, place: SoldPlace) -> Any:
    """The row of the sale at a place; None where it is not kept.

    What was written before an epoch may be kept under it: the receipt's number says which it is.
    """
    first, last = (place.till + end for end in _TILL_ENDS)
    asked = _TILLS.replace("?", "%s") if on_postgresql(connection) else _TILLS
    (tills,) = ask(connection, (asked, (first, last, place.epoch)))
    for till_id, newest in tills:
        epochs = range(place.epoch, min(newest, place.epoch + EPOCHS_MOST) + 1)
        for row in many(connection, _AT, list(epochs), till_id, place.seq):
            sale = _read(bytes(row[6]))
            if sale is not None and place.is_of(sale.no):
                return row
    return None


def sales_to_file(
    connection: Connection, new: Sequence[Filing], came_back: Set[bytes]
) -> list[Sold]:
    """Of what is new: sales of which something came back, and the sales of what came back.

    `came_back` is what `CAME_BACK` found among the owners of the new sales' places.
    """
    sold = {one.sold.owner: one for one in new if one.sold is not None}
    back = {one.back.owner: one.back for one in new if one.back is not None}
    wanted = came_back | back.keys()
    found = [_of_filing(owner, sold[owner]) for owner in sold if owner in wanted]
    found += _kept(connection, (one for owner, one in back.items() if owner not in sold))
    return sorted(found, key=lambda one: one.owner)


def note_waiting(
    connection: Connection, new: Sequence[Filing], found: Iterable[Sold], *, now_s: int
) -> None:
    """Keep the returns among what is new whose sale is not here; forget those whose sale is now.

    `found` are the sales that are here. One that was keyed in again from its receipt is here, too.
    """
    here = {one.owner for one in found}
    for filing in new:
        lost = lost_place(filing.one.event, filing.one.till_id)
        if lost is not None:
            here.add(SoldPlace(lost.half, lost.epoch, lost.seq).owner)
    back = [one for one in new if one.back is not None and _is_return(one)]
    places = {one.back.owner: one.back for one in back if one.back is not None}
    keyed = {keyed_in_id(one.till, one.epoch, one.seq): owner for owner, one in places.items()}
    here |= {keyed[bytes(row[0])] for row in many(connection, _KEYED_IN, list(keyed))}
    rows = []
    for filing in back:
        one, place = filing.one, filing.back
        if place is not None and place.owner not in here:
            at = (one.till_id, one.epoch, one.seq)
            rows.append((place.owner, one.event_id, *at, place.till, place.epoch, place.seq, now_s))
    put_new(connection, RETURN_WAITING, rows)
    if here:
        connection.execute(RETURN_WAITING.delete().where(RETURN_WAITING.c.owner.in_(sorted(here))))


def fold_anew(connection: Connection, owners: Iterable[bytes], *, now_s: int) -> None:
    """The ledger folds owners from their first event; whoever knows them is told what changed."""
    place, knows = OWNER_PLACE.c, TILL_OWNER.c
    those = place.owner.in_(sorted(owners))
    connection.execute(OWNER_PLACE.update().where(those).values(folded=0, due_s=now_s))
    asked = select(knows.till_id, place.owner, place.arrived).join_from(
        OWNER_PLACE, TILL_OWNER, knows.owner == place.owner
    )
    rows = connection.execute(asked.where(those)).all()
    due(connection, sorted((bytes(till), bytes(owner), number) for till, owner, number in rows))


def _is_return(filing: Filing) -> bool:
    return isinstance(filing.one.event, events.Refund)


def _of_filing(owner: bytes, filing: Filing) -> Sold:
    one = filing.one
    return Sold(owner, one.event_id, one.till_id, one.epoch, one.seq, one.at)


def _kept(connection: Connection, places: Iterable[SoldPlace]) -> list[Sold]:
    found = []
    for place in places:
        row = sale_row(connection, place)
        sale = None if row is None else _read(bytes(row[6]))
        if sale is not None:
            till_id, epoch, seq, event_id = row[:4]
            at = parse_instant(sale.at)
            found.append(Sold(place.owner, bytes(event_id), bytes(till_id), epoch, seq, at))
    return found


def _read(body: bytes) -> events.Sale | None:
    try:
        event = events.decode(body)
    except ValueError:
        return None
    return event if isinstance(event, events.Sale) else None
