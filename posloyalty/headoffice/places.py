"""Where a till's journal stands at head office, and which hash lies at its places.

A till that was restored leaves events behind that are no longer of the journal that it holds: at a
sequence up to the journal's place, the event of the latest epoch is the one that it holds now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import ColumnElement, select

from posloyalty.headoffice.tables import JOURNAL_EVENT, JOURNAL_PLACE
from posloyalty.headoffice.visits import Visit
from posloyalty.sync.journals import Place
from posloyalty.sync.wire.messages import Standing

_J = JOURNAL_EVENT.c


def locked_place(visit: Visit) -> Place:
    """How far the visitor's journal is kept; nobody else moves it within this transaction."""
    asked = select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == visit.till.till_id)
    row = visit.connection.execute(asked.with_for_update()).one()
    return Place(epoch=row.epoch, seq=row.seq, hash=bytes(row.hash))


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
