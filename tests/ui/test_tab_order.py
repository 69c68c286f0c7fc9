"""Every screen by the Tab key: all that can be pressed is come to, the strip last, nothing covered.

One till is led through the tour, and Tab goes round in each scene. Of choices that exclude one
another the chosen one has a stop, and the arrow keys go on from there; an offer that is refused has
its "Why?" for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.walk import controls
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard
from ui.options import Options
from ui.presenters.ports import Screen
from ui.screenshots import CountedChance, SteppedClock
from ui.tour import SCENES, Tour
from ui.widgets.chips import Chip
from ui.widgets.tap_bar import TapBar

STOPS_MOST = 120


@pytest.fixture
def tour(qtbot: QtBot, tmp_path: Path) -> Iterator[Tour]:
    make_qt_application()
    keyboard = Keyboard()
    door = BookDoor(tmp_path / "book", demo=True, clock=SteppedClock(), chance=CountedChance())
    door.make_demo("en", members=400).close()
    options = Options(demo=True, data=door.folder, language="en", look="light", scale=100)
    till = TillApplication(options, door, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp)
    keyboard.window = till.window
    till.start()
    till.window.resize(1366, 768)
    till.window.change_at_once()
    yield Tour(till, keyboard)
    till.close()
    till.window.deleteLater()


def test_tab_comes_to_all_that_is_in_front_to_nothing_behind_and_last_to_the_strip(
    tour: Tour,
) -> None:
    met: set[Screen | None] = set()
    for scene in SCENES:
        tour.go(scene)
        front, stops = in_front(tour), round_of(tour)
        missed = [
            one.accessibleName()
            for one in controls(front)
            if one.isEnabled() and one not in stops and not has_another_way(one)
        ]
        assert missed == [], scene
        behind = [one for one in stops if one is not front and not front.isAncestorOf(one)]
        assert [one.accessibleName() for one in behind] == [], scene
        window = tour.till.window
        if front is window:
            met.add(window.navigator.screen)
            strip = window.strip
            wanted = [*strip.lamps, strip.keys_button, strip.menu_button]
            found = [at for at, one in enumerate(stops) if strip.isAncestorOf(one)]
            assert [stops[at] for at in found] == [one for one in wanted if one.isVisible()], scene
            assert found[-1] - found[0] + 1 == len(found), scene
    assert met == set(Screen)


def test_enter_on_a_lamp_says_what_it_stands_for(tour: Tour) -> None:
    tour.go("sign-in")
    tour.go("sale-empty")
    tour.till.window.strip.lamps[0].setFocus(Qt.FocusReason.TabFocusReason)
    tour.keyboard.rest(400)
    tour.keyboard.press("Enter")
    assert tour.till.window.navigator.screen is Screen.SALE
    assert tour.till.window.toasts.said


def in_front(tour: Tour) -> QWidget:
    """What Tab may go through: an overlay or a sheet alone, or all of the window."""
    window = tour.till.window
    return window.overlays.shown or window.navigator.sheet_view or window


def round_of(tour: Tour) -> list[QWidget]:
    """Where Tab stops until it is back; each stop is seen. Who had the keyboard has it again."""
    before = QApplication.focusWidget()
    stops: list[QWidget] = []
    now = next_stop(tour)
    while now not in stops:
        assert len(stops) < STOPS_MOST, "Tab never came back"
        assert not now.visibleRegion().isEmpty(), now.accessibleName()
        stops.append(now)
        now = next_stop(tour)
    if before is not None:
        before.setFocus(Qt.FocusReason.OtherFocusReason)
    return stops[stops.index(now) :]


def next_stop(tour: Tour) -> QWidget:
    # So long after another key that no scanner typed it.
    tour.keyboard.rest(400)
    tour.keyboard.press("Tab")
    tour.till.window.capture.flush()
    now = QApplication.focusWidget()
    assert now is not None
    return now


def has_another_way(widget: QWidget) -> bool:
    """Whether arrow keys come to it, or there is nothing to press on it."""
    if isinstance(widget, TapBar) or isinstance(widget.parentWidget(), TapBar):
        return True
    if isinstance(widget, Chip):
        return not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() is not widget
