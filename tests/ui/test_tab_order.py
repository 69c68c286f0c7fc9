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
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.walk import controls
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard
from ui.options import Options
from ui.presenters.ports import Screen
from ui.screenshots import CountedChance, SteppedClock
from ui.tab_order import next_in
from ui.tour import SCENES, Tour
from ui.widgets.chips import Chip
from ui.widgets.tap_bar import TapBar

STOPS_MOST = 120


# The language, the scale and the window: each layout, and twice as large.
WAYS = (
    ("en", 100, (1366, 768)),
    ("zh_CN", 200, (1366, 768)),
    ("zh_TW", 100, (1024, 768)),
    ("en", 100, (1080, 1920)),
    ("en", 200, (1024, 768)),
)


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{way[1]}-{way[2][0]}")
def tour(request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path) -> Iterator[Tour]:
    language, scale, size = request.param
    make_qt_application()
    keyboard = Keyboard()
    door = BookDoor(tmp_path / "book", demo=True, clock=SteppedClock(), chance=CountedChance())
    door.make_demo(language, members=400).close()
    options = Options(demo=True, data=door.folder, language=language, look="light", scale=scale)
    till = TillApplication(options, door, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp)
    keyboard.window = till.window
    till.start()
    till.window.resize(*size)
    till.window.change_at_once()
    yield Tour(till, keyboard)
    till.close()
    till.window.deleteLater()


@pytest.mark.long(sample=2)
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


def choices(*, exclusive: bool = True) -> tuple[QWidget, list[QPushButton], QPushButton]:
    """Three choices of a group with a button behind them, in a window that is shown."""
    window = QWidget()
    row, group = QHBoxLayout(window), QButtonGroup(window)
    group.setExclusive(exclusive)
    made = [QPushButton(name) for name in ("light", "dark", "contrast")]
    after = QPushButton("save")
    for one in made:
        one.setCheckable(True)
        group.addButton(one)
    for one in (*made, after):
        one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row.addWidget(one)
    window.show()
    return window, made, after


def stops_of(window: QWidget) -> list[str]:
    """The names of where Tab leads, once round from the first."""
    found: list[QWidget] = []
    now = next_in((window,), None, forward=True)
    while now is not None and now not in found:
        found.append(now)
        now = next_in((window,), now, forward=True)
    return [one.text() for one in found if isinstance(one, QPushButton)]


def test_of_choices_that_exclude_one_another_tab_stops_at_the_chosen_one(qtbot: QtBot) -> None:
    window, (light, dark, _), _ = choices()
    qtbot.addWidget(window)
    dark.setChecked(True)
    assert stops_of(window) == ["dark", "save"]
    light.setChecked(True)
    assert stops_of(window) == ["light", "save"]


def test_tab_stops_at_the_chosen_one_also_where_another_had_the_keyboard_last(
    qtbot: QtBot,
) -> None:
    window, (light, dark, contrast), after = choices()
    qtbot.addWidget(window)
    dark.setChecked(True)
    # As Qt leaves it: of a group only who had the keyboard last is come to by Tab.
    light.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    dark.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    assert next_in((window,), after, forward=True) is dark
    assert next_in((window,), after, forward=False) is dark
    contrast.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    assert stops_of(window) == ["save"]


@pytest.mark.parametrize("gone", ["nothing chosen", "disabled", "hidden"])
def test_where_none_of_them_can_be_stopped_at_as_chosen_each_is_come_to(
    qtbot: QtBot, gone: str
) -> None:
    window, made, _ = choices()
    qtbot.addWidget(window)
    left = ["light", "dark", "contrast", "save"]
    if gone != "nothing chosen":
        made[1].setChecked(True)
        left.remove("dark")
    made[1].setEnabled(gone != "disabled")
    made[1].setVisible(gone != "hidden")
    assert stops_of(window) == left


def test_of_choices_that_go_together_each_is_come_to(qtbot: QtBot) -> None:
    window, (light, _, _), _ = choices(exclusive=False)
    qtbot.addWidget(window)
    light.setChecked(True)
    assert stops_of(window) == ["light", "dark", "contrast", "save"]


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
