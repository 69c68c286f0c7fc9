"""Sales that head office has twice, rung and keyed in again: both are kept, the first one counts.

Shape: `known_already` gives the places, in a batch of one till's journal, of sales that this till
keyed in although head office has them from it as they were rung. `doubles` are those that two tills
brought: keyed in for a till whose journal came all the same, before or after, or keyed in at both.
Each has a code for the person who looks at it, and a row (`SALE_TWICE`), because which of the two
was there first is in no journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from msgspec import UNSET
from sqlalchemy import Connection

from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.goods_back import sale_row
from posloyalty.headoffice.store.keyed_tables import KEYED_TILL, SALE_TWICE
from posloyalty.headoffice.store.statements import many, put_new
from posloyalty.sync import events
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.keyed_in import (
    is_keyed_in,
    is_lost_sale,
    keyed_in_id,
    lost_place,
    number_place,
)
from posloyalty.sync.office.archive import Filing

KEYED_TWICE: Final = "KEYED_TWICE"
"""Keyed in at two tills."""
KEYED_AND_SENT: Final = "KEYED_AND_SENT"
"""Keyed in after its till had sent it."""
SENT_AND_KEYED: Final = "SENT_AND_KEYED"
"""Sent by its till after it was keyed in."""
OF_KEYED_TILL: Final = "SELECT half FROM keyed_till WHERE half IN"
_BODIES: Final = "SELECT seq, body FROM journal_event WHERE till_id = ? AND seq IN"
_KEYED: Final = "SELECT event_id, body FROM journal_event WHERE event_id IN"


@dataclass(frozen=True, slots=True)
class Double:
    """A sale that does not count: its place in its till's journal and its id, the event that counts
    in its stead, and the code of what it is.
    """

    seq: int
    event_id: bytes
    counts: bytes
    code: str


def known_already(
    connection: Connection, till_id: bytes, filings: Iterable[Filing | None]
) -> set[int]:
    """Where in a batch sales stand that head office has from the same till as they were rung."""
    own: list[tuple[int, events.Sale, int]] = []
    for one in (filing.one for filing in filings if filing is not None):
        place = lost_place(one.event, till_id)
        if place is not None and isinstance(one.event, events.Sale) and one.event.till is UNSET:
            own.append((one.seq, one.event, place.seq))
    bodies: dict[int, list[bytes]] = {}
    for seq, body in many(connection, _BODIES, sorted({place for _, _, place in own}), till_id):
        bodies.setdefault(seq, []).append(bytes(body))
    return {
        seq
        for seq, event, place in own
        if any(is_lost_sale(event, body) for body in bodies.get(place, ()))
    }


def doubles(
    connection: Connection, batch: Batch, *, elsewhere: Collection[int], keyed: bool
) -> tuple[Double, ...]:
    """The sales of a batch that two tills brought. `elsewhere` are the places of events that
    another till brought under the same id, `keyed` says that sales of this till were keyed in.
    """
    found: dict[int, Double] = {}
    rung: dict[bytes, StoredEvent] = {}
    for stored, filing in zip(batch.stored, batch.filings, strict=True):
        event = None if filing is None else filing.one.event
        if not isinstance(event, events.Sale):
            continue
        if not is_keyed_in(event):
            place = number_place(event.no) if keyed else None
            if place is not None:
                rung[keyed_in_id(batch.till_id, *place)] = stored
        elif stored.seq in elsewhere:
            found[stored.seq] = _double(stored, stored.event_id, KEYED_TWICE)
        elif event.till is not UNSET:
            sold = _as_rung(connection, event, batch.till_id)
            if sold is not None:
                found[stored.seq] = _double(stored, sold, KEYED_AND_SENT)
    for event_id, body in many(connection, _KEYED, sorted(rung)) if rung else ():
        stored, again = rung[bytes(event_id)], events.decode(bytes(body))
        if isinstance(again, events.Sale) and is_lost_sale(again, stored.body):
            found[stored.seq] = _double(stored, bytes(event_id), SENT_AND_KEYED)
    return tuple(found[seq] for seq in sorted(found))


def _double(stored: StoredEvent, counts: bytes, code: str) -> Double:
    return Double(stored.seq, stored.event_id, counts, code)


def keep_doubles(
    connection: Connection,
    till_id: bytes,
    found: Iterable[Double],
    new: Iterable[Filing],
    now_s: int,
) -> None:
    """Note them, and of which other tills sales were keyed in."""
    rows = [(till_id, one.event_id, one.counts, now_s) for one in found]
    if rows:
        put_new(connection, SALE_TWICE, rows)
    halves = {
        event.till
        for event in (filing.one.event for filing in new)
        if isinstance(event, events.Sale) and isinstance(event.till, str)
    }
    if halves:
        put_new(connection, KEYED_TILL, [(bytes.fromhex(half),) for half in sorted(halves)])


def _as_rung(connection: Connection, keyed: events.Sale, till_id: bytes) -> bytes | None:
    """The id of the sale as the other till sent it."""
    place = lost_place(keyed, till_id)
    row = None if place is None else sale_row(connection, SoldPlace(*place))
    return bytes(row[3]) if row is not None and is_lost_sale(keyed, bytes(row[6])) else None
