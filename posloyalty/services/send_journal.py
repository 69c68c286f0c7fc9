"""The till sends its journal to head office, one request a step, and says in short how it stands.

Shape: `step()` does what the session (`sync/push_session`) asks for, at most one request, and gives
back for how long nothing is to be done. It belongs on a thread of its own: it waits for the network
there, reads on a look-up connection, and writes a few rows when head office has received something.
`status()` may be asked from anywhere. Selling never waits for any of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.hear_programmes import HearProgrammes
from posloyalty.services.join_head_office import keep_facts, kept_facts
from posloyalty.services.ports import Book, Chance, Reader
from posloyalty.services.ports.head_office import OfficeFacts, OfficeLink, OutOfReach
from posloyalty.services.signing import SigningKey
from posloyalty.services.till_clock import TillClock
from posloyalty.sync.journal import Head, StoredEvent, genesis_predecessor
from posloyalty.sync.push_session import (
    IDLE_MS,
    LINGER_MS,
    Push,
    Renew,
    Session,
    Step,
    Wait,
    after_hello,
    after_problem,
    after_push,
    after_renewal,
    next_step,
    out_of_reach,
)
from posloyalty.sync.wire.batch import head_statement, write_stretch
from posloyalty.sync.wire.messages import CertificateGiven, HelloAsk, Problem, Standing

BYTES_MAX: Final = 1_500_000
"""Bodies of a batch, before they are escaped and packed."""
_DRAWN_BYTES: Final = 4


class Sending(StrEnum):
    """How a till and head office stand."""

    ALONE = "alone"
    UP_TO_DATE = "up_to_date"
    WAITING = "waiting"
    OFFLINE = "offline"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingStatus:
    """`waiting` events are not at head office yet; `since` is when it was first out of reach;
    `reason` the code of what somebody has to look at.
    """

    sending: Sending
    waiting: int = 0
    since: str = ""
    reason: str = ""


Connect = Callable[[OfficeFacts, SigningKey, bytes], OfficeLink]
"""(head office, the till's key, the till's id) to a link."""


class SendJournal:
    """Sends what head office does not have yet."""

    def __init__(
        self,
        *,
        book: Book,
        clock: TillClock,
        chance: Chance,
        connect: Connect,
        app: str,
        programmes: HearProgrammes | None = None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._chance = chance
        self._connect = connect
        self._app = app
        self._programmes = programmes
        self._session = Session()
        self._facts: OfficeFacts | None = None
        self._link: OfficeLink | None = None
        self._newest = (0, 0)  # the journal's last sequence, and when it was first seen
        self._received: int | None = None
        self._status = SendingStatus(sending=Sending.WAITING)

    def status(self) -> SendingStatus:
        """How it stood after the last step."""
        return self._status

    def step(self, *, lingers: bool = True) -> int:
        """Do one thing; returns for how many milliseconds there is nothing to do.

        Without `lingers` what is new does not wait for company.
        """
        with self._book.read() as reader:
            facts, head = kept_facts(reader.settings), reader.journal.head()
            if facts is None:
                self._status = SendingStatus(sending=Sending.ALONE)
                return IDLE_MS
            key = SigningKey.generate(reader.tokens.keys()[0].seed)
            if self._received is None:
                first = reader.outbox.first_waiting()
                self._received = head.seq if first is None else first - 1
        link = self._linked(facts, key, head.till_id)
        now_ms = self._clock.monotonic_ms()
        newest_ms = self._seen(head.seq, now_ms) if lingers else now_ms - LINGER_MS
        step = next_step(self._session, head_seq=head.seq, newest_ms=newest_ms, now_ms=now_ms)
        hears = None if self._session.acked is None else self._due()
        if isinstance(step, Wait) and hears is None:
            self._tell(head.seq)
            return step.for_ms
        try:
            if hears is not None and isinstance(step, Wait):
                # What was sold goes first; rules come when there is nothing to send.
                hears.step(link)
            elif not isinstance(step, Wait):
                self._session = self._done(step, link, head, key)
        except OutOfReach:
            self._session = out_of_reach(
                self._session,
                at=format_instant(self._clock.now()),
                now_ms=self._clock.monotonic_ms(),
                drawn=self._drawn(),
            )
        self._note_received()
        self._tell(head.seq)
        return 0

    def send_all(self) -> SendingStatus:
        """Steps until there is nothing more to do now: all is there, or it cannot be."""
        while self.step(lingers=False) == 0 and self._status.sending is not Sending.OFFLINE:
            pass
        return self._status

    def close(self) -> None:
        """Give the connection back."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _linked(self, facts: OfficeFacts, key: SigningKey, till_id: bytes) -> OfficeLink:
        if self._link is None or facts != self._facts:
            self.close()
            self._facts = facts
            self._link = self._connect(facts, key, till_id)
        return self._link

    def _due(self) -> HearProgrammes | None:
        """Who asks for programmes, when it is time to."""
        found = self._programmes
        return found if found is not None and found.due() else None

    def _done(self, step: Step, link: OfficeLink, head: Head, key: SigningKey) -> Session:
        """One request, and the session that follows from its answer."""
        if isinstance(step, Push):
            said = self._pushed(step, link, head, key)
            return said if isinstance(said, Session) else self._refused(said)
        if isinstance(step, Renew):
            given = link.renew()
            return self._refused(given) if isinstance(given, Problem) else self._renewed(given)
        place = Standing(epoch=head.epoch, seq=head.seq, head=head.hash.hex())
        answer = link.hello(HelloAsk(place=place, app=self._app))
        if isinstance(answer, Problem):
            return self._refused(answer)
        return after_hello(self._session, answer, now_ms=self._clock.monotonic_ms())

    def _pushed(
        self, step: Push, link: OfficeLink, head: Head, key: SigningKey
    ) -> Session | Problem:
        with self._book.read() as reader:
            previous, events = self._stretch(reader, step)
        last = events[-1]
        statement = head_statement(
            till_id=head.till_id, epoch=last.epoch, seq=last.seq, head=last.hash
        )
        body = write_stretch(
            events,
            till_id=head.till_id,
            previous=previous,
            signature=key.sign(statement),
            waiting=max(0, head.seq - last.seq),
        )
        answer = link.push(body)
        return (
            answer
            if isinstance(answer, Problem)
            else after_push(self._session, answer, now_ms=self._clock.monotonic_ms())
        )

    def _stretch(self, reader: Reader, step: Push) -> tuple[bytes, Sequence[StoredEvent]]:
        """(hash before, events) of one epoch and within the bounds, one event at least."""
        if step.after_seq:
            (before,) = reader.journal.events(after_seq=step.after_seq - 1, limit=1)
            previous = before.hash
        else:
            facts = reader.facts
            previous = genesis_predecessor(facts.till_id, facts.certificate)
        events: list[StoredEvent] = []
        size = 0
        for one in reader.journal.events(after_seq=step.after_seq, limit=step.events_max):
            size += len(one.body)
            if events and (one.epoch != events[0].epoch or size > BYTES_MAX):
                break
            events.append(one)
        return previous, events

    def _renewed(self, given: CertificateGiven) -> Session:
        assert self._facts is not None
        facts = msgspec.structs.replace(
            self._facts, certificate=given.certificate, not_after=given.not_after
        )
        with self._book.write() as unit:
            keep_facts(unit.settings, facts)
            unit.commit()
        self._facts = facts
        return after_renewal(self._session, now_ms=self._clock.monotonic_ms())

    def _refused(self, problem: Problem) -> Session:
        return after_problem(
            self._session, problem, now_ms=self._clock.monotonic_ms(), drawn=self._drawn()
        )

    def _note_received(self) -> None:
        acked = self._session.acked
        if acked is None or self._received is None or acked <= self._received:
            return
        with self._book.write() as unit:
            unit.outbox.received(acked)
            unit.commit()
        self._received = acked

    def _seen(self, head_seq: int, now_ms: int) -> int:
        if self._newest[0] != head_seq:
            self._newest = (head_seq, now_ms)
        return self._newest[1]

    def _tell(self, head_seq: int) -> None:
        session = self._session
        waiting = max(0, head_seq - (self._received or 0))
        sending = Sending.UP_TO_DATE
        if session.stopped:
            sending = Sending.STOPPED
        elif session.away_since:
            sending = Sending.OFFLINE
        elif waiting or session.failures:
            sending = Sending.WAITING
        self._status = SendingStatus(
            sending=sending, waiting=waiting, since=session.away_since, reason=session.stopped
        )

    def _drawn(self) -> int:
        return int.from_bytes(self._chance.token_bytes(_DRAWN_BYTES), "big")
