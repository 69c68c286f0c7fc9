"""What a book of a later release holds, written out or sent, by a program that may not write to it.

Shape: `lines_of(book)` is its journal as lines (`sync/journal_lines`); `push_only(book, link)`
sends what head office does not have yet, and nothing else: nothing is asked, heard or spent, and
the book learns of it when the release that it belongs to says hello again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.next_stretch import BYTES_MAX
from posloyalty.services.office.till_start import this_start
from posloyalty.services.ports.head_office import OfficeLink
from posloyalty.services.ports.shop import OneSetting
from posloyalty.sync.journal import StoredEvent, genesis_predecessor
from posloyalty.sync.journal_lines import end_line, epoch_line, event_line, journal_line
from posloyalty.sync.wire.batch import EVENTS_MAX, Outgoing, head_statement, outgoing
from posloyalty.sync.wire.messages import HelloAsk, Problem, Standing

_ROWS: Final = 1_000


class JournalOnly(OneSetting, Protocol):
    """A book of which only the journal is read."""

    @property
    def till_id(self) -> bytes: ...  # noqa: D102
    @property
    def certificate(self) -> bytes: ...  # noqa: D102
    @property
    def seed(self) -> bytes: ...  # noqa: D102
    @property
    def head_seq(self) -> int: ...  # noqa: D102

    def events(self, *, after_seq: int, limit: int) -> Sequence[StoredEvent]:
        """Events in their order."""
        ...


@dataclass(frozen=True, slots=True)
class PushedOnly:
    """Up to where head office has the journal, of how many events, and why not further, if so."""

    acked: int
    head: int
    stopped: str = ""


def lines_of(book: JournalOnly) -> Iterator[bytes]:
    """The journal as lines, signed by the till's own key."""
    yield journal_line(till_id=book.till_id, certificate=book.certificate)
    epoch, last, after = 1, None, 0
    while rows := book.events(after_seq=after, limit=_ROWS):
        for one in rows:
            if one.epoch > epoch and last is not None:
                yield epoch_line(epoch=one.epoch, seq=last.seq, hashed=last.hash)
            epoch, last = one.epoch, one
            yield event_line(
                epoch=one.epoch,
                seq=one.seq,
                written=one.epoch,
                event_id=one.event_id,
                hashed=one.hash,
                body=one.body,
            )
        after = rows[-1].seq
    if last is not None:
        yield end_line(
            epoch=last.epoch, seq=last.seq, hashed=last.hash, signature=_signed(book, last)
        )


def push_only(book: JournalOnly, link: OfficeLink, *, app: str) -> PushedOnly:
    """Send what is missing; raises `OutOfReach`."""
    (last,) = book.events(after_seq=book.head_seq - 1, limit=1)
    place = Standing(epoch=last.epoch, seq=last.seq, head=last.hash.hex())
    said = link.hello(HelloAsk(place=place, app=app, after=this_start(book)[1]))
    if isinstance(said, Problem):
        return PushedOnly(0, last.seq, said.code)
    if said.state != "ok" or said.place.epoch != last.epoch:
        # It has to be agreed on where both go on, which writes to the book.
        return PushedOnly(said.place.seq, last.seq, said.state.upper())
    acked = said.place.seq
    while acked < last.seq:
        answer = link.push(_stretch(book, acked, last, under=said.place.epoch))
        if isinstance(answer, Problem):
            return PushedOnly(acked, last.seq, answer.code)
        acked = answer.acked.seq
    return PushedOnly(acked, last.seq)


def _stretch(book: JournalOnly, after_seq: int, head: StoredEvent, *, under: int) -> Outgoing:
    if after_seq:
        previous = book.events(after_seq=after_seq - 1, limit=1)[0].hash
    else:
        previous = genesis_predecessor(book.till_id, book.certificate)
    events, size = list[StoredEvent](), 0
    for one in book.events(after_seq=after_seq, limit=EVENTS_MAX):
        size += len(one.body)
        if events and (one.epoch != events[0].epoch or size > BYTES_MAX):
            break
        events.append(one)
    return outgoing(
        events,
        till_id=book.till_id,
        previous=previous,
        signature=_signed(book, events[-1]),
        waiting=head.seq - events[-1].seq,
        under=under,
    )


def _signed(book: JournalOnly, at: StoredEvent) -> bytes:
    statement = head_statement(till_id=book.till_id, epoch=at.epoch, seq=at.seq, head=at.hash)
    return SigningKey.generate(book.seed).sign(statement)
