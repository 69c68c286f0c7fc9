"""The till sends its journal to head office, one request a step, and says in short how it stands.

Shape: `step()` does what the session (`sync/push_session`) asks for, at most one request, and gives
back for how long nothing is to be done. It belongs on a thread of its own: it waits for the network
there, reads on a look-up connection, and writes a few rows when head office has received something.
`status()` may be asked from anywhere. Selling never waits for any of it.

A book that was put back from a copy agrees with head office on another epoch by itself
(`reanchor`); what may be spent meanwhile is `soundness`' business, and ends when head office has
the journal behind its anchor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import msgspec

from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.book.note_fault import note_fault
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.ask_office import AskOffice
from posloyalty.services.office.batches import Batches, Wanted
from posloyalty.services.office.hear_articles import HearArticles
from posloyalty.services.office.hear_card_keys import HearCardKeys
from posloyalty.services.office.hear_roll import HearRoll
from posloyalty.services.office.join_head_office import keep_facts, kept_facts
from posloyalty.services.office.listen_office import News
from posloyalty.services.office.office_lives import (
    hear_life,
    kept_acknowledgement,
)
from posloyalty.services.office.outbox_notes import OutboxNotes
from posloyalty.services.office.own_link import KeptLink
from posloyalty.services.office.reanchor import Reanchor, hash_at
from posloyalty.services.office.share_profiles import ShareProfiles
from posloyalty.services.office.soundness import CLONE, Frozen, freeze, frozen
from posloyalty.services.office.till_start import this_start
from posloyalty.services.ports import Book, Chance, Ids
from posloyalty.services.ports.head_office import Connect, OfficeFacts, OfficeLink, OutOfReach
from posloyalty.services.ports.outbox import OutboxRow
from posloyalty.services.programmes.hear_programmes import HearProgrammes
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.sync import push_session
from posloyalty.sync.ask_session import (
    Ask,
    Asking,
    Step,
    after_push,
    after_step,
    next_step,
    not_listening,
    told,
)
from posloyalty.sync.journal import Head
from posloyalty.sync.push_session import (
    IDLE_MS,
    LINGER_MS,
    Agree,
    Push,
    Renew,
    Session,
    SetAside,
    Wait,
)
from posloyalty.sync.wire.acknowledgements import Acknowledgement
from posloyalty.sync.wire.messages import HelloAsk, Problem, Standing

LINGER_MOST_MS: Final = 1_000
"""So long an event waits for company at most, however much of it there is."""
WRAPPED: Final = "WRAPPED"
"""What the outbox says of an event that went as bytes."""
_CLONE_SUSPECT: Final = "CLONE_SUSPECT"
_DRAWN_BYTES: Final = 4


_Hearing = HearProgrammes | HearArticles | HearCardKeys | HearRoll | ShareProfiles


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
    `reason` the code of what somebody has to look at; `frozen` why points and vouchers may not be
    spent here for now, empty where they may; `heard` how many things of elsewhere were put into the
    book since the till's start, `goods` how often products changed by what was heard. With
    `listens` nothing is left to ask for, and somebody may wait for news.
    """

    sending: Sending
    waiting: int = 0
    since: str = ""
    reason: str = ""
    frozen: str = ""
    heard: int = 0
    listens: bool = False
    goods: int = 0


@dataclass(frozen=True, slots=True)
class _Look:
    """The book as a step finds it."""

    facts: OfficeFacts
    head: Head
    key: SigningKey
    after: str
    had: Acknowledgement | None
    frozen: Frozen | None


class SendJournal:
    """Sends what head office does not have yet, and then asks what is new. `changed` is told when
    spending froze or thawed.
    """

    def __init__(
        self,
        *,
        book: Book,
        clock: TillClock,
        ids: Ids,
        chance: Chance,
        connect: Connect,
        app: str,
        asker: AskOffice,
        changed: Callable[[], None] = lambda: None,
        programmes: HearProgrammes | None = None,
        profiles: ShareProfiles | None = None,
        roll: HearRoll | None = None,
        articles: HearArticles | None = None,
        card_keys: HearCardKeys | None = None,
        way: RightOfWay | None = None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._chance = chance
        self._app = app
        self._asker = asker
        self._asking = Asking()
        self._listened: list[News] = []
        self._heard = 0
        self._changed = changed
        self._programmes = programmes
        self._profiles = profiles
        self._roll = roll
        self._articles = articles
        self._card_keys = card_keys
        self._reanchor = Reanchor(book, ids, app=app, changed=changed)
        self._way = RightOfWay() if way is None else way
        self._batches = Batches(book, self._way)
        self._notes = OutboxNotes(book, clock, changed, self._way)
        self._session = Session()
        self._link = KeptLink(connect)
        self._newest = (0, 0)  # the journal's last sequence, and when it was first seen
        self._ack: Acknowledgement | None = None  # the last one that was not written down yet
        self._as_bytes: frozenset[int] = frozenset()  # of the last batch that was sent
        self._unsent_ms: int | None = None  # since when something waits
        self._status = SendingStatus(sending=Sending.WAITING)

    def status(self) -> SendingStatus:
        """How it stood after the last step."""
        return self._status

    def told(self, news: News) -> None:
        """What somebody heard who waited at head office; from any thread."""
        self._listened.append(news)

    def step(self, *, lingers: bool = True) -> int:
        """Do one thing; returns for how many milliseconds there is nothing to do.

        Without `lingers` what is new does not wait for company.
        """
        self._way.give()
        if self._articles is not None:
            self._articles.catch_up()
        if self._profiles is not None and self._link.facts is not None:
            self._profiles.meet.step()
        look = self._looked()
        if look is None:
            self._status = SendingStatus(sending=Sending.ALONE)
            return IDLE_MS
        now_ms, head = self._clock.monotonic_ms(), look.head
        newest_ms = self._seen(head.seq, now_ms) if lingers else now_ms - LINGER_MS
        if self._waits_long(head.seq, now_ms):
            newest_ms = now_ms - LINGER_MS
        self._take_in(now_ms)
        step = next_step(
            self._session,
            self._asking,
            head_seq=head.seq,
            newest_ms=newest_ms,
            now_ms=now_ms,
            aside_seq=self._notes.received or 0,
        )
        if isinstance(step, Wait) and self._notes.is_behind(self._session.acked):
            self._tell(head.seq, self._note_received(head.seq, at_rest=True))
            return 0
        hears = None if self._session.acked is None else self._due()
        if isinstance(step, Wait) and hears is None and not self._is_calm(head.seq):
            self._tell(head.seq, look.frozen)
            return step.for_ms
        try:
            if not isinstance(step, Wait):
                self._session = self._done(step, self._linked(look), look)
            elif hears is not None:
                # What was sold goes first; the rest comes when there is nothing to send.
                hears.step(self._linked(look))
            elif not self._asker.top_up(self._linked(look)):
                self._tell(head.seq, look.frozen)
                return step.for_ms
        except OutOfReach as fault:
            self._asking = not_listening(self._asking)
            self._session = self._lost(fault)
        self._tell(head.seq, self._note_received(head.seq))
        return 0

    def send_all(self) -> SendingStatus:
        """Steps until there is nothing more to do now: all is there, or it cannot be."""
        while self.step(lingers=False) == 0 and self._status.sending is not Sending.OFFLINE:
            pass
        return self._status

    def rows(self, *, most: int) -> tuple[OutboxRow, ...]:
        """What is on its way, the newest first, and what was taken in a special way."""
        with self._book.read() as reader:
            return reader.outbox.shown(most=most)

    def retry(self) -> None:
        """Somebody asks to try again now, whatever wait was drawn."""
        self._session = push_session.right_now(self._session)

    def close(self) -> None:
        """Give the connection back."""
        self._link.close()

    def _lost(self, fault: OutOfReach) -> Session:
        now_ms = self._clock.monotonic_ms()
        if fault.older:
            return push_session.older(self._session, now_ms=now_ms)
        return push_session.out_of_reach(
            self._session,
            at=format_instant(self._clock.now()),
            now_ms=now_ms,
            drawn=self._drawn(),
            after_s=fault.after_s,
            cause=fault.cause,
        )

    def _looked(self) -> _Look | None:
        with self._book.read() as reader:
            facts, head = kept_facts(reader.settings), reader.journal.head()
            if facts is None:
                return None
            if self._notes.received is None:
                first = reader.outbox.first_waiting()
                self._notes.received = head.seq if first is None else first - 1
            return _Look(
                facts,
                head,
                SigningKey.generate(reader.tokens.keys()[0].seed),
                this_start(reader.settings)[1],
                kept_acknowledgement(reader.settings),
                frozen(reader.settings),
            )

    def _linked(self, look: _Look) -> OfficeLink:
        return self._link.to(look.facts, look.key, look.head.till_id)

    def _due(self) -> _Hearing | None:
        """Who asks for programmes, articles or members, when it is time to. Without articles a new
        till sells nothing, so they come before the members.
        """
        for found in (
            self._programmes,
            self._articles,
            self._card_keys,
            self._roll,
            self._profiles,
        ):
            if found is not None and found.due():
                return found
        return None

    def _take_in(self, now_ms: int) -> None:
        """What was heard by waiting, since the last step."""
        while self._listened:
            news = self._listened.pop(0)
            if news is News.LOST:
                self._asking = not_listening(self._asking)
                self._session = replace(self._session, acked=None)  # a hello says whether it is so
            else:
                self._asking = told(self._asking, news=news is News.NEWS, now_ms=now_ms)
                self._session = push_session.in_reach(self._session, now_ms=now_ms)

    def _ask(self, link: OfficeLink, head: Head) -> Session:
        """Ask what is new, and hear it."""
        found = self._asker.ask(link, head, self._asking)
        self._asking = found.asking
        self._heard += found.new
        if found.articles and self._articles is not None:
            self._articles.look()
        if found.profiles and self._profiles is not None:
            self._profiles.look()
        if found.programmes and self._programmes is not None:
            self._programmes.look()
        if found.said is not None:
            return self._refused(found.said)
        return push_session.in_reach(self._session, now_ms=self._clock.monotonic_ms())

    def _done(self, step: Step, link: OfficeLink, look: _Look) -> Session:
        """One request, and the session that follows from its answer."""
        if isinstance(step, Ask):
            return self._ask(link, look.head)
        if isinstance(step, Push):
            return self._push(step, link, look)
        self._asking = after_step(self._asking)
        if isinstance(step, SetAside):
            return self._set_aside(step, link, look)
        if isinstance(step, Agree):
            return self._agree(step, link)
        if isinstance(step, Renew):
            return self._renew(link, look.facts)
        head = look.head
        place = Standing(epoch=head.epoch, seq=head.seq, head=head.hash.hex())
        answer = link.hello(HelloAsk(place=place, app=self._app, after=look.after, had=look.had))
        if isinstance(answer, Problem):
            return self._refused(answer)
        self._ack = answer.ack or self._ack
        hear_life(self._book, look.facts, answer, had=look.had)
        here, now_ms = hash_at(self._book, answer.place.seq), self._clock.monotonic_ms()
        self._note_wrapped(answer.place.seq)  # what it said of the last batch may have been lost
        until = look.facts.not_after
        said = push_session.after_hello(self._session, answer, now_ms=now_ms, here=here)
        return push_session.in_time(said, good_until=until, office_time=answer.time)

    def _push(self, step: Push, link: OfficeLink, look: _Look) -> Session:
        wanted = self._wanted(step.after_seq, step.events_max, look, wrap=step.wrap)
        batch = self._batches.next(wanted, look.head, look.key)
        self._asker.sends(batch.events[-1].seq)
        self._as_bytes = batch.stretch.as_bytes()
        answer = link.push(
            batch.stretch,
            short=lambda: self._batches.short(batch),
            meanwhile=lambda: self._batches.ahead(wanted, batch, look.head, look.key, link),
        )
        if isinstance(answer, Problem):
            self._as_bytes = frozenset()
            return self._refused(answer, sent=len(batch.events))
        self._note_wrapped(batch.events[-1].seq)
        self._ack, now_ms = answer.ack or self._ack, self._clock.monotonic_ms()
        self._asking = after_push(self._asking, news=answer.news, now_ms=now_ms)
        if answer.news is False and not self._asking.due:
            self._asker.nothing_new(answer.acked.seq)
        return push_session.after_push(self._session, answer, now_ms=now_ms)

    def _set_aside(self, step: SetAside, link: OfficeLink, look: _Look) -> Session:
        """What a revoked till sold is not lost: it lies apart until somebody decides."""
        now_ms = self._clock.monotonic_ms
        wanted = self._wanted(step.after_seq, step.events_max, look)
        batch = self._batches.next(wanted, look.head, look.key)
        self._asker.sends(batch.events[-1].seq)
        try:
            answer = link.set_aside(batch.stretch)
        except OutOfReach:
            return push_session.after_aside(self._session, went=False, now_ms=now_ms())
        went = not isinstance(answer, Problem)
        if went:
            self._notes.received = batch.events[-1].seq
            with self._book.write() as unit:
                unit.outbox.set_aside(batch.events[-1].seq)
                unit.commit()
        return push_session.after_aside(self._session, went=went, now_ms=now_ms())

    def _agree(self, step: Agree, link: OfficeLink) -> Session:
        """The journal goes on in another epoch, behind what both sides have."""
        answer = self._reanchor.run(link, step.theirs, step.cause)
        if isinstance(answer, Problem):
            return self._refused(answer)
        now_ms = self._clock.monotonic_ms()
        if answer is None:
            return push_session.after_moving(self._session, now_ms=now_ms)
        return push_session.after_agreement(self._session, answer, now_ms=now_ms)

    def _renew(self, link: OfficeLink, kept: OfficeFacts) -> Session:
        given = link.renew()
        if isinstance(given, Problem):
            return self._refused(given)
        facts = msgspec.structs.replace(
            kept, certificate=given.certificate, not_after=given.not_after
        )
        with self._book.write() as unit:
            keep_facts(unit.settings, facts)
            unit.commit()
        self._link.renewed(facts)
        return push_session.after_renewal(self._session, now_ms=self._clock.monotonic_ms())

    def _wanted(
        self, after_seq: int, events_max: int, look: _Look, *, wrap: bool = False
    ) -> Wanted:
        return Wanted(
            after_seq=after_seq,
            events_max=events_max,
            under=self._session.epoch,
            signer=look.key.public,
            wrap=wrap,
            most=self._session.most,
        )

    def _refused(self, problem: Problem, *, sent: int = 0) -> Session:
        if problem.code == _CLONE_SUSPECT:
            self._freeze_as_clone()
        return push_session.after_problem(
            self._session,
            problem,
            now_ms=self._clock.monotonic_ms(),
            drawn=self._drawn(),
            sent=sent,
        )

    def _freeze_as_clone(self) -> None:
        with self._book.write() as unit:
            if frozen(unit.settings) is None:
                freeze(unit.settings, CLONE, 0)
                unit.commit()
                self._changed()

    def _note_wrapped(self, through: int) -> None:
        """Head office has events of the last batch as bytes alone: the journal and the outbox say
        so.
        """
        taken = sorted(seq for seq in self._as_bytes if seq <= through)
        self._as_bytes = frozenset()
        if not taken:
            return
        with self._book.write() as unit:
            for seq in taken:
                note_fault(unit, self._ids, "outbox.wrapped", seq=str(seq))
                unit.outbox.noted(seq, WRAPPED)
            unit.commit()

    def _note_received(self, head_seq: int, *, at_rest: bool = False) -> Frozen | None:
        acked = self._session.acked
        return self._notes.note(acked, self._ack, head_seq=head_seq, at_rest=at_rest)

    def _seen(self, head_seq: int, now_ms: int) -> int:
        if self._newest[0] != head_seq:
            self._newest = (head_seq, now_ms)
        return self._newest[1]

    def _waits_long(self, head_seq: int, now_ms: int) -> bool:
        """Whether something waits for company that keeps coming, as while profiles are heard."""
        if self._session.acked == head_seq:
            self._unsent_ms = None
        elif self._unsent_ms is None:
            self._unsent_ms = now_ms
        return self._unsent_ms is not None and now_ms - self._unsent_ms >= LINGER_MOST_MS

    def _tell(self, head_seq: int, ice: Frozen | None) -> None:
        session = self._session
        waiting = max(0, head_seq - (self._notes.received or 0))
        sending = Sending.UP_TO_DATE
        if session.stopped:
            sending = Sending.STOPPED
        elif session.away_since:
            sending = Sending.OFFLINE
        elif waiting or session.failures:
            sending = Sending.WAITING
        self._asker.reach(online=session.acked is not None and not session.stopped)
        self._status = SendingStatus(
            sending=sending,
            waiting=waiting,
            since=session.away_since,
            reason=session.stopped or session.cause,
            frozen="" if ice is None else ice.cause,
            heard=self._heard,
            listens=self._is_calm(head_seq),
            goods=0 if self._articles is None else self._articles.heard,
        )

    def _is_calm(self, head_seq: int) -> bool:
        """Whether everything is told on both sides."""
        return self._session.acked == head_seq and not self._asking.due

    def _drawn(self) -> int:
        return int.from_bytes(self._chance.token_bytes(_DRAWN_BYTES), "big")
