"""When a till sends and how it waits, as tables of cases and as whole stories."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from posloyalty.sync.epochs import Cause
from posloyalty.sync.push_session import (
    ASKED_MS_MAX,
    CIRCUIT,
    EVENTS_MIN,
    IDLE_MS,
    LINGER_MS,
    TRIES,
    WAIT_MS_MAX,
    Agree,
    Push,
    Renew,
    SayHello,
    Session,
    SetAside,
    Step,
    Wait,
    after_agreement,
    after_aside,
    after_hello,
    after_moving,
    after_problem,
    after_push,
    after_renewal,
    next_step,
    out_of_reach,
    right_now,
    wait_ms,
)
from posloyalty.sync.wire.batch import EVENTS_MAX
from posloyalty.sync.wire.messages import EpochOpened, HelloAnswer, Problem, Pushed, Standing

NOW = 1_000_000
MOST = 2**32 - 1
KNOWN = Session(acked=40, heard_ms=NOW)


def place(seq: int) -> Standing:
    return Standing(epoch=1, seq=seq, head="00" * 32)


def hello(seq: int, state: str = "ok") -> HelloAnswer:
    return HelloAnswer(time="", place=place(seq), state=state, events_max=500, bytes_max=1)


def no(code: str, *, retry: str = "after_action", acked: int | None = None) -> Problem:
    return Problem(code=code, retry=retry, acked=None if acked is None else place(acked))


def step(
    session: Session, *, head: int = 43, age_ms: int = 10_000, now: int = NOW, aside: int = 43
) -> Step:
    return next_step(session, head_seq=head, newest_ms=now - age_ms, now_ms=now, aside_seq=aside)


STEPS = [
    ("before anything is known", Session(), {}, SayHello()),
    ("with nothing new", KNOWN, {"head": 40}, Wait(IDLE_MS)),
    ("with nothing new for long", replace(KNOWN, heard_ms=NOW - IDLE_MS), {"head": 40}, SayHello()),
    ("with three that have waited", KNOWN, {}, Push(40, EVENTS_MAX)),
    ("with one that may get company", KNOWN, {"head": 41, "age_ms": 40}, Wait(LINGER_MS - 40)),
    ("with a whole batch at once", KNOWN, {"head": 40 + EVENTS_MAX, "age_ms": 0},
     Push(40, EVENTS_MAX)),
    ("while it backs off", replace(KNOWN, not_before_ms=NOW + 7), {}, Wait(7)),
    ("with a certificate that ran out", replace(KNOWN, renews=True), {}, Renew()),
    ("on a bad line", replace(KNOWN, events_max=20), {"head": 900}, Push(40, 20)),
]  # fmt: skip


@pytest.mark.parametrize(("when", "session", "given_", "wanted"), STEPS, ids=[s[0] for s in STEPS])
def test_what_is_done_next(
    when: str, session: Session, given_: dict[str, int], wanted: Step
) -> None:
    assert (when, step(session, **given_)) == (when, wanted)


def test_a_hello_says_from_where_to_send() -> None:
    assert step(after_hello(Session(), hello(12), now_ms=NOW), head=20) == Push(12, EVENTS_MAX)


@pytest.mark.parametrize("takes", [200, 7, 1, 0, 100_000])
def test_no_batch_has_more_events_than_head_office_said_that_it_takes(takes: int) -> None:
    most = min(EVENTS_MAX, max(1, takes))
    told = structs.replace(hello(12), events_max=takes)
    greeted = after_hello(Session(), told, now_ms=NOW)
    assert step(greeted, head=900) == Push(12, most)
    pushed = after_push(greeted, Pushed(acked=place(13), new=1, duplicates=0), now_ms=NOW)
    away = out_of_reach(greeted, at="", now_ms=NOW, drawn=0)
    through = after_push(
        replace(greeted, wraps=True), Pushed(acked=place(13), new=1, duplicates=0), now_ms=NOW
    )
    for session in (pushed, away, through, replace(greeted, stopped="REVOKED", aside_ms=0)):
        assert session.events_max <= most


def test_batches_grow_again_where_head_office_takes_more_than_before() -> None:
    small = after_hello(Session(), structs.replace(hello(12), events_max=7), now_ms=NOW)
    session = after_hello(small, hello(12), now_ms=NOW)
    for seq in range(13, 20):
        session = after_push(session, Pushed(acked=place(seq), new=1, duplicates=0), now_ms=NOW)
    assert session.events_max == EVENTS_MAX


@pytest.mark.parametrize(("state", "cause"), [("behind", Cause.BEHIND), ("fork", Cause.FORK)])
def test_another_journal_goes_on_in_an_epoch_that_both_agree_on(state: str, cause: Cause) -> None:
    told = after_hello(KNOWN, hello(99, state), now_ms=NOW)
    assert (step(told), told.stopped) == (Agree(place(99), cause), "")
    opened = EpochOpened(place=Standing(epoch=2, seq=37, head="00" * 32), lost=3)
    agreed = after_agreement(told, opened, now_ms=NOW)
    assert (agreed.acked, agreed.epoch, agreed.reanchors) == (37, 2, None)
    assert step(agreed) == Push(37, EVENTS_MAX)


@pytest.mark.parametrize(("here", "wanted"), [
    ("00" * 32, Push(12, EVENTS_MAX)),
    (None, Push(12, EVENTS_MAX)),
    ("01" * 32, Agree(place(12), Cause.FORK)),
])  # fmt: skip
def test_a_journal_that_went_past_head_office_on_another_way_is_told_by_its_own_hash(
    here: str | None, wanted: Step
) -> None:
    """Head office says that all is well: it has not seen what was written since."""
    told = after_hello(Session(), hello(12), now_ms=NOW, here=here)
    assert step(told, head=20) == wanted
    assert told.acked == (12 if isinstance(wanted, Push) else None)


@pytest.mark.parametrize("code", ["EPOCH_TAKEN", "COMMON_UNKNOWN"])
def test_where_head_office_moved_meanwhile_it_is_asked_anew(code: str) -> None:
    told = after_hello(KNOWN, hello(99, "fork"), now_ms=NOW)
    later = after_problem(told, no(code, acked=99), now_ms=NOW, drawn=0)
    assert step(later) == Wait(1_000)
    assert step(later, now=NOW + 1_000) == SayHello()


def test_where_head_office_moved_while_places_were_compared_hello_is_said_anew() -> None:
    told = after_hello(KNOWN, hello(99, "fork"), now_ms=NOW)
    later = after_moving(told, now_ms=NOW)
    assert (later.reanchors, later.theirs, step(later)) == (None, None, SayHello())


def test_a_state_of_a_later_head_office_stops_the_sending_and_is_asked_about_later() -> None:
    stopped = after_hello(KNOWN, hello(99, "closed"), now_ms=NOW)
    assert stopped.stopped == "CLOSED"
    assert step(stopped) == Wait(WAIT_MS_MAX)
    assert step(stopped, now=NOW + WAIT_MS_MAX) == SayHello()
    assert step(right_now(stopped)) == SayHello()
    assert after_hello(stopped, hello(40), now_ms=NOW).stopped == ""


@pytest.mark.parametrize("code", ["REVOKED", "CLONE_SUSPECT"])
def test_what_a_stopped_till_sells_is_set_aside(code: str) -> None:
    stopped = after_problem(KNOWN, no(code), now_ms=NOW, drawn=0)
    assert step(stopped, aside=40) == SetAside(40, EVENTS_MAX)
    went = after_aside(stopped, went=True, now_ms=NOW)
    assert step(went, aside=43) == Wait(WAIT_MS_MAX)
    failed = after_aside(stopped, went=False, now_ms=NOW)
    assert step(failed, aside=40) == Wait(WAIT_MS_MAX)
    # Then it is asked anew whether the till is taken again.
    assert step(went, aside=43, now=NOW + WAIT_MS_MAX) == SayHello()


def poisoned(session: Session, sent: int) -> Session:
    return after_problem(session, no("FAULT", retry="later"), now_ms=NOW, drawn=0, sent=sent)


def test_the_event_that_a_batch_fails_for_is_found_and_goes_alone_as_bytes() -> None:
    """Of the events behind 40, number 71 is the one that head office cannot take."""
    session, head, culprit, asked = KNOWN, 140, 71, 0
    while (session.acked or 0) < head:
        todo = step(session, head=head)
        assert isinstance(todo, Push)
        asked += 1
        last = min(head, todo.after_seq + todo.events_max)
        if todo.wrap:
            assert (todo.after_seq, todo.events_max) == (culprit - 1, 1)
        if todo.after_seq < culprit <= last and not todo.wrap:
            session = poisoned(session, last - todo.after_seq)
        else:
            told = Pushed(acked=place(last), new=1, duplicates=0)
            session = after_push(session, told, now_ms=NOW)
    # Three times the whole batch, then halves.
    assert asked < 3 + 3 * 7
    assert session.halves == 0


def test_a_whole_batch_is_tried_three_times_before_it_is_halved() -> None:
    session = KNOWN
    for _ in range(TRIES - 1):
        session = poisoned(session, 100)
        assert session.events_max == EVENTS_MAX
    assert poisoned(session, 100).events_max == 50


def test_an_event_that_cannot_go_even_as_bytes_stops_the_sending() -> None:
    alone = replace(KNOWN, tries=TRIES, halves=43, events_max=1)
    wraps = poisoned(alone, 1)
    assert step(wraps) == Push(40, 1, wrap=True)
    assert poisoned(wraps, 1).stopped == "FAULT"


def test_once_that_is_put_right_it_is_tried_three_times_as_it_is_before_it_goes_as_bytes() -> None:
    """As bytes it counts for nobody, and one more failure is no reason for that."""
    stopped = poisoned(replace(KNOWN, tries=TRIES, halves=43, events_max=1, wraps=True), 1)
    again = replace(right_now(stopped), acked=40)
    for _ in range(TRIES - 1):
        assert step(right_now(again)) == Push(40, 1)
        again = poisoned(again, 1)
    assert step(right_now(again)) == Push(40, 1)
    assert step(poisoned(again, 1)) == Push(40, 1, wrap=True)


def test_no_wait_is_shorter_than_what_was_asked_for() -> None:
    busy = Problem(code="BUSY", retry="later", after_s=30)
    told = after_problem(KNOWN, busy, now_ms=NOW, drawn=0)
    assert step(told) == Wait(30_000)
    away = out_of_reach(KNOWN, at="14:02", now_ms=NOW, drawn=0, after_s=45)
    assert step(away) == Wait(45_000)
    for_ever = out_of_reach(KNOWN, at="14:02", now_ms=NOW, drawn=0, after_s=10**6)
    assert step(for_ever) == Wait(ASKED_MS_MAX)


def test_after_five_failures_the_first_push_is_one_event() -> None:
    away = KNOWN
    for _ in range(CIRCUIT - 1):
        away = out_of_reach(away, at="14:02", now_ms=NOW, drawn=0)
    assert not away.probes
    away = out_of_reach(away, at="14:02", now_ms=NOW, drawn=0)
    back = after_hello(away, hello(40), now_ms=NOW)
    assert step(back, head=900) == Push(40, 1)
    open_again = after_push(back, Pushed(acked=place(41), new=1, duplicates=0), now_ms=NOW)
    assert step(open_again, head=900) == Push(41, EVENTS_MIN)


def test_an_acknowledgement_moves_on_and_batches_grow_again() -> None:
    small = replace(KNOWN, events_max=100)
    moved = after_push(small, Pushed(acked=place(43), new=3, duplicates=0), now_ms=NOW)
    assert (moved.acked, moved.events_max) == (43, 200)
    again = after_push(moved, Pushed(acked=place(43), new=0, duplicates=3), now_ms=NOW)
    assert again.events_max == 400


PROBLEMS = [
    (no("GAP", acked=7), SayHello(), ""),
    (no("TOO_LARGE", retry="never"), Push(40, EVENTS_MAX // 2), ""),
    (no("CERTIFICATE_EXPIRED"), Renew(), ""),
    (no("CLOCK_OFF"), SayHello(), ""),
    (no("NONCE_SEEN", retry="later"), SayHello(), ""),
    (no("FAULT", retry="later"), Wait(2_000 * MOST // 2**32), ""),
    (no("FORK", acked=40), Agree(place(40), Cause.FORK), ""),
    (no("FORK"), Wait(WAIT_MS_MAX), "FORK"),
    (no("CHAIN_BAD", acked=40), Wait(WAIT_MS_MAX), "CHAIN_BAD"),
    (no("REVOKED"), Wait(WAIT_MS_MAX), "REVOKED"),
    (no("SOMETHING_NEW", retry="never"), Wait(WAIT_MS_MAX), "SOMETHING_NEW"),
]


@pytest.mark.parametrize(("problem", "then", "stopped"), PROBLEMS, ids=lambda p: str(p)[:40])
def test_what_follows_from_a_no(problem: Problem, then: Step, stopped: str) -> None:
    session = after_problem(KNOWN, problem, now_ms=NOW, drawn=MOST)
    assert (step(session), session.stopped, session.away_since) == (then, stopped, "")


def test_what_helped_once_and_does_not_help_again_stops() -> None:
    one = replace(KNOWN, events_max=1)
    assert after_problem(one, no("TOO_LARGE"), now_ms=NOW, drawn=0).stopped == "TOO_LARGE"
    renewing = replace(KNOWN, renews=True)
    expired = no("CERTIFICATE_EXPIRED")
    assert after_problem(renewing, expired, now_ms=NOW, drawn=0).stopped == "CERTIFICATE_EXPIRED"
    assert step(after_renewal(renewing, now_ms=NOW)) == Push(40, EVENTS_MAX)


def test_a_renewal_by_a_time_that_head_office_has_no_more_begins_with_a_hello() -> None:
    said = after_problem(replace(KNOWN, renews=True), no("CLOCK_OFF"), now_ms=NOW, drawn=0)
    assert (step(said), said.stopped) == (SayHello(), "")


def test_out_of_reach_keeps_since_when_and_sends_less_after_a_hello() -> None:
    once = out_of_reach(KNOWN, at="14:02", now_ms=NOW, drawn=MOST)
    twice = out_of_reach(once, at="14:05", now_ms=NOW, drawn=MOST)
    assert (twice.away_since, twice.failures, twice.events_max) == ("14:02", 2, 125)
    assert step(twice, now=twice.not_before_ms) == SayHello()
    back = after_hello(twice, hello(40), now_ms=NOW)
    assert (back.away_since, back.failures) == ("", 0)
    assert step(back, head=900) == Push(40, 125)
    away = KNOWN
    for _ in range(20):
        away = out_of_reach(away, at="14:02", now_ms=NOW, drawn=MOST)
    assert away.events_max == EVENTS_MIN


WAITS = [(0, 1_000), (1, 2_000), (4, 16_000), (8, 256_000), (9, 300_000), (99, 300_000)]


@pytest.mark.parametrize(("failures", "cap_ms"), WAITS)
def test_waiting_is_drawn_from_the_whole_of_a_span_that_doubles(failures: int, cap_ms: int) -> None:
    assert wait_ms(failures, 0) == 0
    assert wait_ms(failures, 2**31) == cap_ms // 2
    assert cap_ms - 1 == wait_ms(failures, MOST)


@given(
    st.integers(0, 2_000),
    st.lists(st.sampled_from(["push", "lost", "gap", "large", "later", "seen"]), max_size=60),
    st.integers(0, MOST),
)
def test_whatever_happens_on_the_way_everything_arrives_once_it_ends(
    head: int, troubles: list[str], drawn: int
) -> None:
    """Chaos, then quiet: in bounded steps head office has the whole journal."""
    session, kept, now, steps = Session(), 0, NOW, 0
    while steps < 400 and (kept < head or session.acked != kept):
        steps += 1
        todo = next_step(session, head_seq=head, newest_ms=0, now_ms=now)
        trouble = troubles.pop() if troubles else "none"
        if isinstance(todo, Wait):
            now += todo.for_ms
        elif trouble == "lost":
            if isinstance(todo, Push):
                kept = max(kept, min(head, todo.after_seq + todo.events_max))
            session = out_of_reach(session, at="x", now_ms=now, drawn=drawn)
        elif trouble in ("later", "seen"):
            code = {"later": "FAULT", "seen": "NONCE_SEEN"}[trouble]
            session = after_problem(session, no(code, retry="later"), now_ms=now, drawn=drawn)
        elif isinstance(todo, SayHello):
            session = after_hello(session, hello(kept), now_ms=now)
        elif isinstance(todo, Push) and trouble == "large" and todo.events_max > 1:
            session = after_problem(session, no("TOO_LARGE"), now_ms=now, drawn=drawn)
        elif isinstance(todo, Push):
            assert todo.after_seq <= kept
            kept = max(kept, min(head, todo.after_seq + todo.events_max))
            answer = Pushed(acked=place(kept), new=0, duplicates=0)
            session = after_push(session, answer, now_ms=now)
    assert (kept, session.acked) == (head, head)
