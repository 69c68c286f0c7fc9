"""Work for idle moments of the GUI thread: many small steps, one a turn, input between them.

`Idle.then(step)` queues a step, `Idle.first(step)` one that goes before all of them; a step that
gives an iterator is gone through, one `next` a turn. What a step raises comes out of the event loop
like any slot's fault, and the next step runs all the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QObject, QTimer

Step = Callable[[], Iterator[None] | None]
BREATH_MS: Final = 1


class Idle:
    """The queue; its timer belongs to `owner`."""

    def __init__(self, owner: QObject) -> None:
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
            self._timer.start()

    def _go_on(self) -> None:
        try:
            if self._under_way and not self._urgent:
                self._go_on_with(self._under_way[-1])
            else:
                pieces = (self._urgent or self._waiting).popleft()()
                if pieces is not None:
                    self._under_way.append(pieces)
        finally:
            if not self.at_rest:
                self._timer.start()

    def _go_on_with(self, pieces: Iterator[None]) -> None:
        over = True
        try:
            over = next(pieces, _END) is _END
        finally:
            # What a piece does may have made the queue forget it.
            if over and pieces in self._under_way:
                self._under_way.remove(pieces)


_END: Final = object()
"""Told by an iterator that is at its end; a step's own values are None."""
