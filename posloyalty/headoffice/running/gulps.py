"""Requests of several tills at one endpoint are answered together, as many as came meanwhile.

Shape: `Gulp(answer_all).answer(till, request)` is awaited by each request. Whoever comes while
nobody is being answered is answered at once and alone; whoever comes meanwhile waits, and all who
wait are the next gulp. So nothing waits for company, and the busier head office is, the less each
request costs: its threads, its transaction and its wait for the disk are one for all. Two requests
of one till are never in one gulp, nor in two at a time: the second one waits for the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool

from posloyalty.headoffice.tills.desk import Answer
from posloyalty.headoffice.tills.visits import Request

MOST: Final = 32
"""So many are answered together at most: each waits for all of them."""
AT_ONCE: Final = 2
"""While one gulp waits for the database, another one is read."""

AnswerAll = Callable[[Sequence[Request]], list[Answer | Exception]]


@dataclass(slots=True)
class _Waiting:
    """A request that waits for its answer."""

    till: str
    request: Request
    answered: asyncio.Future[Answer]


class Gulp:
    """The requests at one endpoint of one server process; used on its event loop."""

    def __init__(self, answer_all: AnswerAll, *, most: int = MOST, at_once: int = AT_ONCE) -> None:
        self._answer_all = answer_all
        self._most = most
        self._at_once = at_once
        self._waiting: list[_Waiting] = []
        self._inside: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()

    async def answer(self, till: str, request: Request) -> Answer:
        """The answer; raises what answering it raised."""
        mine = _Waiting(till, request, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        self._begin()
        return await mine.answered

    def _begin(self) -> None:
        """Answer those who wait, if there is room for one more gulp."""
        if len(self._running) >= self._at_once:
            return
        taken = self._taken()
        if taken:
            task = asyncio.create_task(self._run(taken))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._begin()

    def _taken(self) -> list[_Waiting]:
        """The next ones, in the order in which they came."""
        taken: list[_Waiting] = []
        left: list[_Waiting] = []
        for one in self._waiting:
            if one.answered.done():
                continue  # whoever asked has gone
            if len(taken) < self._most and one.till not in self._inside:
                taken.append(one)
                self._inside.add(one.till)
            else:
                left.append(one)
        self._waiting = left
        return taken

    async def _run(self, taken: Sequence[_Waiting]) -> None:
        found: Sequence[Answer | Exception]
        try:
            found = await run_in_threadpool(self._answer_all, [one.request for one in taken])
        except Exception as fault:  # noqa: BLE001 - each of them hears of it
            found = [fault] * len(taken)
        finally:
            self._inside -= {one.till for one in taken}
        for one, given in zip(taken, found, strict=True):
            if one.answered.done():
                continue
            if isinstance(given, Exception):
                one.answered.set_exception(given)
            else:
                one.answered.set_result(given)
