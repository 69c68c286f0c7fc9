"""The `Timer` of the window: calls back on the GUI thread, and forgets when it is stopped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class WindowTimer:
    """One-shot timers that belong to an owner and die with it."""

    def __init__(self, owner: QObject) -> None:
        self._owner = owner
        self._running: set[QTimer] = set()

    def after(self, ms: int, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` once in `ms` milliseconds unless the result is called first."""
        timer = QTimer(self._owner)
        timer.setSingleShot(True)
        self._running.add(timer)

        def forget() -> None:
            if timer in self._running:
                self._running.discard(timer)
                timer.stop()
                timer.deleteLater()

        def due() -> None:
            forget()
            callback()

        timer.timeout.connect(due)
        timer.start(ms)
        return forget

    def stop(self) -> None:
        """Stop every timer."""
        for timer in tuple(self._running):
            self._running.discard(timer)
            timer.stop()
            timer.deleteLater()
