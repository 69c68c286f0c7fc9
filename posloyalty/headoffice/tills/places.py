"""Where a till's journal stands at head office, and which hash lies at its places.

A till that was restored leaves events behind that are no longer of the journal that it holds: at a
sequence up to the journal's place, the event of the latest epoch is the one that it holds now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select

from posloyalty.headoffice.store.statements import (
    Question,
    about,
    ask_by_key,
    many_of,
    on_postgresql,
)
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.headoffice.tills.visits import Visit
from posloyalty.sync.journals import Place
from posloyalty.sync.wire.messages import Standing

_J = JOURNAL_EVENT.c
_PLACES: Final = "SELECT till_id, epoch, seq, hash, last_at_us FROM journal_place WHERE till_id IN"
_MARKS: Final = """
WITH RECURSIVE asked (till_id, seq) AS ({rows}), known (till_id, epoch) AS (
    SELECT a.till_id, (SELECT min(j.epoch) FROM journal_event j WHERE j.till_id = a.till_id)
    FROM (SELECT DISTINCT till_id FROM asked) a
    UNION ALL
    SELECT k.till_id, (
        SELECT min(j.epoch) FROM journal_event j WHERE j.till_id = k.till_id AND j.epoch > k.epoch)
    FROM known k WHERE k.epoch IS NOT NULL)
SELECT a.till_id, a.seq, (SELECT j.hash FROM journal_event j
    WHERE j.till_id = a.till_id AND j.epoch = k.epoch AND j.seq = a.seq)
FROM asked a JOIN known k ON k.till_id = a.till_id ORDER BY k.epoch"""
"""Each event is found by its whole key, epoch by epoch: a till's journal has hundreds of thousands,
and of a join PostgreSQL would read all of them while nobody has counted the table's rows.
"""


def locked_place(visit: Visit) -> Place:
    """How far the visitor's journal is kept; nobody else moves it within this transaction."""
    return locked_places([visit])[bytes(visit.till.till_id)][0]


def locked_places(visits: Sequence[Visit]) -> dict[bytes, tuple[Place, int]]:
    """The same of some visitors, at least one, by their ids, and the latest instant of each till's
    own events, in microseconds since 1970. They are locked in the order of ids.
    """
    (rows,) = ask_by_key(visits[0].connection, locking(visits))
    return read_places(rows)


def locking(visits: Sequence[Visit]) -> Question:
    """What asks for the places of some visitors, at least one, and locks them."""
    connection = visits[0].connection
    wording, ids = many_of(connection, _PLACES, [bytes(one.till.till_id) for one in visits])
    lock = " ORDER BY till_id FOR UPDATE" if on_postgresql(connection) else ""
    return wording + lock, ids


def read_places(rows: Iterable[Any]) -> dict[bytes, tuple[Place, int]]:
    """What `locking` found."""
    return {
        bytes(till_id): (Place(epoch=epoch, seq=seq, hash=bytes(hashed)), last_at_us)
        for till_id, epoch, seq, hashed, last_at_us in rows
    }


def marking(connection: Connection, marks: Sequence[tuple[bytes, int]]) -> Question:
    """What asks for the hashes at some tills' sequences, at least one: rows of till, sequence and
    hash, the epochs in their order; without a hash where an epoch has no such event.
    """
    return about(connection, _MARKS, marks, ("bytea", "int8"))


def standing(place: Place) -> Standing:
    """A place as it is said."""
    return Standing(epoch=place.epoch, seq=place.seq, head=place.hash.hex())


def kept_hashes(visit: Visit) -> Callable[[int, int], dict[int, bytes]]:
    """Gives the hashes between two sequences, both up to the place."""

    def kept(first: int, last: int) -> dict[int, bytes]:
        return _hashes(visit, _J.seq.between(first, last))

    return kept


def _hashes(visit: Visit, where: ColumnElement[bool]) -> dict[int, bytes]:
    rows = visit.connection.execute(
        select(_J.seq, _J.hash)
        .where(_J.till_id == visit.till.till_id, where)
        .order_by(_J.epoch)  # the later epoch's event takes the place of the earlier one's
    )
    return {row.seq: bytes(row.hash) for row in rows}
