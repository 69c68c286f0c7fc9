"""A till's sending and asking: the real session, driven message by message.

Shape: `wake(now)` gives the request to send now, or for how long there is nothing to do; an answer
comes back by `heard`, its failing by `lost`. One request is under way at a time, and only the
answer to that one counts: whatever else arrives is as good as not said (its nonce is another).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import msgspec

from posloyalty.domain.values.calendar import format_instant
from posloyalty.sync import ask_session, push_session
from posloyalty.sync.ask_session import Ask, Asking, after_answer, after_push, after_step
from posloyalty.sync.epochs import marks, narrowed
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Place
from posloyalty.sync.push_session import Agree, Push, SayHello, Session, Wait
from posloyalty.sync.wire.acknowledgements import Acknowledgement, is_older
from posloyalty.sync.wire.answers import AnswerAsk, AnswerGiven, answer_of, standing
from posloyalty.sync.wire.batch import EVENTS_MAX, outgoing
from posloyalty.sync.wire.messages import (
    EpochAsk,
    EpochOpened,
    HelloAnswer,
    HelloAsk,
    Problem,
    Pushed,
)
from tests.simulation.restored import RestorableTill

HELLO, PUSH, EPOCHS, ANSWER = "hello", "push", "epochs", "answer"


@dataclass(frozen=True)
class Request:
    """What is sent; `number` is its nonce."""

    number: int
    kind: str
    body: bytes


@dataclass
class Search:
    """The last common place is between `lo` and `hi`; `opened` is what was asked to go on with."""

    agree: Agree
    lo: int
    hi: int
    asked: tuple[int, ...] = ()


@dataclass
class Lane:
    """One till's. `acked` are the events of which the till was told that head office has them,
    `piece` how many events go at once at most, as where each is long;
    `hear_time` takes head office's time up, and gives the till's own from then on.
    """

    till: RestorableTill
    random: Random
    session: Session = field(default_factory=Session)
    asking: Asking = field(default_factory=Asking)
    under_way: Request | None = None
    search: Search | None = None
    newest: tuple[int, int] = (0, 0)
    acked: set[bytes] = field(default_factory=set)
    hear_time: Callable[[datetime], datetime] = lambda at: at
    numbers: int = 0
    pushed: int = 0
    piece: int = EVENTS_MAX

    def restart(self) -> None:
        """The program ends and begins again: what was not written down is gone."""
        self.session, self.asking = Session(), Asking()
        self.under_way = self.search = None
        self.newest = (0, 0)

    def wake(self, now_ms: int, at: datetime) -> Request | int:
        """What to send now, or for how long to wait; nothing while a request is under way."""
        if self.under_way is not None:
            return push_session.WAIT_MS_MAX
        head_seq = len(self.till.journal)
        if self.newest[0] != head_seq:
            self.newest = (head_seq, now_ms)
        step = ask_session.next_step(
            self.session,
            self.asking,
            head_seq=head_seq,
            newest_ms=self.newest[1],
            now_ms=now_ms,
            aside_seq=head_seq,  # nothing is set aside in this world
        )
        if isinstance(step, Wait):
            return step.for_ms
        return self._sent(step, at)

    def heard(
        self, request: Request, said: bytes | Problem, named: str, now_ms: int, at: datetime
    ) -> bool:
        """An answer arrived of a head office that names itself; False where it was to no request
        that is under way.
        """
        if self.under_way is None or self.under_way.number != request.number:
            return False
        self.under_way = None
        if is_older(named, self.till.office):
            self.search = None
            self.session = push_session.older(self.session, now_ms=now_ms)
            return True
        if isinstance(said, Problem):
            self.search = None
            sent = self.pushed if request.kind == PUSH else 0
            self.session = push_session.after_problem(
                self.session, said, now_ms=now_ms, drawn=self._drawn(), sent=sent
            )
        elif request.kind == HELLO:
            self._greeted(msgspec.json.decode(said, type=HelloAnswer), named, now_ms)
        elif request.kind == PUSH:
            self._acked(msgspec.json.decode(said, type=Pushed), now_ms)
        elif request.kind == EPOCHS:
            opened = msgspec.json.decode(said, type=EpochOpened)
            self.search = None
            self.session = push_session.after_agreement(self.session, opened, now_ms=now_ms)
        else:
            self._told(msgspec.json.decode(said, type=AnswerGiven), now_ms, at)
        if (self.session.acked or 0) >= self.till.frozen_to:
            self.till.frozen_to, self.till.sound = 0, True
        return True

    def lost(self, request: Request, now_ms: int, at: datetime) -> bool:
        """Nobody answered in time, or somebody who is not head office."""
        if self.under_way is None or self.under_way.number != request.number:
            return False
        self.under_way = self.search = None
        self.session = push_session.out_of_reach(
            self.session, at=format_instant(at), now_ms=now_ms, drawn=self._drawn()
        )
        return True

    @property
    def quiet(self) -> bool:
        """Whether everything is sent and heard, as far as the till knows."""
        done = self.session.acked == len(self.till.journal) and not self.asking.due
        return done and self.under_way is None

    def _sent(self, step: ask_session.Step, at: datetime) -> Request:
        if not isinstance(step, Ask | Push):
            self.asking = after_step(self.asking)
        if isinstance(step, Ask):
            return self._ask(ANSWER, AnswerAsk(place=standing(self._here())))
        if isinstance(step, Push):
            return self._push(step)
        if isinstance(step, Agree):
            return self._agree(step, at)
        assert isinstance(step, SayHello), f"{step} is not of this world"
        return self._ask(HELLO, HelloAsk(place=standing(self._here()), had=self.till.had))

    def _push(self, step: Push) -> Request:
        journal, after = self.till.journal, step.after_seq
        sent: list[StoredEvent] = []
        for one in journal[after : after + min(step.events_max, self.piece)]:
            if sent and one.epoch != sent[0].epoch:
                break
            sent.append(one)
        self.pushed = len(sent)
        self.till.sent = max(self.till.sent, sent[-1].seq)
        body = outgoing(
            sent,
            till_id=self.till.id,
            previous=self.till.hash_at(after),
            signature=bytes(64),
            waiting=len(journal) - sent[-1].seq,
            under=self.session.epoch,
            wrapped=(sent[0].seq,) if step.wrap else (),
        )
        return self._request(PUSH, body.lines())

    def _agree(self, step: Agree, at: datetime) -> Request:
        """Ask about places until the last common one is known, then go on behind it."""
        if self.search is None or self.search.agree != step:
            self.search = Search(step, 0, min(len(self.till.journal), step.theirs.seq))
        search = self.search
        search.asked = marks(search.lo, search.hi)
        if search.asked:
            places = tuple(standing(self.till.place_at(seq)) for seq in search.asked)
            return self._ask(HELLO, HelloAsk(place=standing(self._here()), marks=places))
        was = self.till.epoch
        self.till.go_on(search.lo, step.cause, step.theirs.epoch, at)
        ask = EpochAsk(
            epoch=self.till.epoch,
            old_epoch=was,
            common_seq=search.lo,
            common_head=self.till.hash_at(search.lo).hex(),
            reason=step.cause.value,
            local_max_seq=len(self.till.journal),
        )
        return self._ask(EPOCHS, ask)

    def _greeted(self, said: HelloAnswer, named: str, now_ms: int) -> None:
        search = self.search
        if search is None:
            self.till.office = named
            self._keep(said.ack)
            seq = said.place.seq
            here = self.till.hash_at(seq).hex() if seq <= len(self.till.journal) else None
            self.session = push_session.after_hello(self.session, said, now_ms=now_ms, here=here)
            return
        if said.place != search.agree.theirs:
            self.search = None
            self.session = push_session.after_moving(self.session, now_ms=now_ms)
            return
        common = search.lo if said.common is None else said.common.seq
        search.lo, search.hi = narrowed(search.lo, search.hi, search.asked, common)
        self.session = push_session.in_reach(self.session, now_ms=now_ms)

    def _acked(self, said: Pushed, now_ms: int) -> None:
        self.session = push_session.after_push(self.session, said, now_ms=now_ms)
        self._keep(said.ack)
        self.asking = after_push(self.asking, news=said.news, now_ms=now_ms)
        self.acked |= {one.event_id for one in self.till.journal[: said.acked.seq]}

    def _keep(self, ack: Acknowledgement | None) -> None:
        self.till.had = ack or self.till.had

    def _told(self, given: AnswerGiven, now_ms: int, at: datetime) -> None:
        before, answer = len(self.till.journal), answer_of(given)
        if answer.at is not None:
            at = self.hear_time(answer.at)
        if not self.till.apply(answer, at):
            return  # somebody sold since: that is sent, and then it is asked again
        new = len(self.till.journal) - before
        self.session = push_session.in_reach(self.session, now_ms=now_ms)
        self.asking = after_answer(self.asking, new=new, more=given.more, now_ms=now_ms)

    def _here(self) -> Place:
        return self.till.place_at(len(self.till.journal))

    def _ask(self, kind: str, ask: HelloAsk | EpochAsk | AnswerAsk) -> Request:
        return self._request(kind, msgspec.json.encode(ask))

    def _request(self, kind: str, body: bytes) -> Request:
        self.numbers += 1
        self.under_way = Request(self.numbers, kind, body)
        return self.under_way

    def _drawn(self) -> int:
        return self.random.getrandbits(32)
