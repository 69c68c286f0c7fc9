"""The band of training: on every screen, below the strip or in it, and never at the pads' cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.small_shop import MANAGER
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from tests.ui.walk import cut_words, outside, too_small
from ui.presenters.ports import Screen
from ui.widgets.practice_band import PracticeBand

Size = tuple[int, int]


@pytest.fixture
def stages(qtbot: QtBot) -> Iterator[list[CounterStage]]:
    made: list[CounterStage] = []
    yield made
    for stage in made:
        end_stage(stage)


def training(stages: list[CounterStage], size: Size, scale: int) -> CounterStage:
    stage = counter_stage(size=size, scale=scale, operator=MANAGER, practice=True)
    stages.append(stage)
    stage.rest()
    return stage


def band(stage: CounterStage) -> PracticeBand:
    """The one that is seen."""
    (found,) = [one for one in stage.window.findChildren(PracticeBand) if one.isVisible()]
    return found


@pytest.mark.parametrize(
    ("size", "scale", "in_strip"),
    [
        ((1366, 768), 100, False),
        ((1024, 768), 100, False),
        ((1080, 1920), 200, False),
        ((1366, 768), 150, True),
        ((1920, 1080), 150, True),
        ((1024, 768), 200, True),
    ],
)
def test_it_lies_below_the_strip_or_in_it_where_the_window_is_low(
    stages: list[CounterStage], size: Size, scale: int, in_strip: bool
) -> None:
    stage = training(stages, size, scale)
    strip, shown = stage.window.strip, band(stage)
    assert strip.isAncestorOf(shown) is in_strip
    assert strip.shop.isVisible() is not in_strip
    assert shown.height() == stage.window.look.px(32)


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1024, 768)])
@pytest.mark.parametrize("scale", [150, 200])
def test_the_pads_of_pay_keep_their_size_and_the_main_button_its_words(
    stages: list[CounterStage], size: Size, scale: int
) -> None:
    stage = training(stages, size, scale)
    stage.fill()
    stage.sale.main_action()
    stage.rest()
    assert stage.front is Screen.PAY
    for finding in (too_small(stage.window, stage.window.look), cut_words(stage.window)):
        assert finding == []
    assert outside(stage.window) == []


def test_it_moves_when_the_window_gets_higher_and_stays_in_another_language(
    stages: list[CounterStage],
) -> None:
    stage = training(stages, (1366, 700), 100)
    assert stage.window.strip.isAncestorOf(band(stage))
    stage.window.resize(1366, 800)
    stage.rest()
    assert not stage.window.strip.isAncestorOf(band(stage))
    assert stage.window.strip.till.isVisible()
    stage.window.resize(1366, 700)
    stage.session.speak("zh_CN")
    stage.rest()
    assert stage.window.strip.isAncestorOf(band(stage))
    assert band(stage).accessibleName() == stage.session.words("app.practice_band")
