"""Where a till's journal stands at head office, and which hash lies at its places.

A till that was restored leaves events behind that are no longer of the journal that it holds: at a
sequence up to the journal's place, the event of the latest epoch is the one that it holds now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, select

from posloyalty.headoffice.store.statements import ask, many_of, on_postgresql
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.headoffice.tills.visits import Visit
from posloyalty.sync.journals import Place
from posloyalty.sync.wire.messages import Standing

_J = JOURNAL_EVENT.c
_PLACES: Final = "SELECT till_id, epoch, seq, hash, last_at_us FROM journal_place WHERE till_id IN"


def locked_place(visit: Visit) -> Place:
    """How far the visitor's journal is kept; nobody else moves it within this transaction."""
    return locked_places([visit])[bytes(visit.till.till_id)][0]


def locked_places(visits: Sequence[Visit]) -> dict[bytes, tuple[Place, int]]:
    """The same of some visitors, at least one, by their ids, and the latest instant of each till's
    own events, in microseconds since 1970. They are locked in the order of ids.
    """
    connection = visits[0].connection
    wording, ids = many_of(connection, _PLACES, [bytes(one.till.till_id) for one in visits])
    lock = " ORDER BY till_id FOR UPDATE" if on_postgresql(connection) else ""
    (rows,) = ask(connection, (wording + lock, ids))
    return {
        bytes(till_id): (Place(epoch=epoch, seq=seq, hash=bytes(hashed)), last_at_us)
        for till_id, epoch, seq, hashed, last_at_us in rows
    }


def standing(place: Place) -> Standing:
    """A place as it is said."""
    return Standing(epoch=place.epoch, seq=place.seq, head=place.hash.hex())


def kept_hashes(visit: Visit) -> Callable[[int, int], dict[int, bytes]]:
    """Gives the hashes between two sequences, both up to the place."""

    def kept(first: int, last: int) -> dict[int, bytes]:
        return _hashes(visit, _J.seq.between(first, last))

    return kept


def hash_now(visit: Visit, seq: int) -> bytes | None:
    """The hash at a sequence up to the place; None where nothing is kept."""
    return hashes_now(visit, (seq,)).get(seq)


def hashes_now(visit: Visit, places: Collection[int]) -> dict[int, bytes]:
    """The hashes at some sequences up to the place; before the first event stands the genesis."""
    found = _hashes(visit, _J.seq.in_(list(places)))
    return found | ({0: bytes(visit.till.genesis)} if 0 in places else {})


def _hashes(visit: Visit, where: ColumnElement[bool]) -> dict[int, bytes]:
    rows = visit.connection.execute(
        select(_J.seq, _J.hash)
        .where(_J.till_id == visit.till.till_id, where)
        .order_by(_J.epoch)  # the later epoch's event takes the place of the earlier one's
    )
    return {row.seq: bytes(row.hash) for row in rows}
