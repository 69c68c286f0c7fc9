"""`python -m tests.benchmarks.touch_process`: a new till's wizard, filled in by one finger.

The application itself, offscreen, without a book. Presses go through the window system. Printed as
JSON, in milliseconds: `first` and `again` (openings, until everything that they asked for is
painted), `keys` (each key of words that are composed in pinyin, candidates painted).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns

from PySide6.QtWidgets import QApplication, QLineEdit

from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.finger import Finger
from ui.keyboard import Keyboard, quiet_offscreen, wait
from ui.options import Options
from ui.presenters.ports import Screen
from ui.presenters.wizard import WizardPresenter
from ui.touch_keyboard import TouchKeyboard

AGAIN = 20
WORDS = ("caomeisuannai", "hongfushipingguo", "ouyangxiaoyu", "shishishishi", "yi", "huanying") * 2


def main() -> int:
    """Tap and measure; print the figures."""
    quiet_offscreen()
    make_qt_application()
    with tempfile.TemporaryDirectory() as folder:
        time = Keyboard()
        till = TillApplication(
            Options(data=Path(folder) / "book", language="zh_CN"),
            BookDoor(Path(folder) / "book", demo=True),
            now_ms=time.now_ms,
            key_stamp=time.stamp,
        )
        till.start()
        keyboard = _listening(till)
        wizard = till.window.navigator.presenter(Screen.WIZARD)
        assert isinstance(wizard, WizardPresenter)
        for _ in range(2):
            wizard.next()
        wait(lambda: till.window.findChild(QLineEdit) is not None, "no field to fill")
        finger = Finger(till.window)
        field = next(one for one in till.window.findChildren(QLineEdit) if finger.reaches(one))
        first = _took(lambda: finger.tap(field))
        wait(lambda: keyboard.shows("sign:q"), "the keyboard did not open")
        again = []
        for _ in range(AGAIN):
            keyboard.close()
            QApplication.processEvents()
            again.append(_took(lambda: finger.tap(field)))
        finger.tap(*keyboard.place_of("sign:w"))
        wait(lambda: keyboard.shows("take:0"), "nothing is offered")
        finger.tap(*keyboard.place_of("act:backspace"))
        keys = []
        for word in WORDS:
            for sign in word:
                panel, place = keyboard.place_of(f"sign:{sign}")
                keys.append(_took(lambda on=panel, at=place: finger.tap(on, at)))
            finger.tap(*keyboard.place_of("act:enter"))
        till.close()
    print(json.dumps({"first": first, "again": again, "keys": keys}))
    return 0


def _listening(till: TillApplication) -> TouchKeyboard:
    wait(lambda: till.window.keyboard is not None, "the window does not listen")
    assert till.window.keyboard is not None
    return till.window.keyboard


def _took(act: Callable[[], None]) -> float:
    """Milliseconds of an act and of all that it asks to be painted."""
    started = perf_counter_ns()
    act()
    QApplication.processEvents()
    return (perf_counter_ns() - started) / 1e6


if __name__ == "__main__":
    sys.exit(main())
