"""What tills' journals say of owners, behind any place: what `Archive.book` and its kin go through.

Shape: `rows_of(connection, till_id, owner, told)` reads a till's journal of one owner behind what
`told` says; `taken(owner, rows)` is what the owner has by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection

from posloyalty.headoffice.ledger.counting import Told
from posloyalty.headoffice.ledger.read_bodies import heard_body, read_body
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.headoffice.tills.reopening import STANDS
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.since_agreed import Booked

_OWN: Final = f"""
SELECT e.epoch, e.seq, e.event_id, j.body, e.arrival AS own
FROM event_owner e
JOIN journal_event j ON j.till_id = e.till_id AND j.epoch = e.epoch AND j.seq = e.seq
WHERE {STANDS} AND e.till_id = ? AND e.owner = ? AND e.arrival > ?"""
_HEARD: Final = f"""
SELECT h.epoch, h.seq, j.event_id, j.body, 0 AS own
FROM heard_owner h
JOIN journal_event j ON j.till_id = h.till_id AND j.epoch = h.epoch AND j.seq = h.seq
WHERE {STANDS} AND h.till_id = ? AND h.owner = ? AND (h.epoch, h.seq) > (?, ?)"""


class BookRow(NamedTuple):
    """A row of a till's journal about an owner; `own` is its number at the owner, 0 where it was
    only heard.
    """

    epoch: int
    seq: int
    event_id: bytes
    body: bytes
    own: int


def rows_of(connection: Connection, till_id: bytes, owner: bytes, told: Told) -> list[BookRow]:
    """The rows of a till's journal about an owner behind what a till was told, in order."""
    # Of one owner, not IN a list: SQLite would go through all that was ever heard of them.
    rows = ask_one(connection, _OWN, (till_id, owner, told.own))
    rows += ask_one(connection, _HEARD, (till_id, owner, told.epoch, told.seq))
    return sorted([BookRow(*row) for row in rows], key=lambda row: (row.epoch, row.seq))


def booked(rows: Iterable[BookRow]) -> list[Booked]:
    """What rows did, each event once."""
    found: dict[bytes, Booked] = {}
    for row in rows:
        event_id, body = bytes(row.event_id), bytes(row.body)
        if event_id not in found:
            does = read_body(body)[1] if row.own else heard_body(body)
            found[event_id] = Booked(event_id, does, own=bool(row.own))
    return list(found.values())


def taken(owner: bytes, rows: Iterable[BookRow]) -> tuple[Belongings, bool]:
    """What an owner has by rows of a till's journal, and whether any of them did anything to it."""
    found, has = Belongings(owner), False
    for one in booked(rows):
        has |= found.take(one.does)
    return found, has
