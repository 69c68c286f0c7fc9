"""A till goes on in another epoch: behind the last place that both sides have.

What head office has beyond that place is of the epoch that was left, stays as it is, and counts: it
was sold. What the till wrote there meanwhile comes under the new epoch. The same request again
gives the same answer, so a lost one costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE, WRITTEN_IN
from posloyalty.headoffice.tills.places import locked_place, standing
from posloyalty.headoffice.tills.reopening import reopen
from posloyalty.headoffice.tills.visits import Reply, Visit, problem, read, reply
from posloyalty.sync.journals import Place
from posloyalty.sync.office.lending import OfficeLending
from posloyalty.sync.wire.batch import Stretch
from posloyalty.sync.wire.messages import EpochAsk, EpochOpened, Problem, Standing

_E = EPOCH_BASE.c
_W = WRITTEN_IN.c


@dataclass(frozen=True, slots=True)
class Epochs:
    """Opens epochs."""

    database: Database

    def open(self, visit: Visit) -> Reply:
        """Let the till go on behind a common place.

        409 COMMON_UNKNOWN where head office does not have that place, EPOCH_TAKEN where the epoch
        is not behind every one that it knows; both say where it stands.
        """
        ask = read(visit.request.body, EpochAsk)
        place = locked_place(visit)
        base = Place(epoch=ask.epoch, seq=ask.common_seq, hash=bytes.fromhex(ask.common_head))
        known = self._known(visit, ask.epoch)
        if known is not None and (known.seq, bytes(known.hash)) == (base.seq, base.hash):
            return _opened(base, known.lost)
        if ask.epoch <= place.epoch or known is not None:
            return _refused("EPOCH_TAKEN", place)
        lost = place.seq - base.seq
        if not reopen(
            visit.connection,
            bytes(visit.till.till_id),
            base,
            ask.epoch,
            now_s=visit.now_s,
            old_epoch=ask.old_epoch,
            reason=ask.reason,
            local_max_seq=ask.local_max_seq,
        ):
            return _refused("COMMON_UNKNOWN", place)
        shelf = DatabaseShelf(visit.connection)
        lending = OfficeLending(shelf)
        marks = shelf.marks(visit.till.till_id, lending.of_till(visit.till.till_id))
        lending.forgotten(visit.till.till_id, marks)
        return _opened(base, lost)

    def _known(self, visit: Visit, epoch: int) -> Any:
        asked = select(EPOCH_BASE).where(_E.till_id == visit.till.till_id, _E.epoch == epoch)
        return visit.connection.execute(asked).first()


def note_writing(visit: Visit, stretch: Stretch, first_seq: int) -> None:
    """Keep in which epoch new events of a stretch were written, where that is another one."""
    if stretch.under == stretch.epoch:
        return
    visit.connection.execute(
        WRITTEN_IN.insert().values(
            till_id=visit.till.till_id,
            epoch=stretch.under,
            first_seq=first_seq,
            last_seq=stretch.last_seq,
            written=stretch.epoch,
        )
    )


def written_in(connection: Connection, till_id: bytes, epoch: int, seq: int) -> tuple[int, int]:
    """(the epoch in which an event was written, the last sequence of which that can be said)."""
    asked = select(WRITTEN_IN).where(_W.till_id == till_id, _W.epoch == epoch, _W.last_seq >= seq)
    row = connection.execute(asked.order_by(_W.first_seq).limit(1)).first()
    if row is None:
        return epoch, 2**53
    return (epoch, row.first_seq - 1) if row.first_seq > seq else (row.written, row.last_seq)


def _opened(base: Place, lost: int) -> Reply:
    place = Standing(epoch=base.epoch, seq=base.seq, head=base.hash.hex())
    return reply(EpochOpened(place=place, lost=lost), status=201)


def _refused(code: str, place: Place) -> Reply:
    return problem(409, Problem(code=code, retry="after_action", acked=standing(place)))
