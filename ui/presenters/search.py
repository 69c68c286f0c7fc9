"""Looking something up while it is typed: one question at a time, and only the last one counts.

A look-up that is still running is not stopped; when its answer comes and the text has moved on, the
newest text is asked for and the old answer is dropped. So a fast typist costs two look-ups at most,
whatever the lane is busy with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from ui.presenters.ports import Lanes

T = TypeVar("T")


class LatestOnly(Generic[T]):
    """Asks `job(text)` on the look-up lane; `done(text, answer)` hears answers that still count."""

    def __init__(
        self,
        lanes: Lanes,
        *,
        job: Callable[[str], T],
        done: Callable[[str, T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._lanes = lanes
        self._job = job
        self._done = done
        self._failed = failed
        self._running: str | None = None
        self._next: str | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._running is not None

    def ask(self, text: str) -> None:
        """Ask for a text; whatever was asked before no longer counts."""
        if self._running is None:
            self._start(text)
        else:
            self._next = text

    def _start(self, text: str) -> None:
        self._running = text
        self._next = None
        self._lanes.look_up(lambda: self._job(text), self._answered, self._broken)

    def _answered(self, answer: T) -> None:
        text, following = self._running or "", self._next
        self._running = None
        if following is not None and following != text:
            self._start(following)
        else:
            self._next = None
            self._done(text, answer)

    def _broken(self, fault: Exception) -> None:
        following = self._next
        self._running = None
        if following is not None:
            self._start(following)
        else:
            self._failed(fault)
