"""The GUI thread's turns: what it does between two waits of its event loop.

Shape: `Turns(application)` counts from `begin()` to `end()`; `turns` are `Turn`s in order, each
named by what `part` and `doing` said when it ended. `cpu_ms` is the processor's time of the GUI
thread alone, so that neighbours on a shared machine and the till's own lanes do not count;
`wall_ms` is what a clock on the wall saw, from the turn's first event to the next wait. A turn in
which `apart` was set is the measuring program's own and is left out.

Nothing but a turn's first event is looked at: a filter of Python's that sees every event costs some
5 microseconds each, by which a turn that deletes a thousand widgets took 17 ms instead of 10.

With `why` each turn is profiled, which makes it longer: for finding causes, never for figures.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import sys
from dataclasses import dataclass
from time import perf_counter_ns, thread_time_ns

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject
from PySide6.QtWidgets import QApplication, QStyle


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the GUI thread."""

    part: str
    doing: str
    cpu_ms: float
    wall_ms: float
    why: str = ""


class Turns(QObject):
    """Measures every turn."""

    def __init__(self, application: QApplication, *, why: bool = False) -> None:
        super().__init__()
        self.turns: list[Turn] = []
        self.part = ""
        self.doing = ""
        self.apart = False
        self._application = application
        self._profile = cProfile.Profile() if why else None
        self._loaded = set(sys.modules)
        self._cpu = 0
        self._began = 0

    def begin(self) -> None:
        """Count from the next wait on."""
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        dispatcher.aboutToBlock.connect(self._rests)
        # The filter sees the style's events too: that class, with a dozen enumerations, is made
        # here and not in the first turn, for no till has such a filter before its first paint.
        assert QStyle.StateFlag is not None
        self._new()

    def end(self) -> None:
        """Count no more."""
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.aboutToBlock.disconnect(self._rests)
        self._application.removeEventFilter(self)
        if self._profile is not None:
            self._profile.disable()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first event of a turn begins it; the others are not looked at."""
        if not self._began:
            self._began = perf_counter_ns()
            self._application.removeEventFilter(self)
        return False

    def _rests(self) -> None:
        cpu, wall = thread_time_ns() - self._cpu, perf_counter_ns() - self._began
        if self._began and not self.apart:
            if self._profile is not None:
                self._profile.disable()
            self.turns.append(Turn(self.part, self.doing, cpu / 1e6, wall / 1e6, self._told(cpu)))
        self._new()

    def _new(self) -> None:
        self._began = 0
        self.apart = False
        self._application.installEventFilter(self)
        if self._profile is not None:
            self._profile = cProfile.Profile()
            self._profile.enable()
        self._cpu = thread_time_ns()

    def _told(self, cpu_ns: int) -> str:
        quiet = cpu_ns < TOLD_FROM_NS and len(sys.modules) == len(self._loaded)
        if self._profile is None or quiet:
            return ""
        text = io.StringIO()
        loaded = set(sys.modules)
        text.write(f"loaded: {' '.join(sorted(loaded - self._loaded))}\n")
        self._loaded = loaded
        pstats.Stats(self._profile, stream=text).sort_stats("cumtime").print_stats(TOLD_LINES)
        return text.getvalue()


TOLD_FROM_NS = 16_000_000
TOLD_LINES = 45
