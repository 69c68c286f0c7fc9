"""What every pump does: one job at a time on a lane, the next one when it is time, until the end.

Shape: a pump says what its job is (`_job`), what follows from its answer (`_done`) or its fault
(`_failed`), and calls `_after(ms)` to be woken then, which by itself does the next job. There is
one wait at a time: a later one replaces it. Nothing begins before a book is open or after `stop`;
the answer of a job that was under way then still comes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ui.presenters.ports import Cancel
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.services.till import Till

T = TypeVar("T")
Put = Callable[[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]], None]
"""A lane of `presenters.ports.Lanes`."""


class LanePump(ABC, Generic[T]):
    """Begins to listen to the session as soon as it is made."""

    def __init__(self, session: Session, lane: Put) -> None:
        self._session = session
        self._lane = lane
        self._running = False
        self._stopped = False
        self._cancel: Cancel | None = None
        session.subscribe(self._changed)

    def stop(self) -> None:
        """No further jobs."""
        self._stopped = True
        self._forget_wait()

    def turn(self) -> None:
        """Do one job, if none is under way."""
        if self._stopped or self._running or not self._session.till_open:
            return
        self._running = True
        self._lane(self._job(self._session.till), self._answered, self._fell)

    @abstractmethod
    def _job(self, till: Till) -> Callable[[], T]:
        """What the lane shall do; asked for on the GUI thread, done on the lane."""

    @abstractmethod
    def _done(self, found: T) -> None:
        """A job's answer; the next one may begin."""

    @abstractmethod
    def _failed(self, fault: Exception) -> None:
        """A job's fault; the next one may begin."""

    def _opened(self) -> None:
        """A book was opened."""

    def _changed(self, change: Change) -> None:
        if change is Change.TILL:
            self._opened()

    def _woken(self) -> None:
        """A wait is over."""
        self.turn()

    @property
    def _waits(self) -> bool:
        return self._cancel is not None

    def _after(self, wait_ms: int) -> None:
        self._forget_wait()
        if not self._stopped:
            self._cancel = self._session.timer.after(wait_ms, self._wake)

    def _forget_wait(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _wake(self) -> None:
        self._cancel = None
        self._woken()

    def _answered(self, found: T) -> None:
        self._running = False
        self._done(found)

    def _fell(self, fault: Exception) -> None:
        self._running = False
        self._failed(fault)
