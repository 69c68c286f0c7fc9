"""Tills that wait for news at one server: one question for all of them, and nobody forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from posloyalty.headoffice.running.board import Beside, Board, lay_out
from posloyalty.headoffice.running.watch import Watch

T1, T2 = b"1" * 16, b"2" * 16
Story = Callable[[Watch, list[frozenset[bytes]], set[bytes]], Awaitable[None]]


def told(story: Story, *, most: int = 10, board: Board | None = None) -> list[frozenset[bytes]]:
    """Run a story with a watch; returns what was asked for, round by round."""

    async def run() -> list[frozenset[bytes]]:
        asked: list[frozenset[bytes]] = []
        due: set[bytes] = set()

        async def news(till_ids: frozenset[bytes]) -> frozenset[bytes]:
            asked.append(till_ids)
            if b"broken" in due:
                due.discard(b"broken")
                raise OSError("the database is away")
            return till_ids & due

        watch = Watch(news, most=most, board=board)
        rounds = asyncio.create_task(watch.run())
        try:
            await story(watch, asked, due)
        finally:
            rounds.cancel()
            with suppress(asyncio.CancelledError):
                await rounds
        return asked

    return asyncio.run(run())


def test_who_has_news_is_woken_and_the_others_wait_on() -> None:
    async def story(watch: Watch, _asked: list[frozenset[bytes]], due: set[bytes]) -> None:
        one, other = (asyncio.create_task(watch.wait(till, 60)) for till in (T1, T2))
        await asyncio.sleep(0)
        due.add(T2)
        watch.stir()
        assert await other is True
        assert (one.done(), watch.waiting) == (False, 1)
        watch.close()
        assert await one is False

    assert told(story)[0] == frozenset({T1, T2})


def test_what_another_worker_kept_wakes_whoever_waits_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posloyalty.headoffice.running.watch.OTHERS_S", 3_600)
    lay_out(tmp_path, 2)
    here, there = (Board(Beside(folder=tmp_path, place=place, count=2)) for place in (0, 1))

    async def story(watch: Watch, asked: list[frozenset[bytes]], due: set[bytes]) -> None:
        one = asyncio.create_task(watch.wait(T1, 60))
        while not asked:
            await asyncio.sleep(0)  # the first round finds nothing
        due.add(T1)
        there.add()
        assert await one is True

    with here, there:
        told(story, board=here)


def test_what_was_kept_before_somebody_waits_is_not_missed() -> None:
    async def story(watch: Watch, _asked: list[frozenset[bytes]], due: set[bytes]) -> None:
        due.add(T1)
        assert await watch.wait(T1, 60) is True

    told(story)


def test_a_wait_ends_by_itself_and_leaves_nothing_behind() -> None:
    async def story(watch: Watch, _asked: list[frozenset[bytes]], _due: set[bytes]) -> None:
        assert await watch.wait(T1, 0.01) is False
        assert watch.waiting == 0

    told(story)


def test_a_till_that_comes_again_has_lost_its_earlier_line() -> None:
    async def story(watch: Watch, _asked: list[frozenset[bytes]], _due: set[bytes]) -> None:
        first = asyncio.create_task(watch.wait(T1, 60))
        await asyncio.sleep(0)
        again = asyncio.create_task(watch.wait(T1, 60))
        assert await first is False
        assert watch.waiting == 1
        watch.close()
        assert await again is False

    told(story)


def test_a_database_that_is_away_is_asked_again() -> None:
    async def story(watch: Watch, _asked: list[frozenset[bytes]], due: set[bytes]) -> None:
        due |= {T1, b"broken"}
        assert await watch.wait(T1, 60) is True

    assert len(told(story)) > 1


def test_there_is_room_for_so_many_and_for_nobody_at_the_end() -> None:
    async def story(watch: Watch, _asked: list[frozenset[bytes]], _due: set[bytes]) -> None:
        assert not watch.full
        one = asyncio.create_task(watch.wait(T1, 60))
        await asyncio.sleep(0)
        assert watch.full
        watch.close()
        await one
        assert watch.full

    told(story, most=1)
