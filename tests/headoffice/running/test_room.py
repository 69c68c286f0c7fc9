"""Whoever is no till has room of their own, and tills are answered however many ask for pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Event

import httpx
import pytest

from posloyalty.headoffice.console import web
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.sign_in_tries import INSIDE
from posloyalty.headoffice.console.turns import WAITING_MOST
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.running.room import NoRoom, Room
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire import messages
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.asgi import ORIGIN, Http
from tests.headoffice.browser import Browser
from tests.headoffice.console.conftest import invited

SIGN_IN = "/console/sign-in"
BEYOND = 6
FORM = {"name": "nobody", "password": "a wrong password", "code": "123456"}


@pytest.fixture
def database_url() -> str:
    """What is asked here is the same before both databases."""
    return ""


class Slow(PinHasher):
    """Checks nothing until it is let."""

    def __init__(self) -> None:
        super().__init__(SeededChance(8), time_cost=1, memory_kib=8)
        self.lets = Event()
        self.began = Event()

    def matches(self, hashed: str, pin: str) -> bool:
        """As it should be, in time."""
        self.began.set()
        assert self.lets.wait(60)
        return super().matches(hashed, pin)


def test_so_many_are_inside_and_whoever_comes_beyond_is_told_at_once() -> None:
    goes_on = Event()

    async def crowd() -> list[object]:
        room = Room(at_once=2, waiting=1)
        inside = [asyncio.create_task(room.run(goes_on.wait, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(NoRoom):
            await room.run(goes_on.wait, 0)
        goes_on.set()
        found = await asyncio.gather(*inside)
        return [*found, await room.run(len, "four")]

    assert asyncio.run(crowd()) == [True, True, True, 4]


def test_an_act_that_fails_gives_its_place_back() -> None:
    async def again_and_again() -> int:
        room = Room(at_once=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ValueError, match="no number"):
                await room.run(int, "no number")
        return await room.run(int, "7")

    assert asyncio.run(again_and_again()) == 7


def test_tills_are_answered_while_a_crowd_signs_in(office: OpenOffice, till: ATill) -> None:
    slow = Slow()
    office.operators.hasher = slow
    app = office.application()
    count = web.AT_ONCE + web.WAITING + 30
    body = b'{"place":{"epoch":1,"seq":0,"head":"' + till.genesis.hex().encode() + b'"}}'

    async def asked() -> tuple[list[int], int, int]:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
        async with client:
            crowd = [asyncio.create_task(client.post(SIGN_IN, data=FORM)) for _ in range(count)]
            await asyncio.to_thread(slow.began.wait, 60)
            headers = till.signed(messages.HELLO, body)
            hello = await client.post(messages.HELLO, content=body, headers=headers)
            health = await client.get("/health")
            slow.lets.set()
            statuses = [one.status_code for one in await asyncio.gather(*crowd)]
        return statuses, hello.status_code, health.status_code

    statuses, hello, health = asyncio.run(asked())
    assert (hello, health) == (200, 200)
    assert set(statuses) == {422, 503}
    assert statuses.count(503) >= count - web.AT_ONCE - web.WAITING


def test_a_sign_in_that_finds_no_turn_counts_as_no_failure(
    office: OpenOffice, clock: SetClock
) -> None:
    people: Operators = office.operators
    people.hasher = PinHasher(SeededChance(8), time_cost=1, memory_kib=8)
    ann = invited(people, "Ann", Role.CLERK)
    slow = Slow()
    people.hasher = slow

    async def asked() -> list[str]:
        left = {
            asyncio.create_task(asyncio.to_thread(refused, people, "Ann"))
            for _ in range(1 + WAITING_MOST + BEYOND)
        }
        told: list[str] = []
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            told += [one.result() for one in done]
            if len(told) == BEYOND:
                slow.lets.set()  # those who have a turn are not answered before
        return told

    told = asyncio.run(asked())
    assert told == ["SIGN_IN_BUSY"] * BEYOND + ["SIGN_IN_WRONG"] * (1 + WAITING_MOST)
    with Browser(office.application()) as browser:
        assert browser.sign_in(ann, clock).status_code == 200


def refused(people: Operators, name: str) -> str:
    """Why somebody is not let in."""
    with pytest.raises(ServiceRefusal) as fault:
        people.sign_in(name, "a wrong password", "123456", INSIDE)
    return fault.value.reason


def test_what_nobody_may_send_who_is_not_signed_in_is_not_read(office: OpenOffice) -> None:
    taken: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(64):
            taken.append(number)
            yield b"x" * 4096

    kind = {"content-type": "multipart/form-data; boundary=x"}
    with Http(office.application()) as client:
        answer = client.post("/console/articles", content=pieces(), headers=kind)
    told = (answer.status_code, answer.headers["location"], taken)
    assert told == (303, f"{SIGN_IN}?next=%2Fconsole%2Farticles&said=sign_in_first", [])
