"""Whoever comes while others are being answered is answered with the next of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from posloyalty.headoffice.running.gulps import Gulp
from posloyalty.headoffice.tills.desk import Answer
from posloyalty.headoffice.tills.visits import Request


def asked(named: str) -> Request:
    return Request(method="POST", target=named, headers={}, query={}, body=b"")


def said(named: str) -> Answer:
    return Answer(status=200, headers={}, body=named.encode(), outcome="ok", taken=0, till="")


class Desk:
    """Answers by name, nobody before `opens` is set, and keeps who came together."""

    def __init__(self) -> None:
        self.opens = Event()
        self.together: list[list[str]] = []

    def answer_all(self, requests: Sequence[Request]) -> list[Answer | Exception]:
        self.together.append([one.target for one in requests])
        assert self.opens.wait(60)
        return [
            ValueError(one.target) if one.target.startswith("bad") else said(one.target)
            for one in requests
        ]


async def begun(desk: Desk, count: int) -> None:
    """Until so many gulps are being answered."""
    async with asyncio.timeout(60):
        while len(desk.together) < count:
            await asyncio.sleep(0.001)


def test_the_first_goes_alone_and_all_who_come_meanwhile_go_together() -> None:
    desk = Desk()

    async def story() -> list[Answer]:
        gulp = Gulp(desk.answer_all, most=3, at_once=1)
        first = asyncio.create_task(gulp.answer("till 0", asked("0")))
        await begun(desk, 1)
        others = [asyncio.create_task(gulp.answer(f"till {n}", asked(f"{n}"))) for n in range(1, 6)]
        await asyncio.sleep(0)
        desk.opens.set()
        return [await one for one in (first, *others)]

    found = asyncio.run(story())
    assert desk.together == [["0"], ["1", "2", "3"], ["4", "5"]]
    assert [one.body for one in found] == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_two_requests_of_one_till_are_never_answered_at_a_time() -> None:
    desk = Desk()

    async def story() -> None:
        gulp = Gulp(desk.answer_all, at_once=2)
        tasks = [
            asyncio.create_task(gulp.answer(till, asked(f"{till}{n}")))
            for n, till in enumerate(("a", "a", "b"))
        ]
        await begun(desk, 2)  # there is room for a second gulp, and not for "a1" in it
        assert sorted(desk.together) == [["a0"], ["b2"]]
        desk.opens.set()
        await asyncio.gather(*tasks)

    asyncio.run(story())
    assert desk.together[2:] == [["a1"]]


def test_who_is_at_fault_hears_of_it_alone_and_who_has_gone_is_not_asked_for() -> None:
    desk = Desk()

    async def story() -> Answer:
        gulp = Gulp(desk.answer_all, at_once=1)
        first = asyncio.create_task(gulp.answer("a", asked("a")))
        await begun(desk, 1)
        bad, gone, good = (
            asyncio.create_task(gulp.answer(name, asked(name))) for name in ("bad", "gone", "good")
        )
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        desk.opens.set()
        await first
        with pytest.raises(ValueError, match="bad"):
            await bad
        return await good

    assert asyncio.run(story()).body == b"good"
    assert desk.together == [["a"], ["bad", "good"]]
