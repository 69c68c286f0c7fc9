"""The batches in which the journal travels, the next one written while one is under way.

Shape: `Batches.next(wanted, look)` is the batch that a push wants. `ahead` writes and packs the one
behind it, one and no more, so that a backlog costs the line's time alone; what is wanted otherwise
when its turn comes (smaller batches, another epoch, another key) is written anew. Between any two
pieces of it the counter goes first. `short` is a batch in its short form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.next_stretch import next_stretch
from posloyalty.services.office.sources import Sources
from posloyalty.services.ports import Book
from posloyalty.services.ports.head_office import OfficeLink
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.sync.journal import Head, StoredEvent
from posloyalty.sync.wire.batch import EVENTS_MAX, Outgoing, head_statement, outgoing
from posloyalty.sync.wire.short.stretch import EVENTS_SAID_MAX, write_short


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """At most so many events behind a sequence, filed under an epoch; `wrap` as bytes. `signer` is
    the public key that vouches for them, `most` how many head office takes at once.
    """

    after_seq: int
    events_max: int
    under: int
    signer: bytes
    wrap: bool = False
    most: int = EVENTS_MAX


@dataclass(frozen=True, slots=True)
class Batch:
    """Events, one at least, and the stretch as which they travel."""

    events: Sequence[StoredEvent]
    stretch: Outgoing


class Batches:
    """Writes them out of one book."""

    def __init__(self, book: Book, way: RightOfWay) -> None:
        self._book = book
        self._way = way
        self._ahead: tuple[Wanted, Batch] | None = None
        self._sources = Sources(book, way)

    def next(self, wanted: Wanted, head: Head, key: SigningKey) -> Batch:
        """The batch that is wanted, of a journal that goes up to `head`."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == wanted:
            return ahead[1]
        return self._written(wanted, head, key)

    def short(self, batch: Batch) -> bytes | None:
        """A batch in its short form; None where it has none, or is too large to gain by it."""
        if len(batch.events) > EVENTS_SAID_MAX:
            return None
        stretch = batch.stretch.spoken()
        leans = self._sources.of(batch.events) if stretch.under == stretch.epoch else ()
        return write_short(stretch, leans, between=self._way.give)

    def ahead(
        self, wanted: Wanted, sent: Batch, head: Head, key: SigningKey, link: OfficeLink
    ) -> None:
        """Write and pack the batch that will be wanted behind one that was sent whole.

        Only where more than a whole one waits: then something waits behind it whatever is sold
        meanwhile, and that is all that it says of the rest.
        """
        last = sent.events[-1].seq
        if wanted.wrap or wanted.events_max < wanted.most or head.seq - last <= wanted.most:
            return
        then = replace(wanted, after_seq=last)
        batch = self._written(then, head, key)
        self._way.give()
        link.pack(batch.stretch)
        self._ahead = (then, batch)

    def _written(self, wanted: Wanted, head: Head, key: SigningKey) -> Batch:
        previous, events = next_stretch(self._book, self._way, wanted.after_seq, wanted.events_max)
        last = events[-1]
        statement = head_statement(
            till_id=head.till_id, epoch=last.epoch, seq=last.seq, head=last.hash
        )
        stretch = outgoing(
            events,
            till_id=head.till_id,
            previous=previous,
            signature=key.sign(statement),
            waiting=max(0, head.seq - last.seq),
            under=wanted.under,
            wrapped=(events[0].seq,) if wanted.wrap else (),
        )
        return Batch(events, stretch)
