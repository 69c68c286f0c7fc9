"""Qt's own classes are there before the first object of Qt's comes along."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from ui.qt_classes import HEIRS, PAINTING

# In a fresh process: which classes Python got to know by an object that Qt made and a filter saw.
LEARNT = """
import json, sys
from ui.plain_imports import load_qt
load_qt()
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QScrollArea
from ui.qt_classes import make_in_turns

class Filter(QObject):
    def eventFilter(self, watched, event):
        return False

def known(kind, found):
    for heir in type.__subclasses__(kind):
        if heir not in found:
            known(heir, found.add(heir) or found)
    return found

application = QApplication([])
seen = Filter()
application.installEventFilter(seen)
if "ahead" in sys.argv:
    for _ in make_in_turns():
        pass
before = known(QObject, set())
area = QScrollArea()
print(json.dumps(sorted(heir.__name__ for heir in known(QObject, set()) - before)))
"""

# In a fresh process: which enumerations Qt for Python made while the sign-in was first painted.
PAINTED = """
import enum, json, sys
from pathlib import Path
from ui.plain_imports import load_qt
load_qt()
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.options import Options

make, made = enum.EnumType._create_, []

def noted(kind, name, *arguments, **named):
    made.append(name)
    return make(kind, name, *arguments, **named)

application = make_qt_application()
place = Path(sys.argv[1])
till = TillApplication(
    Options(demo=True, data=place, language="en", quit_after_first_paint=True),
    BookDoor(place, demo=True),
)
till.start()
enum.EnumType._create_ = noted
application.exec()
till.close()
print(json.dumps(made))
"""


def learnt(*arguments: str) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-c", LEARNT, *arguments], capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(told.stdout)
    return found


def test_after_them_an_object_of_qts_own_teaches_nothing_new() -> None:
    assert len(learnt()) > 100
    assert learnt("ahead") == []


def test_every_name_is_one_of_qts() -> None:
    missing = [
        f"{module}.{name}"
        for found in (HEIRS, PAINTING)
        for module, names in found.items()
        for name in names
        if not hasattr(import_module(module), name)
    ]
    assert missing == []


def test_the_first_painting_makes_no_enumeration(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PAINTED, str(tmp_path / "till")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout) == []
