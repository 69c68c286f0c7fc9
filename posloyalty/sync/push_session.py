"""When a till sends, what it does with each answer, and how it waits: sans-IO.

A `Session` is a frozen value. `next_step` says what to do now (wait, say hello, push, renew);
`after_*` give the session that follows from what came of it. Instants are milliseconds of a clock
that only goes forward, chance is a drawn 32-bit number. Nothing here ever stops a sale: a session
that cannot go on says why (`stopped`), keeps asking now and then, and the journal waits.

Nothing holds up the rest: a batch that head office cannot take is tried three times, then halved
until the one event is found that it cannot take, which goes as bytes that nobody reads. What a
revoked or copied till sells is set aside at head office while a person decides.

Waiting doubles with each failure up to five minutes, and is drawn from the whole span (full
jitter), so that tills which lost head office together do not come back together; never shorter than
what head office asked for. After five failures the first push is a single event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from posloyalty.sync.epochs import Cause
from posloyalty.sync.wire.batch import EVENTS_MAX
from posloyalty.sync.wire.messages import (
    EpochOpened,
    HelloAnswer,
    Problem,
    Pushed,
    Standing,
)

LINGER_MS: Final = 100
"""So long the newest event may wait for company: what one sale writes comes at once, and the next
sale of the same till is many seconds away."""
IDLE_MS: Final = 30_000
"""With nothing to send, hello is said anew after so long."""
SLEPT_MS: Final = 150_000
"""A program that runs hears head office more often than this, by sending, asking or waiting there:
what was heard longer ago was heard before the computer slept."""
WAIT_MS_MAX: Final = 300_000
_WAIT_MS: Final = 1_000
_DRAWN: Final = 2**32
_DOUBLINGS_MAX: Final = 9
EVENTS_MIN: Final = 20
"""A bad line gets small batches, so that something comes through each time."""
TRIES: Final = 3
"""So often a whole batch is tried before it is halved."""
RENEWED_BEFORE: Final = timedelta(days=30)
"""Head office gives a new certificate for one that is 60 of its 90 days old, and the same before:
asked any earlier, a till would ask for nothing at each hello.
"""
CIRCUIT: Final = 5
"""After so many failures the first push is one event."""
ASKED_MS_MAX: Final = 3_600_000
"""No longer wait is asked of us, whoever says so."""
ASKED_MORE_MS_MAX: Final = 30_000
"""No more is added to that, by chance."""
ASIDE: Final = frozenset({"REVOKED", "CLONE_SUSPECT"})
"""What stops a till whose batches head office sets aside."""
OLDER_LIFE: Final = "OLDER_LIFE"
"""What stops a till that meets an older head office than it heard before."""
POISON: Final = frozenset({"FAULT", "NO_BATCH", "OTHER_COUNT"})
"""What may be the fault of a single event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is known of head office. `acked` is how far it has the journal, None before a hello.

    `epoch` is the one that it files this journal under; `theirs` is where it stands and `reanchors`
    why the journal has to go on in another epoch, before anything else.

    `most` is how many events head office takes in one batch, as its last hello said; `events_max`,
    how many the next one may have, is never more.

    `tries` counts refusals of one batch, and `halves` is up to where it went: until head office has
    that, batches do not grow. `wraps` sends the next event alone, as bytes. `probes` sends a single
    one, after long failure. `aside_ms` is when more may be set aside.

    `away_since` is when it was first out of reach, empty while it answers, `cause` a code of what a
    person can put right there; `stopped` the code of what somebody has to look at; `renews` that
    the certificate has to be renewed before anything; `heard_ms` when head office answered last.
    """

    acked: int | None = None
    events_max: int = EVENTS_MAX
    most: int = EVENTS_MAX
    failures: int = 0
    not_before_ms: int = 0
    away_since: str = ""
    cause: str = ""
    stopped: str = ""
    renews: bool = False
    heard_ms: int = 0
    epoch: int = 0
    theirs: Standing | None = None
    reanchors: Cause | None = None
    tries: int = 0
    halves: int = 0
    wraps: bool = False
    probes: bool = False
    aside_ms: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do for so long."""

    for_ms: int


@dataclass(frozen=True, slots=True)
class SayHello:
    """Ask how far the journal is kept."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Ask for a new certificate."""


@dataclass(frozen=True, slots=True)
class Push:
    """Send at most so many events after a sequence; `wrap` sends it as bytes."""

    after_seq: int
    events_max: int
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """Send at most so many events after a sequence to be kept apart."""

    after_seq: int
    events_max: int


@dataclass(frozen=True, slots=True)
class Agree:
    """Go on in another epoch, behind what head office and the book have in common."""

    theirs: Standing
    cause: Cause


Step = Wait | SayHello | Renew | Push | SetAside | Agree


def next_step(
    session: Session, *, head_seq: int, newest_ms: int, now_ms: int, aside_seq: int = 0
) -> Step:
    """What to do now. `newest_ms` is when the journal's newest event was first seen, `aside_seq` up
    to where head office has the journal, in its place or apart.
    """
    if session.stopped in ASIDE and aside_seq < head_seq and session.aside_ms <= now_ms:
        return SetAside(aside_seq, session.events_max)
    if now_ms < session.not_before_ms:
        return Wait(session.not_before_ms - now_ms)
    if session.renews:
        return Renew()
    if session.reanchors is not None and session.theirs is not None:
        return Agree(session.theirs, session.reanchors)
    if session.acked is None or now_ms - session.heard_ms >= SLEPT_MS:
        return SayHello()
    waiting = head_seq - session.acked
    if waiting <= 0:
        # Now and then, so that head office knows that this till lives.
        quiet_ms = session.heard_ms + IDLE_MS - now_ms
        return Wait(quiet_ms) if quiet_ms > 0 else SayHello()
    linger_ms = newest_ms + LINGER_MS - now_ms
    if waiting < session.events_max and linger_ms > 0:
        return Wait(linger_ms)
    alone = session.wraps or session.probes
    return Push(session.acked, 1 if alone else session.events_max, session.wraps)


def after_hello(
    session: Session, answer: HelloAnswer, *, now_ms: int, here: str | None = None
) -> Session:
    """Head office said how far it has the journal, and whether it is the same one, as far as it can
    know: it has never seen what was written since. `here` is the hash that this journal has at that
    place, None where it does not reach so far or nobody looked.
    """
    most = min(EVENTS_MAX, max(1, answer.events_max))
    reached = replace(
        _in_reach(session, now_ms),
        epoch=answer.place.epoch,
        theirs=answer.place,
        reanchors=None,
        most=most,
        events_max=min(session.events_max, most),
    )
    cause = _CAUSES.get(answer.state)
    if cause is not None:
        return replace(reached, reanchors=cause)
    if answer.state != "ok":
        return _stopped(reached, answer.state.upper(), now_ms)
    if here is not None and here != answer.place.head:
        return replace(reached, acked=None, reanchors=Cause.FORK)
    return replace(reached, acked=answer.place.seq)


def after_agreement(session: Session, opened: EpochOpened, *, now_ms: int) -> Session:
    """Both sides go on behind a common place."""
    return replace(
        _in_reach(session, now_ms),
        acked=opened.place.seq,
        epoch=opened.place.epoch,
        theirs=opened.place,
        reanchors=None,
    )


def after_moving(session: Session, *, now_ms: int) -> Session:
    """Head office stands elsewhere than where agreeing began: hello is said anew. What was on its
    way arrived meanwhile, or a whole machine was put back as it was, its program too.
    """
    return replace(_in_reach(session, now_ms), acked=None, theirs=None, reanchors=None)


def after_aside(session: Session, *, went: bool, now_ms: int) -> Session:
    """A batch was set aside, or could not be; it is tried again when head office is asked anew."""
    return session if went else replace(session, aside_ms=now_ms + WAIT_MS_MAX)


def after_push(session: Session, answer: Pushed, *, now_ms: int) -> Session:
    """Head office keeps the journal up to here; batches grow again."""
    reached = replace(
        _in_reach(session, now_ms),
        acked=answer.acked.seq,
        epoch=answer.acked.epoch,
        tries=0,
        wraps=False,
        probes=False,
    )
    if session.wraps:
        # What it failed for is through.
        return replace(reached, halves=0, events_max=min(EVENTS_MIN, session.most))
    if session.probes or answer.acked.seq < session.halves:
        return reached
    grown = min(session.most, max(1, session.events_max) * 2)
    return replace(reached, halves=0, events_max=grown)


def right_now(session: Session) -> Session:
    """Somebody asks to try again, whatever wait was drawn."""
    return replace(session, not_before_ms=0, aside_ms=0)


def in_reach(session: Session, *, now_ms: int) -> Session:
    """Head office answered to something else."""
    return _in_reach(session, now_ms)


def in_time(session: Session, *, good_until: str, office_time: str) -> Session:
    """A certificate of which a third or less is left by head office's time is renewed while it
    holds: a till that is put away afterwards has all of its days, and those of the grace, to come
    back in. Both instants are ISO 8601.
    """
    left = datetime.fromisoformat(good_until) - datetime.fromisoformat(office_time)
    return replace(session, renews=True) if left <= RENEWED_BEFORE else session


def after_renewal(session: Session, *, now_ms: int) -> Session:
    """There is a new certificate."""
    return replace(_in_reach(session, now_ms), renews=False)


def after_problem(
    session: Session, problem: Problem, *, now_ms: int, drawn: int, sent: int = 0
) -> Session:
    """Head office said no; `sent` is how many events it said it to, 0 where that was no push."""
    reached = _in_reach(session, now_ms)
    if sent and problem.code in POISON:
        return _poisoned(reached, problem, now_ms, drawn, sent)
    known = _AFTER.get(problem.code)
    if known is not None:
        return known(reached, problem, now_ms)
    if problem.retry == "later":
        failed = replace(reached, failures=session.failures + 1)
        return _backed_off(failed, now_ms, drawn, problem.after_s)
    return _stopped(reached, problem.code, now_ms)


def out_of_reach(
    session: Session, *, at: str, now_ms: int, drawn: int, after_s: int = 0, cause: str = ""
) -> Session:
    """Nobody answered, or somebody who is not head office; `at` is the till's own time, `after_s`
    how long whoever it was asked to wait, `cause` what a person can put right.
    """
    away = replace(
        session,
        acked=None,  # a hello first: it is small, and says what came through all the same
        events_max=min(session.most, max(EVENTS_MIN, session.events_max // 2)),
        failures=session.failures + 1,
        away_since=session.away_since or at,
        cause=cause,
        probes=session.probes or session.failures + 1 >= CIRCUIT,
    )
    return _backed_off(away, now_ms, drawn, after_s)


def older(session: Session, *, now_ms: int) -> Session:
    """Head office answered, but an older one than was heard before: somebody has to look at it."""
    return _stopped(replace(session, failures=0), OLDER_LIFE, now_ms)


def wait_ms(failures: int, drawn: int) -> int:
    """How long to wait after so many failures in a row; `drawn` is below 2**32."""
    cap = min(WAIT_MS_MAX, _WAIT_MS << min(failures, _DOUBLINGS_MAX))
    return cap * drawn // _DRAWN


def _in_reach(session: Session, now_ms: int) -> Session:
    return replace(
        session, failures=0, not_before_ms=0, away_since="", cause="", stopped="", heard_ms=now_ms
    )


def _backed_off(session: Session, now_ms: int, drawn: int, after_s: int) -> Session:
    asked_ms = min(max(0, after_s) * 1000, ASKED_MS_MAX)
    # A proxy asks the same of everybody: a quarter more at most, drawn, so that not all are back in
    # the same second.
    asked_ms += min(asked_ms // 4, ASKED_MORE_MS_MAX) * drawn // _DRAWN
    return replace(session, not_before_ms=now_ms + max(asked_ms, wait_ms(session.failures, drawn)))


def _poisoned(session: Session, problem: Problem, now_ms: int, drawn: int, sent: int) -> Session:
    """The same batch again, then its halves, then its one event as bytes; then somebody looks. What
    they put right is tried anew as it is: as bytes it would count for nobody.
    """
    tries = session.tries + 1
    if session.wraps:
        return replace(_stopped(session, problem.code, now_ms), wraps=False, tries=0, halves=0)
    if tries < TRIES and not session.halves:
        again = replace(session, tries=tries, failures=tries)
        return _backed_off(again, now_ms, drawn, problem.after_s)
    if sent == 1:
        return replace(session, wraps=True)
    upto = session.halves or (session.acked or 0) + sent
    return replace(session, halves=upto, events_max=max(1, sent // 2))


def _stopped(session: Session, code: str, now_ms: int) -> Session:
    """Somebody has to look at it; asked again now and then, for they may have done so elsewhere."""
    return replace(session, stopped=code, acked=None, not_before_ms=now_ms + WAIT_MS_MAX)


def _forked(session: Session, problem: Problem, now_ms: int) -> Session:
    """Another event stands at head office where this journal has one of its own."""
    if problem.acked is None:
        return _stopped(session, problem.code, now_ms)
    return replace(session, acked=None, theirs=problem.acked, reanchors=Cause.FORK)


def _not_agreed(session: Session, problem: Problem, now_ms: int) -> Session:
    """Head office stands elsewhere by now: ask it anew, a little later."""
    waits = now_ms + _WAIT_MS
    return replace(session, acked=None, reanchors=None, not_before_ms=waits)


def _from_a_hello(session: Session, _problem: Problem, _now_ms: int) -> Session:
    """It stands elsewhere than this till thinks: a hello says where, and whether that is sound. It
    also shows what was acknowledged, which is how head office hears that it was put back.
    """
    return replace(session, acked=None)


def _smaller(session: Session, problem: Problem, now_ms: int) -> Session:
    if session.events_max == 1:
        return _stopped(session, problem.code, now_ms)
    return replace(session, events_max=session.events_max // 2)


def _renewing(session: Session, problem: Problem, now_ms: int) -> Session:
    if session.renews:
        return _stopped(session, problem.code, now_ms)
    return replace(session, renews=True)


def _right_away(session: Session, problem: Problem, now_ms: int) -> Session:
    """The answer told the time, or a nonce was used up: the same again, signed anew."""
    if session.renews and problem.code == "CLOCK_OFF":
        return replace(
            session, renews=False, acked=None
        )  # head office's clock was mended meanwhile
    if session.acked is None and problem.code == "CLOCK_OFF":
        return _stopped(session, problem.code, now_ms)
    return replace(session, acked=None)


_CAUSES: Final[Mapping[str, Cause]] = {"behind": Cause.BEHIND, "fork": Cause.FORK}
_AFTER: Final[Mapping[str, Callable[[Session, Problem, int], Session]]] = {
    "GAP": _from_a_hello,
    "OTHER_PLACE": _from_a_hello,
    "FORK": _forked,
    "EPOCH_TAKEN": _not_agreed,
    "COMMON_UNKNOWN": _not_agreed,
    "TOO_LARGE": _smaller,
    "CERTIFICATE_EXPIRED": _renewing,
    "CLOCK_OFF": _right_away,
    "NONCE_SEEN": _right_away,
}
