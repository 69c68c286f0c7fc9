"""Who comes back together with everybody else is sent away, each for a while of its own."""

from __future__ import annotations

from collections import Counter

from posloyalty.headoffice.running.admittance import WAIT_S_MAX, WAIT_S_MIN, Admittance
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.push_session import ASKED_MORE_MS_MAX, Session, Wait, after_problem, next_step
from posloyalty.sync.wire.lending import RESERVE
from posloyalty.sync.wire.messages import HELLO, Problem
from tests.headoffice.a_till import ATill

TILLS = 2_000


def waits(door: Admittance, count: int, *, now_ms: int = 1_000) -> list[int]:
    return [door.enter(urgent=False, now_ms=now_ms, nonce=f"{n}") for n in range(count)]


def test_beyond_the_bound_each_is_sent_away_until_somebody_leaves() -> None:
    door = Admittance(2, more=1)
    found = waits(door, 3)
    assert found[:2] == [0, 0]
    assert found[2] >= WAIT_S_MIN
    # Where a customer waits there is room of its own.
    assert door.enter(urgent=True, now_ms=1_000, nonce="u") == 0
    assert door.enter(urgent=True, now_ms=1_000, nonce="v") > 0
    door.leave(took_ms=10)
    door.leave(took_ms=10)
    assert door.enter(urgent=False, now_ms=1_000, nonce="w") == 0


def test_fault_56_a_chain_that_comes_back_at_once_is_spread_over_what_it_takes() -> None:
    door = Admittance(4)
    for _ in range(200):
        door.enter(urgent=False, now_ms=0, nonce="")
        door.leave(took_ms=400)  # a slow head office
    asked = [one for one in waits(door, TILLS) if one]
    assert len(asked) == TILLS - 4
    # Four at a time, 400 ms each, twice over: 400 s would be too long to ask of anybody.
    assert WAIT_S_MIN <= min(asked) < 12
    assert 250 < max(asked) <= WAIT_S_MIN + WAIT_S_MAX
    seconds = Counter(asked[TILLS // 2 :])
    assert max(seconds.values()) < 20  # nobody's second is everybody's


def test_a_quick_head_office_asks_for_seconds_only_and_forgets_an_old_crowd() -> None:
    door = Admittance(64)
    asked = [one for one in waits(door, 300) if one]
    assert max(asked) <= 2 * WAIT_S_MIN
    assert waits(door, 1, now_ms=1_000_000)[0] <= 2 * WAIT_S_MIN


def test_what_is_asked_for_is_kept_by_the_till_and_not_by_all_to_the_same_second() -> None:
    busy = Problem(code="BUSY", retry="later", after_s=60)

    def waited(drawn: int) -> int:
        todo = next_step(
            after_problem(Session(acked=1), busy, now_ms=0, drawn=drawn),
            head_seq=9,
            newest_ms=0,
            now_ms=0,
        )
        assert isinstance(todo, Wait)
        return todo.for_ms

    found = [waited(n * 2**32 // 100) for n in range(100)]
    assert min(found) == 60_000
    assert 60_000 + ASKED_MORE_MS_MAX >= max(found) > 70_000
    assert len(set(found)) == 100


def test_over_http_a_till_beyond_the_bound_hears_busy_from_head_office_itself(
    office: OpenOffice, till: ATill
) -> None:
    from tests.headoffice.asgi import Http

    app = office.application()
    app.state.admittance.most = 0
    app.state.admittance.more = 1
    with Http(app) as client:
        body = b"not even read"
        answer = client.post(HELLO, content=body, headers=till.signed(HELLO, body))
        assert (answer.status_code, answer.json()["code"]) == (429, "BUSY")
        assert answer.json()["after_s"] >= WAIT_S_MIN
        assert answer.headers["retry-after"] == str(answer.json()["after_s"])
        assert "signature" in answer.headers
        # Who has a customer waiting is let in, and told what is wrong with the request.
        answer = client.post(RESERVE, content=body, headers=till.signed(RESERVE, body))
        assert answer.json()["code"] == "BAD_MESSAGE"
        assert app.state.admittance.inside == 0
