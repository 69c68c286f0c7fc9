"""`python -m tests.benchmarks.gui_process FOLDER [--day TABLE] [--why]`: each turn of a journey.

The application itself, offscreen, on a demo shop that exists (a copy is used), in its own event
loop. Where it goes is `gui_journey`, a cashier's; with a table of products `gui_day`, a manager's.

Printed as JSON: `turns`, a list of [part, doing, cpu_ms, wall_ms]. With `--why`, on standard error,
what the long turns did.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.gui_day import ManagersDay
from tests.benchmarks.gui_journey import POLL_MS, Journey, Step
from ui.__main__ import begin

PATIENCE_MS = 60_000


def main(folder: Path, *, products: Path | None, why: bool) -> int:
    """Go the journey once and print its turns."""
    begin()
    from PySide6.QtCore import QTimer

    from tests.benchmarks.turns import Turns
    from ui.application import TillApplication, make_qt_application
    from ui.book_door import BookDoor
    from ui.keyboard import Keyboard, quiet_offscreen
    from ui.options import Options

    quiet_offscreen()
    application = make_qt_application()
    with tempfile.TemporaryDirectory() as place:
        shop = Path(place) / "till"
        shutil.copytree(folder, shop)
        keyboard = Keyboard()
        till = TillApplication(
            Options(demo=True, data=shop, language="zh_CN"),
            BookDoor(shop, demo=True),
            now_ms=keyboard.now_ms,
            key_stamp=keyboard.stamp,
        )
        keyboard.window = till.window
        turns = Turns(application, why=why)
        journey = Journey(till, keyboard, turns)
        if products is not None:
            journey = ManagersDay(till, keyboard, turns, products=products)
        till.start()
        driver = Driver(journey.go(), turns, done=application.quit)
        turns.begin()
        QTimer.singleShot(0, driver.go_on)
        application.exec()
        turns.end()
        till.close()
    if driver.fault is not None:
        raise driver.fault
    told = [(turn.part, turn.doing, turn.cpu_ms, turn.wall_ms) for turn in turns.turns]
    print(json.dumps({"turns": told}))
    for turn in turns.turns:
        if turn.why:
            print(turn.doing, f"{turn.cpu_ms:.1f} ms\n", turn.why, file=sys.stderr)
    return 0


class Driver:
    """Goes on with a journey whenever what it waits for is so, each time in a turn of its own."""

    def __init__(self, steps: Iterator[Step], turns: Any, *, done: Callable[[], None]) -> None:
        self._steps = steps
        self._turns = turns
        self._done = done
        self._waits: Step = 0
        self._waited_ms = 0
        self.fault: BaseException | None = None

    def go_on(self) -> None:
        """One step, or another look at what is waited for."""
        from PySide6.QtCore import QTimer

        waits = self._waits
        if callable(waits) and not waits():
            self._waited_ms += POLL_MS
            if self._waited_ms < PATIENCE_MS:
                QTimer.singleShot(POLL_MS, self.go_on)
                return
            self.fault = TimeoutError(self._turns.doing)
            self._done()
            return
        try:
            self._waits, self._waited_ms = next(self._steps), 0
        except StopIteration:
            self._done()
            return
        except Exception as fault:  # noqa: BLE001 - told when the event loop has ended
            self.fault = fault
            self._done()
            return
        QTimer.singleShot(self._waits if isinstance(self._waits, int) else POLL_MS, self.go_on)


if __name__ == "__main__":
    told = sys.argv[1:]
    table = Path(told[told.index("--day") + 1]) if "--day" in told else None
    sys.exit(main(Path(told[0]), products=table, why="--why" in told))
