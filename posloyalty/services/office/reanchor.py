"""A book that is not where it had been goes on in another epoch, and agrees on it with head office.

Shape: `anchor` writes the epoch's first event, gives every lease back and freezes spending, all in
the caller's transaction. `Reanchor.run` finds the last place that both sides have, anchors behind
what the book holds unless that was done before, and asks head office to go on there. A cut at any
moment leaves a book that sells and asks again: the anchor is one transaction, the request may be
repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.office.soundness import freeze
from posloyalty.services.ports import Book, Ids, Reader, UnitOfWork
from posloyalty.services.ports.head_office import OfficeLink
from posloyalty.sync import events
from posloyalty.sync.epochs import ROUNDS_MAX, Cause, marks, narrowed, next_epoch
from posloyalty.sync.journal import Head, genesis_predecessor
from posloyalty.sync.office.telling import given_back
from posloyalty.sync.wire.messages import EpochAsk, EpochOpened, HelloAsk, Problem, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The last place that the book has in common with what was seen of it elsewhere."""

    seq: int
    hash: bytes


def anchor(unit: UnitOfWork, ids: Ids, common: Common, cause: Cause, epoch: int) -> Head:
    """Begin an epoch; returns where the journal then stands. The caller commits."""
    was = unit.journal.head().epoch
    unit.journal.begin_epoch(epoch)
    stamp = unit.journal.stamp()
    appended = unit.journal.append(
        events.EpochAnchor(
            id=ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            was=was,
            seq=common.seq,
            head=common.hash.hex(),
            cause=cause.value,
        )
    )
    for lease in unit.ledger.open_leases():
        # What is left of it may be spent already by what this book has lost.
        stamp = unit.journal.stamp()
        day = parse_instant(stamp.at).date()
        act = given_back(lease, at=stamp.at, day=day, hlc=stamp.hlc)
        if unit.journal.by_event_id(bytes.fromhex(act.id)) is None:
            unit.acts.book(act)
    if kept_facts(unit.settings) is not None:
        freeze(unit.settings, cause.value, appended.seq)
    return unit.journal.head()


class Reanchor:
    """Agrees on an epoch with head office, on the lane that sends. `changed` is told when spending
    froze, before anybody else books something.
    """

    def __init__(self, book: Book, ids: Ids, *, app: str, changed: Callable[[], None]) -> None:
        self._book = book
        self._ids = ids
        self._app = app
        self._changed = changed

    def run(self, link: OfficeLink, theirs: Standing, cause: Cause) -> EpochOpened | Problem | None:
        """Go on where both sides have the same; `theirs` is where head office stands. None where it
        stands elsewhere by now, and nothing was written.

        Raises `OutOfReach`; whatever was written then stands, and the next run goes on from it.
        """
        common = self._common(link, theirs)
        if not isinstance(common, Common):
            return common
        head, was = self._anchored(common, theirs, cause)
        return link.open_epoch(
            EpochAsk(
                epoch=head.epoch,
                old_epoch=was,
                common_seq=common.seq,
                common_head=common.hash.hex(),
                reason=cause.value,
                local_max_seq=head.seq,
            )
        )

    def _common(self, link: OfficeLink, theirs: Standing) -> Common | Problem | None:
        with self._book.read() as reader:
            head = reader.journal.head()
            lo, hi = 0, min(head.seq, theirs.seq)
            place = Standing(epoch=head.epoch, seq=head.seq, head=head.hash.hex())
            for _ in range(ROUNDS_MAX):
                asked = marks(lo, hi)
                if not asked:
                    break
                said = link.hello(
                    HelloAsk(
                        place=place, app=self._app, marks=tuple(_at(reader, seq) for seq in asked)
                    )
                )
                if isinstance(said, Problem):
                    return said
                if said.place != theirs:
                    return None
                common = lo if said.common is None else said.common.seq
                lo, hi = narrowed(lo, hi, asked, common)
            return Common(seq=lo, hash=bytes.fromhex(_at(reader, lo).head))

    def _anchored(self, common: Common, theirs: Standing, cause: Cause) -> tuple[Head, int]:
        """(where the journal stands in an epoch that goes on behind a place, the epoch before)."""
        with self._book.write() as unit:
            head = unit.journal.head()
            known = unit.journal.last_anchor() if head.epoch > theirs.epoch else None
            if known is not None and known.epoch == head.epoch:
                was = events.decode(known.body)
                if isinstance(was, events.EpochAnchor) and was.seq == common.seq:
                    return head, was.was
            epoch = next_epoch(theirs.epoch, head.epoch)
            made = anchor(unit, self._ids, common, cause, epoch)
            unit.commit()
            self._changed()
            return made, head.epoch


def hash_at(book: Book, seq: int) -> str | None:
    """The hash that a book has at a place of its journal; None at its beginning and beyond its end.

    A book that was put back and has gone past where head office is looks like one that merely
    waits: its own hash there tells them apart before anything is taken for sent.
    """
    if seq == 0:
        return None
    with book.read() as reader:
        return next(
            (one.hash.hex() for one in reader.journal.events(after_seq=seq - 1, limit=1)), None
        )


def _at(reader: Reader, seq: int) -> Standing:
    """A place of the book's journal."""
    if seq == 0:
        facts = reader.facts
        genesis = genesis_predecessor(facts.till_id, facts.certificate)
        return Standing(epoch=1, seq=0, head=genesis.hex())
    (one,) = reader.journal.events(after_seq=seq - 1, limit=1)
    return Standing(epoch=one.epoch, seq=one.seq, head=one.hash.hex())
