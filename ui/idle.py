"""Work for idle moments of the GUI thread: many small steps, one a turn, input between them.

`Idle.then(step)` queues a step, `Idle.first(step)` one that goes before all of them; a step that
gives an iterator is gone through, one `next` a turn. A step whose turn came late, because the
thread was at something else, is left to the next turn, so that it makes no turn longer, and so is
one in whose turn the window is about to be painted: a bounded number of times, and never what goes
first. What a step raises comes out of the event loop like any
slot's fault, and the next step runs all the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

Step = Callable[[], Iterator[None] | None]
BREATH_MS: Final = 1
LATE_MS: Final = 3
PUT_OFF_MOST: Final = 8


class Idle:
    """The queue; its timer belongs to `owner`."""

    def __init__(
        self,
        owner: QObject,
        now_ms: Callable[[], int] | None = None,
        *,
        paints: Callable[[], bool] = lambda: False,
    ) -> None:
        """`now_ms` tells a time that only grows; without it a watch of its own. `paints` says that
        the window is about to be painted.
        """
        self._now_ms = now_ms or _watch()
        self._paints = paints
        self._due_ms = 0
        self._put_off = 0
        self._urgent: deque[Step] = deque()
        self._waiting: deque[Step] = deque()
        # The last one is gone on with; those before it were interrupted.
        self._under_way: list[Iterator[None]] = []
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BREATH_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left to do."""
        return not (self._urgent or self._under_way or self._waiting)

    def then(self, step: Step) -> None:
        """Do this when all before it is done."""
        self._waiting.append(step)
        self._wind_up()

    def first(self, step: Step) -> None:
        """Do this before what is waiting; what is half done goes on behind it."""
        self._urgent.append(step)
        self._wind_up()

    def forget(self) -> None:
        """Drop what is waiting and what is half done."""
        self._urgent.clear()
        self._waiting.clear()
        self._under_way.clear()
        self._timer.stop()

    def _wind_up(self) -> None:
        if not self._timer.isActive():
            self._start()

    def _start(self) -> None:
        self._due_ms = self._now_ms() + BREATH_MS
        self._timer.start()

    def _go_on(self) -> None:
        used = self._now_ms() - self._due_ms > LATE_MS or self._paints()
        if used and not self._urgent and self._put_off < PUT_OFF_MOST:
            self._put_off += 1
            self._start()
            return
        self._put_off = 0
        try:
            if self._under_way and not self._urgent:
                self._go_on_with(self._under_way[-1])
            else:
                pieces = (self._urgent or self._waiting).popleft()()
                if pieces is not None:
                    self._under_way.append(pieces)
        finally:
            if not self.at_rest:
                self._start()

    def _go_on_with(self, pieces: Iterator[None]) -> None:
        over = True
        try:
            over = next(pieces, _END) is _END
        finally:
            # What a piece does may have made the queue forget it.
            if over and pieces in self._under_way:
                self._under_way.remove(pieces)


def _watch() -> Callable[[], int]:
    watch = QElapsedTimer()
    watch.start()
    return watch.elapsed


_END: Final = object()
"""Told by an iterator that is at its end; a step's own values are None."""
