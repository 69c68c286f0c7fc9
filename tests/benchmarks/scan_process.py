"""`python -m tests.benchmarks.scan_process FOLDER MEMBERS SCANS`: a cashier scans members.

The application itself, offscreen, on a book that exists. Members' cards are scanned by key events
of the window, as a keyboard wedge sends them; a scan's time runs from its first key to the end of
the member card's `paintEvent` with that member. Between scans the member leaves the sale and the
till comes to rest. Printed as JSON: `scans` in milliseconds, `rss_mb` afterwards (None where the
system does not tell), `charts` (whether pyqtgraph was loaded).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent

from tests.benchmarks.large_shop import card, member_id
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard, NotReached, quiet_offscreen, wait
from ui.options import Options
from ui.presenters.ports import Screen
from ui.widgets.member_card import MemberCard

WARM = 20
SPREAD = 104_729
PATIENCE_MS = 10_000
REST_MS = 20


class Scanning:
    """The till and a scanner at its window."""

    def __init__(self, folder: Path) -> None:
        quiet_offscreen()
        make_qt_application()
        self.keyboard = Keyboard()
        self.till = TillApplication(
            Options(demo=True, data=folder),
            BookDoor(folder, demo=True),
            now_ms=self.keyboard.now_ms,
            key_stamp=self.keyboard.stamp,
        )
        self.keyboard.window = self.till.window
        self._loop = QEventLoop()
        self._alarm = QTimer(singleShot=True)
        self._alarm.timeout.connect(self._loop.quit)
        self._painted = 0
        _after_painting(self._card_painted)

    def begin(self) -> None:
        """Open the book, let its check and the look-up cache end, and open the sale screen."""
        self.till.start()
        session = self.till.session
        wait(lambda: session.till_open, "the book did not open")
        settled: list[object] = []
        self.till.runner.long(
            lambda _: None, settled.append, _raise, lambda *_: None
        )  # The lane works in order: this comes behind the settling that the opening asked for.
        while not settled:
            self._rest()
        session.sign_in(session.till.sign_in.operators()[0])
        self.till.window.navigator.show(Screen.SALE)
        wait(lambda: self._sale().state.quick.keys, "the quick keys did not come")

    def scan(self, code: str, wanted: bytes) -> float:
        """Milliseconds from the first key to the painted card of that member."""
        self._painted = 0
        started = perf_counter_ns()
        self.keyboard.scan(code)
        if not self._painted:
            self._turn(PATIENCE_MS)
        if not self._painted:
            raise NotReached(f"{code} was not painted")
        panel = self._sale()._sale.panel
        assert panel is not None
        assert panel.member.id == wanted, "another member was painted"
        return (self._painted - started) / 1e6

    def leave(self) -> None:
        """The member leaves the sale, and the till comes to rest."""
        wait(lambda: not self._sale().state.quoting, "the quote did not come")
        self._sale().detach_member()
        wait(lambda: self._sale().state.member is None, "the member did not leave")
        wait(lambda: not self._sale().state.quoting, "the quote did not come")
        self._rest()

    def _rest(self) -> None:
        self._turn(REST_MS)

    def _turn(self, most_ms: int) -> None:
        """Let the event loop run until a card was painted, or as long as that."""
        self._alarm.start(most_ms)
        self._loop.exec()
        self._alarm.stop()

    def _card_painted(self, shown: MemberCard) -> None:
        if shown.row is not None and not self._painted:
            self._painted = perf_counter_ns()
            self._loop.quit()

    def _sale(self) -> Any:
        return self.till.window.navigator.presenter(Screen.SALE)


def main(folder: Path, members: int, scans_count: int) -> int:
    """Scan members far apart in the book; print what it took."""
    scanning = Scanning(folder)
    scanning.begin()
    scans = []
    for n in range(WARM + scans_count):
        number = n * SPREAD % members
        took = scanning.scan(card(number), member_id(number))
        if n >= WARM:
            scans.append(took)
        scanning.leave()
    figures = {"scans": sorted(scans), "rss_mb": _rss_mb(), "charts": "pyqtgraph" in sys.modules}
    scanning.till.close()
    print(json.dumps(figures))
    return 0


def _after_painting(painted: Any) -> None:
    """Tell whenever a member card was painted; set before any card is made."""
    paint = MemberCard.paintEvent

    def paint_and_tell(self: MemberCard, event: QPaintEvent) -> None:
        paint(self, event)
        painted(self)

    MemberCard.paintEvent = paint_and_tell  # type: ignore[method-assign]


def _rss_mb() -> float | None:
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _raise(fault: Exception) -> None:
    raise fault


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
