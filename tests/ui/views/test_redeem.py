"""The sheet of points at a till that may hand out less than there is: room for every key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from tests.ui.walk import wrong_controls
from ui.presenters.chips import ChipIs
from ui.presenters.ports import Sheet
from ui.views.redeem import RedeemView
from ui.views.why import WhyView

SIZES = (
    (1366, 768),
    (1366, 720),
    (1280, 720),
    (1280, 680),
    (1024, 768),
    (1920, 1080),
    (1080, 1920),
    (800, 600),
)


@pytest.fixture
def stages(qtbot: QtBot) -> Iterator[list[CounterStage]]:
    made: list[CounterStage] = []
    yield made
    for stage in made:
        end_stage(stage)


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("here", [500, 0])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_way_to_an_approval_takes_no_key_of_the_pad_its_size(
    stages: list[CounterStage], size: tuple[int, int], here: int, language: str
) -> None:
    stage = counter_stage(size=size, language=language)
    stages.append(stage)
    stage.till.check_out.lent = (here, 2000)
    stage.fill()
    stage.press(Qt.Key.Key_F5)
    stage.settle()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, RedeemView)
    assert view.approve.isVisible()
    assert "2,000" in view.approve.accessibleName()
    assert view.pad.isVisible() is bool(here)
    assert list(wrong_controls(view, view.look)) == []
    stage.press(Qt.Key.Key_F9)
    stage.settle()
    assert stage.window.navigator.sheet is Sheet.APPROVE


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_points_that_are_spent_already_leave_the_keys_their_size_too(
    stages: list[CounterStage], size: tuple[int, int]
) -> None:
    stage = counter_stage(size=size)
    stages.append(stage)
    stage.till.check_out.lent = (500, 2000)
    stage.fill()
    for key in (Qt.Key.Key_F5, Qt.Key.Key_Return, Qt.Key.Key_F5):
        stage.press(key)
        stage.settle()
    stage.rest()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, RedeemView)
    assert view.approve.isVisible()
    assert list(wrong_controls(view, view.look)) == []
    stage.press(Qt.Key.Key_Delete)
    assert stage.window.navigator.sheet is None
    chip = next(one for one in stage.sale.state.chips if one.id == "points:points")
    assert chip.kind is ChipIs.USABLE


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_wrong_with_an_amount_stands_whole_on_its_line(
    stages: list[CounterStage], size: tuple[int, int], language: str
) -> None:
    stage = counter_stage(size=size, language=language)
    stages.append(stage)
    stage.till.check_out.lent = (500, 2000)
    stage.fill()
    stage.press(Qt.Key.Key_F5)
    stage.settle()
    stage.type("800")
    stage.rest()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, RedeemView)
    told = [one for one in view.findChildren(QLabel) if one.isVisible() and "500" in one.text()]
    assert told
    assert [one.text() for one in told if one.width() < one.sizeHint().width()] == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600)], ids=str)
def test_a_title_of_two_lines_is_whole(
    stages: list[CounterStage], size: tuple[int, int], language: str
) -> None:
    stage = counter_stage(size=size, language=language)
    stages.append(stage)
    stage.fill()
    chip = next(one for one in stage.sale.state.chips if one.kind is ChipIs.REFUSED)
    stage.sale.why_chip(chip.id)
    stage.rest()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, WhyView)
    title = view.frame.title
    title.setText(" ".join(["Why: a cup for ten stamps"] * 4))
    stage.rest()
    assert title.height() >= 2 * QFontMetrics(title.font()).lineSpacing()


@pytest.mark.parametrize("size", [(1024, 768), (1024, 600), (1366, 768)], ids=str)
def test_where_nothing_can_be_spent_it_says_what_this_is_about_and_offers_no_keys(
    stages: list[CounterStage], size: tuple[int, int]
) -> None:
    stage = counter_stage(size=size)
    stages.append(stage)
    stage.till.check_out.lent = (0, 2000)
    stage.fill()
    stage.press(Qt.Key.Key_F5)
    stage.settle()
    stage.rest()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, RedeemView)
    seen = [one for one in (view.box, view.less, view.more, view.pad, view.ok) if one.isVisible()]
    assert seen == []
    assert view.frame.title.isVisible()
    assert view.frame.close_button.isVisible()
    assert list(wrong_controls(view, view.look)) == []
