"""Every view of the till is made a few parts at a time, and leaves nothing behind when it goes.

How long a turn of the GUI thread takes follows from how much it makes; that is what is held here,
for a count is the same on every machine.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import pairwise
from weakref import ref

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard
from ui.letting_go import BUNDLE, let_go
from ui.options import Options
from ui.screens import PLACES, Place
from ui.screenshots import CountedChance, SteppedClock
from ui.tour import Tour
from ui.widgets import entry_line
from ui.widgets.view import ScreenView

# Half of what the largest screens are made of.
WIDGETS_MOST = 42
SIZES = ((1366, 768, 100), (1024, 768, 100), (1080, 1920, 100), (1366, 768, 200))


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TillApplication]:
    """A demo shop with somebody at the sale."""
    make_qt_application()
    folder = tmp_path_factory.mktemp("pieces") / "book"
    door = BookDoor(folder, demo=True, clock=SteppedClock(), chance=CountedChance())
    door.make_demo("zh_CN", members=40).close()
    keyboard = Keyboard()
    till = TillApplication(
        Options(demo=True, data=folder, language="zh_CN"),
        BookDoor(folder, demo=True, clock=SteppedClock(), chance=CountedChance()),
        now_ms=keyboard.now_ms,
        key_stamp=keyboard.stamp,
    )
    keyboard.window = till.window
    till.start()
    Tour(till, keyboard).go("sale-empty")
    yield till
    till.close()
    till.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def begun(till: TillApplication, place: Place) -> ScreenView:
    navigator = till.window.navigator
    kind: type[ScreenView] = PLACES[place].view_class()
    return kind.begun(navigator.presenter(place), till.window.context())


def widgets() -> int:
    """All there are: what is made has its parent only when it is put in its place."""
    return len(QApplication.allWidgets())


@pytest.mark.parametrize("size", SIZES)
def test_no_step_of_a_view_makes_many_widgets(
    till: TillApplication, size: tuple[int, int, int], qtbot: QtBot, proving: bool
) -> None:
    """The suite makes each view in one size, the sizes by turns; the proof makes all in all."""
    width, height, scale = size
    own = SIZES.index(size)
    till.window.resize(width, height)
    till.session.look_changed(scale=scale)
    till.window.change_at_once()
    findings = []
    for place in list(PLACES)[slice(None) if proving else slice(own, None, len(SIZES))]:
        made = [widgets()]
        view = begun(till, place)
        made.append(widgets())
        for _ in view.grow():
            made.append(widgets())
        view.catch_up()
        made.append(widgets())
        for _ in view.pieces():
            made.append(widgets())
        steps = [after - before for before, after in pairwise(made)]
        if max(steps) > WIDGETS_MOST:
            findings.append(f"{place}: {steps}")
        view.release()
        view.deleteLater()
    assert findings == [], "\n".join(findings)


def test_a_view_in_pieces_is_the_view_at_once(till: TillApplication, qtbot: QtBot) -> None:
    navigator = till.window.navigator
    for place in PLACES:
        whole = PLACES[place].view_class()(navigator.presenter(place), till.window.context())
        view = begun(till, place)
        for _ in view.grow():
            pass
        for one in (whole, view):
            one.catch_up()
        kinds = [[type(part) for part in one.findChildren(QWidget)] for one in (whole, view)]
        assert kinds[0] == kinds[1], place
        for one in (whole, view):
            one.release()
            one.deleteLater()


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("place", PLACES)
def test_no_step_of_throwing_a_view_away_deletes_many_widgets(
    till: TillApplication, place: Place, qtbot: QtBot
) -> None:
    view = begun(till, place)
    for _ in view.grow():
        pass
    view.catch_up()
    for _ in view.pieces():
        pass
    view.release()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    there = [widgets()]
    for _ in let_go(view):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        there.append(widgets())
    steps = [before - after for before, after in pairwise(there)]
    assert not isValid(view)
    assert max(steps) <= BUNDLE, steps


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("place", PLACES)
def test_a_view_that_is_thrown_away_is_gone_without_a_look_for_garbage(
    till: TillApplication, place: Place, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is to be said a moment later is said at once: until then it has its speaker.
    monkeypatch.setattr(entry_line, "LATER_MS", 0)
    gc.disable()
    try:
        view = begun(till, place)
        for _ in view.grow():
            pass
        view.catch_up()
        gone, parts = ref(view), [ref(part) for part in view.findChildren(QWidget)]
        view.release()
        steps = let_go(view)
        del view
        for _ in steps:
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del steps
        assert gone() is None
        qtbot.waitUntil(lambda: [part for part in parts if part() is not None] == [])
    finally:
        gc.enable()
