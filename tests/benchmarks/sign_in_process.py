"""`python -m tests.benchmarks.sign_in_process FOLDER [MS]`: one start up to the sale screen.

The application itself, offscreen, driven by real key events: as soon as the names are there the
cashier is chosen and the PIN typed, so many milliseconds later as a hand might take. Printed as
JSON are the moments, in nanoseconds of the machine's monotonic clock, which all processes share:
`painted` (the sign-in), `names`, `typed`, `accepted` (the PIN), `open` (the sale screen in front
and painted). Imports are the application's own, in its order, so that a cold start reads from the
disk what the application's start reads.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic_ns
from typing import Any

from ui.__main__ import begin


def main(folder: Path, hand_ms: int = 0, met: Callable[[str], None] = lambda _: None) -> int:
    """Start, sign in, print the moments; `met` hears each when it is there."""
    begin()
    from ui.application import TillApplication, make_qt_application
    from ui.book_door import BookDoor
    from ui.keyboard import Keyboard, quiet_offscreen, wait
    from ui.options import Options
    from ui.presenters.ports import Screen

    quiet_offscreen()
    make_qt_application()
    keyboard = Keyboard()
    till = TillApplication(
        Options(demo=True, data=folder),
        BookDoor(folder, demo=True),
        now_ms=keyboard.now_ms,
        key_stamp=keyboard.stamp,
    )
    keyboard.window = till.window
    navigator = till.window.navigator
    till.start()

    def sign_in() -> Any:
        return navigator.presenter(Screen.SIGN_IN).state

    moments = {}

    def moment(name: str) -> None:
        moments[name] = monotonic_ns()
        met(name)

    wait(gc.get_freeze_count, "the sign-in was not painted")  # see `ui/collector.py`
    moment("painted")
    wait(lambda: sign_in().operators, "no names at the sign-in")
    moment("names")
    cashier = till.session.words("sign_in.role_cashier")
    for _ in sign_in().operators:
        if next(one for one in sign_in().operators if one.chosen).role == cashier:
            break
        keyboard.press("Right")
    begins = monotonic_ns()
    wait(lambda: monotonic_ns() - begins >= hand_ms * 1_000_000, "time stands still")
    keyboard.rest(1_000)
    keyboard.type(CASHIER_PIN)
    moment("typed")
    keyboard.press("Enter")
    wait(lambda: till.session.operator is not None, "the PIN was not accepted")
    moment("accepted")
    wait(lambda: navigator.screen is Screen.SALE, "the sale did not open")
    till.window.repaint()
    moment("open")
    till.close()
    print(json.dumps(moments))
    return 0


CASHIER_PIN = "1234"

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
