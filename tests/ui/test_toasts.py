"""Messages of the window: where they stand, for how long, and what takes them away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.stage import Stage, build_stage, end_stage
from ui.appearance import Appearance
from ui.appearance.fonts import load_faces
from ui.presenters.ports import Screen, ToastKind
from ui.widgets.entry_line import Toast


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = build_stage()
    yield made
    end_stage(made)


def test_a_message_stands_on_the_entry_line_for_six_seconds(stage: Stage) -> None:
    stage.window.toasts.say("Done", ToastKind.GOOD)
    entry = stage.view().entry
    assert entry is not None
    assert entry.toast.message == "Done"
    timer = stage.window.toasts._timer
    assert timer.isActive()
    assert timer.interval() == 6_000
    timer.timeout.emit()
    assert entry.toast.message == ""
    assert stage.window.toasts.said == ""


def test_a_message_ends_on_the_screen_that_said_it_though_another_is_in_front(
    stage: Stage,
) -> None:
    stage.window.toasts.say("Offline since 14:02, nothing waits", ToastKind.NEWS)
    entry = stage.view().entry
    assert entry is not None
    stage.window.navigator.show(Screen.PAY)
    stage.window.toasts._timer.timeout.emit()
    stage.window.navigator.show(Screen.SALE)
    assert stage.view().entry is entry
    assert entry.toast.message == ""


def test_a_message_with_undo_waits_for_the_next_step(stage: Stage) -> None:
    undone: list[int] = []
    stage.window.toasts.say("Removed", ToastKind.NEWS, lambda: undone.append(1))
    assert not stage.window.toasts._timer.isActive()
    entry = stage.view().entry
    assert entry is not None
    entry.toast.button.click()
    assert undone == [1]
    assert stage.window.toasts.said == ""


def test_a_refusal_stays_a_moment_when_another_scan_follows_and_goes_at_any_other_step(
    stage: Stage,
) -> None:
    toasts = stage.window.toasts
    toasts.say("Half a scan", ToastKind.REFUSED)
    toasts.scan_follows()
    toasts.scan_follows()
    assert toasts.said == "Half a scan"
    assert 0 < toasts._timer.interval() <= 1_500
    toasts._timer.timeout.emit()
    assert toasts.said == ""
    toasts.say("Half a scan", ToastKind.REFUSED)
    toasts.clear()
    assert toasts.said == ""


@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_two_lines_of_a_message_keep_off_the_edges_of_the_strip(
    qtbot: QtBot, language: str, scale: int
) -> None:
    """The strip is lower than two lines of Chinese are high."""
    load_faces()
    look = Appearance(language=language, scale=scale)
    strip = QWidget()
    qtbot.addWidget(strip)
    toast = Toast(look, "Undo", strip)
    toast.resize(look.px(600), look.px(40))
    toast.say("11-22 13:40 起离线，无法核实。请换其他方式付款，或稍后再试。" * 2, ToastKind.NEWS)
    image, edge = toast.grab().toImage(), look.px(2)
    words = range(look.px(50), image.width() - look.px(8))
    dark = look.colour("ink").lightness() + 60

    def inked(row: int) -> bool:
        return any(image.pixelColor(x, row).lightness() <= dark for x in words)

    rows = [row for row in range(edge // 2 + 1, image.height() - edge // 2 - 1) if inked(row)]
    assert rows[-1] - rows[0] > look.px(24)  # there are two lines
    assert edge <= rows[0]
    assert rows[-1] < image.height() - edge
