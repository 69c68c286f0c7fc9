"""Work for idle moments of the GUI thread: many small steps, one a turn, input between them.

`Idle.then(step)` queues a step; a step that gives an iterator is gone through, one `next` a turn.
Steps run in order. What a step raises comes out of the event loop like any slot's fault, and the
next step runs all the same.
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
        self._waiting: deque[Step] = deque()
        self._under_way: Iterator[None] | None = None
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BREATH_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left to do."""
        return self._under_way is None and not self._waiting

    def then(self, step: Step) -> None:
        """Do this when all before it is done."""
        self._waiting.append(step)
        if not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Drop what is waiting and what is half done."""
        self._waiting.clear()
        self._under_way = None
        self._timer.stop()

    def _go_on(self) -> None:
        try:
            if self._under_way is None:
                self._under_way = self._waiting.popleft()()
            elif next(self._under_way, _END) is _END:
                self._under_way = None
        except BaseException:
            self._under_way = None
            raise
        finally:
            if not self.at_rest:
                self._timer.start()


_END: Final = object()
"""Told by an iterator that is at its end; a step's own values are None."""
