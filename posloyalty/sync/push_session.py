"""When a till sends, what it does with each answer, and how it waits: sans-IO.

A `Session` is a frozen value. `next_step` says what to do now (wait, say hello, push, renew);
`after_*` give the session that follows from what came of it. Instants are milliseconds of a clock
that only goes forward, chance is a drawn 32-bit number. Nothing here ever stops a sale: a session
that cannot go on says why (`stopped`), keeps asking now and then, and the journal waits.

Waiting doubles with each failure up to five minutes, and is drawn from the whole span (full
jitter), so that tills which lost head office together do not come back together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.sync.wire.batch import EVENTS_MAX
from posloyalty.sync.wire.messages import HelloAnswer, Problem, Pushed

LINGER_MS: Final = 250
"""So long the newest event may wait for company."""
IDLE_MS: Final = 30_000
"""With nothing to send, hello is said anew after so long."""
WAIT_MS_MAX: Final = 300_000
_WAIT_MS: Final = 1_000
_DRAWN: Final = 2**32
_DOUBLINGS_MAX: Final = 9
EVENTS_MIN: Final = 20
"""A bad line gets small batches, so that something comes through each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is known of head office. `acked` is how far it has the journal, None before a hello.

    `away_since` is when it was first out of reach, empty while it answers; `stopped` the code of
    what somebody has to look at; `renews` that the certificate has to be renewed before anything;
    `heard_ms` when head office answered last.
    """

    acked: int | None = None
    events_max: int = EVENTS_MAX
    failures: int = 0
    not_before_ms: int = 0
    away_since: str = ""
    stopped: str = ""
    renews: bool = False
    heard_ms: int = 0


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
    """Send at most so many events after a sequence."""

    after_seq: int
    events_max: int


Step = Wait | SayHello | Renew | Push


def next_step(session: Session, *, head_seq: int, newest_ms: int, now_ms: int) -> Step:
    """What to do now. `newest_ms` is when the journal's newest event was first seen."""
    if now_ms < session.not_before_ms:
        return Wait(session.not_before_ms - now_ms)
    if session.renews:
        return Renew()
    if session.acked is None:
        return SayHello()
    waiting = head_seq - session.acked
    if waiting <= 0:
        # Now and then, so that head office knows that this till lives.
        quiet_ms = session.heard_ms + IDLE_MS - now_ms
        return Wait(quiet_ms) if quiet_ms > 0 else SayHello()
    linger_ms = newest_ms + LINGER_MS - now_ms
    if waiting < session.events_max and linger_ms > 0:
        return Wait(linger_ms)
    return Push(session.acked, session.events_max)


def after_hello(session: Session, answer: HelloAnswer, *, now_ms: int) -> Session:
    """Head office said how far it has the journal, and whether it is the same one."""
    reached = _in_reach(session, now_ms)
    if answer.state != "ok":
        return _stopped(reached, answer.state.upper(), now_ms)
    return replace(reached, acked=answer.place.seq)


def after_push(session: Session, answer: Pushed, *, now_ms: int) -> Session:
    """Head office keeps the journal up to here; batches grow again."""
    reached = _in_reach(session, now_ms)
    return replace(
        reached, acked=answer.acked.seq, events_max=min(EVENTS_MAX, session.events_max * 2)
    )


def in_reach(session: Session, *, now_ms: int) -> Session:
    """Head office answered to something else."""
    return _in_reach(session, now_ms)


def after_renewal(session: Session, *, now_ms: int) -> Session:
    """There is a new certificate."""
    return replace(_in_reach(session, now_ms), renews=False)


def after_problem(session: Session, problem: Problem, *, now_ms: int, drawn: int) -> Session:
    """Head office said no."""
    reached = _in_reach(session, now_ms)
    known = _AFTER.get(problem.code)
    if known is not None:
        return known(reached, problem, now_ms)
    if problem.retry == "later":
        return _backed_off(replace(reached, failures=session.failures + 1), now_ms, drawn)
    return _stopped(reached, problem.code, now_ms)


def out_of_reach(session: Session, *, at: str, now_ms: int, drawn: int) -> Session:
    """Nobody answered, or somebody who is not head office; `at` is the till's own time."""
    away = replace(
        session,
        acked=None,  # a hello first: it is small, and says what came through all the same
        events_max=max(EVENTS_MIN, session.events_max // 2),
        failures=session.failures + 1,
        away_since=session.away_since or at,
    )
    return _backed_off(away, now_ms, drawn)


def wait_ms(failures: int, drawn: int) -> int:
    """How long to wait after so many failures in a row; `drawn` is below 2**32."""
    cap = min(WAIT_MS_MAX, _WAIT_MS << min(failures, _DOUBLINGS_MAX))
    return cap * drawn // _DRAWN


def _in_reach(session: Session, now_ms: int) -> Session:
    return replace(session, failures=0, not_before_ms=0, away_since="", stopped="", heard_ms=now_ms)


def _backed_off(session: Session, now_ms: int, drawn: int) -> Session:
    return replace(session, not_before_ms=now_ms + wait_ms(session.failures, drawn))


def _stopped(session: Session, code: str, now_ms: int) -> Session:
    """Somebody has to look at it; asked again now and then, for they may have done so elsewhere."""
    return replace(session, stopped=code, acked=None, not_before_ms=now_ms + WAIT_MS_MAX)


def _from_the_gap(session: Session, problem: Problem, _now_ms: int) -> Session:
    return replace(session, acked=None if problem.acked is None else problem.acked.seq)


def _from_a_hello(session: Session, _problem: Problem, _now_ms: int) -> Session:
    """It stands elsewhere than this till thinks: a hello says where, and whether that is sound."""
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
    if session.acked is None and problem.code == "CLOCK_OFF":
        return _stopped(session, problem.code, now_ms)
    return replace(session, acked=None)


_AFTER: Final[Mapping[str, Callable[[Session, Problem, int], Session]]] = {
    "GAP": _from_the_gap,
    "OTHER_PLACE": _from_a_hello,
    "TOO_LARGE": _smaller,
    "CERTIFICATE_EXPIRED": _renewing,
    "CLOCK_OFF": _right_away,
    "NONCE_SEEN": _right_away,
}
