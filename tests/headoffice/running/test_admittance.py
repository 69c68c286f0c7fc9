"""Who comes back together with everybody else is sent away, each for a while of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import ClassVar

import httpx
import pytest

from posloyalty.headoffice.running.admittance import (
    IN_FLIGHT_MAX,
    URGENT_MORE,
    WAIT_S_MAX,
    WAIT_S_MIN,
    Admittance,
)
from posloyalty.headoffice.running.bodies import Bodies, TooMuchTogether
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.push_session import ASKED_MORE_MS_MAX, Session, Wait, after_problem, next_step
from posloyalty.sync.wire.lending import RESERVE
from posloyalty.sync.wire.messages import HELLO, PUSH, Problem
from tests.headoffice.a_till import ATill
from tests.headoffice.asgi import ORIGIN

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


def test_who_sends_slowly_keeps_no_till_out(office: OpenOffice, till: ATill) -> None:
    """Anybody can begin a request; only a till can end one that is answered."""
    app = office.application()
    body = b'{"place":{"epoch":1,"seq":0,"head":"' + till.genesis.hex().encode() + b'"}}'

    async def asked() -> tuple[int, list[int], int]:
        goes_on = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"{"
            await goes_on.wait()

        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
        async with client:
            slow = [
                asyncio.create_task(client.post(path, content=slowly()))
                for path in (PUSH, RESERVE)
                for _ in range(IN_FLIGHT_MAX + URGENT_MORE)
            ]
            for _ in range(20):
                await asyncio.sleep(0)
            headers = till.signed(HELLO, body)
            hello = await client.post(HELLO, content=body, headers=headers)
            inside = app.state.admittance.inside
            goes_on.set()
            statuses = [one.status_code for one in await asyncio.gather(*slow)]
        return hello.status_code, statuses, inside

    hello, statuses, inside = asyncio.run(asked())
    assert (hello, inside) == (200, 0)
    assert set(statuses) <= {400, 401, 403, 415, 429}


def test_bodies_on_their_way_have_a_bound_together() -> None:
    class Pieces:
        headers: ClassVar[dict[str, str]] = {}

        def __init__(self, goes_on: asyncio.Event) -> None:
            self.goes_on = goes_on

        async def stream(self) -> AsyncIterator[bytes]:
            yield b"x" * 120
            await self.goes_on.wait()
            yield b"x"

    async def asked() -> list[object]:
        bodies, goes_on = Bodies(200), asyncio.Event()
        first, second = (
            asyncio.create_task(bodies.read(Pieces(goes_on), 1_000))  # type: ignore[arg-type]
            for _ in range(2)
        )
        with pytest.raises(TooMuchTogether):
            await first  # it has been on its way for longest
        held = bodies.held
        goes_on.set()
        with pytest.raises(TooMuchTogether):
            await Bodies(119).read(Pieces(goes_on), 1_000)  # type: ignore[arg-type]
        return [held, len(await second), bodies.held]

    assert asyncio.run(asked()) == [120, 121, 0]
