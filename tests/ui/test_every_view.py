"""Every screen and sheet on the demo shop, in every layout, scale and look: sizes, names, words.

One running till is led through the tour; each scene is dressed in every way and looked over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.walk import cut_words, nameless, outside, overlapping, too_small
from ui.application import BookDoor, TillApplication, make_qt_application
from ui.keyboard import Keyboard
from ui.options import Options
from ui.screenshots import CountedChance, SteppedClock
from ui.tour import SCENES, Tour

# Every layout class at every scale, each once; looks and languages take turns.
WAYS = (
    ("zh_CN", "light", 100, (1366, 768)),
    ("en", "dark", 100, (1024, 768)),
    ("zh_TW", "contrast", 100, (1080, 1920)),
    ("en", "light", 150, (1920, 1080)),
    ("zh_CN", "dark", 200, (1920, 1080)),
    ("en", "contrast", 200, (1366, 768)),
)


@dataclass
class Led:
    """The till under way, and the windows that opened without being asked for."""

    till: TillApplication
    tour: Tour
    strays: list[str]


class _Strays(QObject):
    def __init__(self, found: list[str]) -> None:
        super().__init__()
        self._found = found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() is QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and type(watched).__name__ != "MainWindow":
            self._found.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop, made once."""
    folder = tmp_path_factory.mktemp("views") / "book"
    door = BookDoor(folder, demo=True, clock=SteppedClock(), chance=CountedChance())
    door.make_demo("zh_CN", members=400).close()
    return folder


@pytest.fixture
def led(qtbot: QtBot, book: Path) -> Iterator[Led]:
    application = make_qt_application()
    strays: list[str] = []
    watch = _Strays(strays)
    application.installEventFilter(watch)
    keyboard = Keyboard()
    door = BookDoor(book, demo=True, clock=SteppedClock(), chance=CountedChance())
    options = Options(demo=True, data=book, language="zh_CN", look="light", scale=100)
    till = TillApplication(options, door, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp)
    keyboard.window = till.window
    till.start()
    yield Led(till, Tour(till, keyboard), strays)
    till.close()
    application.removeEventFilter(watch)
    till.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


def dress(till: TillApplication, way: tuple[str, str, int, tuple[int, int]]) -> None:
    language, look, scale, size = way
    session = till.session
    till.window.resize(*size)
    if session.words.language != language:
        session.speak(language)
    if (session.look, session.scale) != (look, scale):
        session.look_changed(look=look, scale=scale)
    QApplication.processEvents()


def test_every_control_of_every_view_is_large_enough_named_and_whole(
    led: Led, proving: bool
) -> None:
    window = led.till.window
    findings: list[str] = []
    for place, scene in enumerate(SCENES):
        led.tour.go(scene)
        # The suite takes one way a scene, in turn, and the busiest in all; the proof takes all.
        every = proving or scene in ("sale", "pay", "member")
        for way in WAYS if every else (WAYS[place % len(WAYS)],):
            dress(led.till, way)
            for told in (
                *too_small(window, window.look),
                *nameless(window),
                *cut_words(window),
                *outside(window),
                *overlapping(window),
            ):
                findings.append(f"{scene} {way}: {told}")
        dress(led.till, WAYS[0])
    assert findings == []
    assert led.strays == []
