"""When a till asks what is new, as a table of cases and as stories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.sync.ask_session import (
    LISTENING_MS,
    SELLING_MS,
    Ask,
    Asking,
    Step,
    after_answer,
    after_push,
    after_step,
    next_step,
    not_listening,
    told,
)
from posloyalty.sync.push_session import IDLE_MS, LINGER_MS, Push, Renew, SayHello, Session, Wait

NOW = 1_000_000
SENT = Session(acked=40, heard_ms=NOW)
CALM = Asking(due=False, asked_ms=NOW)
LISTENING = replace(CALM, listens=True)


def step(
    session: Session = SENT,
    asking: Asking = CALM,
    *,
    head: int = 40,
    age_ms: int = 10_000,
    now: int = NOW,
) -> Step:
    return next_step(session, asking, head_seq=head, newest_ms=now - age_ms, now_ms=now)


LATER = NOW + IDLE_MS
STEPS = [
    ("all is sent and something is due", SENT, Asking(), {}, Ask()),
    ("before anything is known", Session(), Asking(), {}, SayHello()),
    ("something is to be sent first", SENT, Asking(), {"head": 43}, Push(40, 500)),
    ("something new may get company", SENT, Asking(), {"head": 41, "age_ms": 40},
     Wait(LINGER_MS - 40)),
    ("while it backs off", replace(SENT, not_before_ms=NOW + 7), Asking(), {}, Wait(7)),
    ("a certificate ran out", replace(SENT, renews=True), Asking(), {}, Renew()),
    ("nothing is due", SENT, CALM, {}, Wait(IDLE_MS)),
    ("nobody listens, for long", SENT, CALM, {"now": LATER}, Ask()),
    ("somebody listens, for long", SENT, LISTENING, {"now": LATER}, Wait(LISTENING_MS - IDLE_MS)),
    ("somebody listens, for very long", SENT, LISTENING, {"now": NOW + LISTENING_MS}, Ask()),
    ("news is asked about a little later", SENT, Asking(not_before_ms=NOW + 90), {}, Wait(90)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "session", "asking", "given_", "wanted"), STEPS, ids=[s[0] for s in STEPS]
)
def test_what_is_done_next(
    when: str, session: Session, asking: Asking, given_: dict[str, int], wanted: Step
) -> None:
    assert (when, step(session, asking, **given_)) == (when, wanted)


def test_pieces_are_asked_for_until_an_answer_holds_nothing() -> None:
    asking = after_answer(Asking(), new=40, more=True, now_ms=NOW)
    assert step(asking=asking, head=80) == Push(40, 500)  # what was heard goes up first
    asking = after_answer(after_step(asking), new=3, more=False, now_ms=NOW)
    assert asking.due
    assert not after_answer(asking, new=0, more=False, now_ms=NOW).due


LONG_AGO = replace(CALM, asked_ms=NOW - SELLING_MS)
PUSHES = [
    ("there is something", CALM, True, True),
    ("there is nothing", CALM, False, False),
    ("an older head office does not say", CALM, None, True),
    ("nothing, but an answer was due before", Asking(asked_ms=NOW), False, True),
    ("nothing, and long not asked", LONG_AGO, False, True),
    ("nothing, and asked not so long ago", replace(LONG_AGO, asked_ms=NOW - SELLING_MS + 1), False,
     False),
]  # fmt: skip


@pytest.mark.parametrize(("when", "asking", "news", "due"), PUSHES, ids=[p[0] for p in PUSHES])
def test_behind_what_was_sent_it_is_asked_unless_head_office_has_nothing(
    when: str, asking: Asking, news: bool | None, due: bool
) -> None:
    assert (when, after_push(asking, news=news, now_ms=NOW).due) == (when, due)


def test_what_is_held_back_still_counts_as_more() -> None:
    assert after_answer(CALM, new=0, more=True, now_ms=NOW).due


def test_a_sale_elsewhere_right_after_news_that_was_none_is_heard_of_at_once() -> None:
    idle = after_answer(told(LISTENING, news=True, now_ms=NOW), new=0, more=False, now_ms=NOW)
    assert step(asking=told(idle, news=True, now_ms=NOW)) == Ask()


def test_news_is_asked_about_at_once_and_news_that_is_none_ever_more_slowly() -> None:
    asking, waits = LISTENING, []
    for _ in range(9):
        asking = told(asking, news=True, now_ms=NOW)
        waits.append(asking.not_before_ms - NOW)
        asking = after_answer(asking, new=0, more=False, now_ms=NOW)
    assert waits == [0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000]
    found = after_answer(told(asking, news=True, now_ms=NOW), new=1, more=False, now_ms=NOW)
    assert (found.fruitless, step(asking=found)) == (0, Ask())


def test_news_that_is_said_again_meanwhile_does_not_put_the_asking_off() -> None:
    once = told(replace(LISTENING, fruitless=3), news=True, now_ms=NOW)
    assert step(asking=once) == Wait(2_000)
    again = told(once, news=True, now_ms=NOW + 1_999)
    assert step(asking=again, now=NOW + 2_000) == Ask()


def test_a_quiet_wait_forgets_what_was_fruitless() -> None:
    asking = after_answer(told(LISTENING, news=True, now_ms=NOW), new=0, more=False, now_ms=NOW)
    assert asking.fruitless == 1
    assert told(asking, news=False, now_ms=NOW).fruitless == 0


def test_news_whose_answer_was_lost_is_not_fruitless() -> None:
    asking = told(told(LISTENING, news=True, now_ms=NOW), news=True, now_ms=NOW)
    assert (asking.fruitless, step(asking=asking)) == (0, Ask())


def test_who_stops_listening_asks_now_and_then() -> None:
    assert step(asking=not_listening(LISTENING), now=LATER) == Ask()
