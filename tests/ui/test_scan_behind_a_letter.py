"""A scanner that pauses behind a letter: the search that the letter opened closes again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.fakes.small_shop import CARD
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Sheet

SCANNER_MS = 8
PAUSE_MS = 120


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[CounterStage]:
    made = counter_stage()
    yield made
    end_stage(made)


def scan_in_two(stage: CounterStage, code: str, cut: int) -> None:
    """A scan with a pause behind its first keys, long enough for them to be taken for typed."""
    with stage.unhurried():
        for place, character in enumerate(code):
            stage.stamps.now += PAUSE_MS if place == cut else SCANNER_MS
            stage.press(character)
            if place == cut - 1:
                stage.window.capture._gap_passed()
                stage.window.capture._stop_timers()
        stage.stamps.now += SCANNER_MS
        stage.press(Qt.Key.Key_Return)
    stage.rest()


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_members_card_joins_the_sale_and_no_search_stays_open(
    stage: CounterStage, cut: int
) -> None:
    stage.type("6*")
    stage.stamps.now += 1_000
    scan_in_two(stage, CARD, cut)
    assert stage.sale.state.member is not None
    assert stage.window.navigator.sheet is None
    fields = stage.window.findChildren(QLineEdit)
    assert [one.text() for one in fields if one.isVisible() and one.text()] == []


def test_a_search_that_a_person_began_stays_with_what_they_typed(stage: CounterStage) -> None:
    stage.type("br")
    assert stage.window.navigator.sheet is Sheet.FIND
    stage.stamps.now += 1_000
    scan_in_two(stage, CARD, 1)
    assert stage.sale.state.member is not None
    assert stage.window.navigator.sheet is Sheet.FIND
    assert stage.window.navigator.presenter(Sheet.FIND).state.text == "br"
