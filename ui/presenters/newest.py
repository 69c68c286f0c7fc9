"""One question at a time on a lane, and only the newest one counts.

Shape: `NewestOnly(run, job=..., done=..., failed=...)`; `ask(question)` starts the job or takes the
place of the question that waits. An answer is told only when nothing newer was asked meanwhile, so
an old quote never shows over a new basket, and a flood of scans costs two jobs at most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from ui.presenters.ports import Failed

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")


class Run(Protocol):
    """A lane's way in, such as `session.lanes.look_up`."""

    def __call__(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run a job; exactly one of the other two is called afterwards."""


class NewestOnly(Generic[Q, A]):
    """Asks `job(question)`; `done(question, answer)` hears only what still counts."""

    def __init__(
        self,
        run: Run,
        *,
        job: Callable[[Q], A],
        done: Callable[[Q, A], None],
        failed: Failed,
    ) -> None:
        self._run = run
        self._job = job
        self._done = done
        self._failed = failed
        self._waiting: list[Q] = []
        self._running = False
        self._dropped = False

    @property
    def busy(self) -> bool:
        """Whether an answer that counts is still to come."""
        return (self._running and not self._dropped) or bool(self._waiting)

    def ask(self, question: Q) -> None:
        """Ask; whatever was asked before no longer counts."""
        if self._running:
            self._waiting = [question]
        else:
            self._start(question)

    def forget(self) -> None:
        """Whatever was asked no longer counts, and nothing takes its place."""
        self._waiting = []
        self._dropped = self._running

    def _start(self, question: Q) -> None:
        self._running, self._dropped = True, False

        def answered(answer: A) -> None:
            if not self._next():
                self._done(question, answer)

        def broken(fault: Exception) -> None:
            if not self._next():
                self._failed(fault)

        self._run(lambda: self._job(question), answered, broken)

    def _next(self) -> bool:
        """End the running job; True when its answer does not count."""
        stale = self._dropped or bool(self._waiting)
        self._running = self._dropped = False
        if self._waiting:
            self._start(self._waiting.pop())
        return stale
