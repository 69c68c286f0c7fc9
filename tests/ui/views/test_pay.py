"""The pay screen in windows with little room: what was paid, what goes back and chips are whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.authority import Need
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.wording import Words
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from tests.ui.walk import wrong_controls
from ui.appearance import Appearance, layout_of
from ui.presenters.approval import ReasonChoice, ask_approval
from ui.presenters.pay_state import PaidRow
from ui.views.approve import ApproveView
from ui.views.pay import PayView
from ui.widgets.number_pad import ChangeLine
from ui.widgets.text import Text

Make = Callable[..., CounterStage]
LANGUAGES = ("zh_CN", "zh_TW", "en")


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Open stages; all are closed at the end."""
    stages: list[CounterStage] = []

    def made(**more: object) -> CounterStage:
        stage = counter_stage(**more)  # type: ignore[arg-type]
        stages.append(stage)
        return stage

    yield made
    for stage in stages:
        end_stage(stage)


def paying(stage: CounterStage) -> PayView:
    stage.fill()
    stage.sale.main_action()
    stage.rest()
    assert isinstance(stage.shown, PayView)
    return stage.shown


def whole(widget: QWidget) -> bool:
    """Whether all of a widget can be seen."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_narrow_window_that_is_tall_payments_and_chips_are_as_wide_as_it_is(
    make: Make, language: str
) -> None:
    stage = make(language=language, size=(1080, 1920), scale=200)
    view = paying(stage)
    chip = view.chips.chips[0]
    assert whole(chip)
    assert chip.width() > view.width() * 4 // 5
    assert (
        view.pad.mapTo(view, view.pad.rect().topLeft()).y()
        > chip.mapTo(view, chip.rect().bottomLeft()).y()
    )
    low = paying(make(language=language, size=(1366, 768), scale=200))
    assert low.pad.mapTo(low, low.pad.rect().topLeft()).y() < low.height() // 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1280, 680), (1024, 680), (1366, 700)])
def test_in_the_lowest_windows_the_pads_keys_keep_the_size_of_a_finger(
    make: Make, size: tuple[int, int], language: str
) -> None:
    stage = make(size=size, language=language)
    view = paying(stage)
    assert list(wrong_controls(view, view.look)) == []
    assert {key.height() for key in view.pad.keys if key.text().isdigit()} <= {64, 65, 66, 67, 68}
    stage.window.resize(size[0], 768)
    stage.rest()
    assert view.change.height() == 64
    assert view.due.height() > 80


@pytest.mark.parametrize("size", [(768, 1024), (1080, 1920)])
def test_two_payments_can_be_read_and_taken_back_in_every_portrait_window(
    make: Make, size: tuple[int, int]
) -> None:
    stage = make(size=size)
    view = paying(stage)
    stage.pay.give(10_000)
    stage.pay.give(1_000)
    stage.rest()
    assert [whole(button) for button in view.paid.take_back] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_back_to_several_payments_leaves_the_sum_its_room(
    qtbot: QtBot, language: str
) -> None:
    look = Appearance(language=language, layout=layout_of(1024, 768, 100))
    line = ChangeLine(look)
    qtbot.addWidget(line)
    line.resize(444, line.height())
    words = Words(language)
    label = f"{words('pay.card')} 1,046.01 · {words('pay.qr_wallet')} 1,000.90"
    line.present(label, "2,046.91")
    role, broken, room = line.label_shown()
    assert (role, len(broken)) == ("caption", 2)
    assert "…" not in "".join(broken)
    assert all(look.text_width(one, role, bold=True) <= room.width() for one in broken)
    line.present("找零", "87.20")
    assert line.label_shown()[:2] == ("strong", ["找零"])


def test_money_that_stays_among_the_payments_shows_no_way_back(make: Make) -> None:
    view = paying(make())
    row = PaidRow(
        number=1,
        kind=TenderKind.CARD,
        title="Returned",
        sub="",
        amount="4.50",
        spoken="",
        chosen=False,
    )
    view.paid.present((row,), ())
    assert len(view.paid.take_back) == 1
    view.paid.present((replace(row, stays=True),), ())
    assert view.paid.take_back == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)])
def test_what_an_approval_asks_is_whole_while_a_reason_is_chosen(
    make: Make, language: str, size: tuple[int, int]
) -> None:
    stage = make(language=language, size=size)
    stage.fill()
    asked = stage.session.words("approve.drawer")
    ask_approval(
        stage.session,
        Need(Right.OPEN_DRAWER),
        what=lambda: asked,
        reasons=tuple(
            ReasonChoice(code, f"approve.reason_{code}") for code in ("change", "count", "other")
        ),
        done=lambda _approval: None,
    )
    stage.rest()
    sheet = stage.window.navigator.sheet_view
    assert isinstance(sheet, ApproveView)
    labels = sheet.findChildren(Text)
    question = next(one for one in labels if one.text() == asked and one.isVisible())
    needed = question.heightForWidth(question.width())
    assert question.wordWrap()
    assert question.height() >= needed
    assert whole(question)
