"""The sheet of doings as a person meets it: real keys, presses, every page in every layout.

Real services stand behind the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.presenters.doings.a_desk import DoingsDesk, doings_desk
from tests.ui.stage import end_stage
from tests.ui.walk import wrong_controls
from ui.finger import Finger
from ui.presenters.counter import counter_of
from ui.presenters.doings.presenter import DoingsPresenter
from ui.presenters.ports import Sheet
from ui.views.doings import DoingsView
from ui.views.sale import SaleView

CTRL = Qt.KeyboardModifier.ControlModifier
WAYS = (
    ("zh_CN", "light", 100, (1366, 768)),
    ("en", "dark", 100, (1024, 768)),
    ("zh_TW", "contrast", 100, (1080, 1920)),
    ("en", "light", 150, (1366, 768)),
)


@dataclass
class Counter:
    """A window over a till whose programme has every kind, with its member in the sale."""

    desk: DoingsDesk
    stage: CounterStage

    @property
    def presenter(self) -> DoingsPresenter:
        """The sheet's presenter."""
        presenter = self.stage.window.navigator.presenter(Sheet.DOINGS)
        assert isinstance(presenter, DoingsPresenter)
        return presenter

    @property
    def sheet(self) -> DoingsView:
        """The open sheet."""
        sheet = self.stage.window.navigator.sheet_view
        assert isinstance(sheet, DoingsView)
        return sheet

    @property
    def view(self) -> SaleView:
        """The sale below it."""
        assert isinstance(self.stage.shown, SaleView)
        return self.stage.shown


Make = Callable[..., Counter]


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:

        def made(language: str = "en", **more: object) -> Counter:
            desk = stack.enter_context(doings_desk(tmp_path, language=language))
            desk.sell("PASS")
            stage = counter_stage(
                language=language,
                services=desk.shop.till,
                operator=desk.shop.manager,
                **more,  # type: ignore[arg-type]
            )
            stack.callback(end_stage, stage)
            counter_of(stage.session).attach_member(desk.member, "card")
            stage.rest()
            return Counter(desk, stage)

        yield made


def test_by_keys_alone_an_activity_is_recorded_with_its_evidence(make: Make) -> None:
    counter = make()
    stage = counter.stage
    stage.press(Qt.Key.Key_M, CTRL)
    stage.settle()
    ids = [row.id for row in counter.presenter.state.rows]
    for _ in range(ids.index("activity:bottles")):
        stage.press(Qt.Key.Key_Down)
    stage.press(Qt.Key.Key_Return)
    stage.settle()
    stage.type("12")
    stage.press(Qt.Key.Key_Tab)
    stage.type("B7")
    assert counter.presenter.state.page is not None
    assert counter.presenter.state.page.gives == ("+24 pts",)
    stage.press(Qt.Key.Key_Return)
    assert counter.presenter.state.page is None
    assert counter.desk.points == 10 + 24  # what the pass earned, and twelve bottles
    stage.press(Qt.Key.Key_Escape)
    assert stage.window.navigator.sheet is None
    assert counter.view.home.hasFocus()


def test_by_touch_alone_a_vote_is_cast(make: Make) -> None:
    counter = make()
    finger = Finger(counter.stage.window)
    finger.tap(counter.view.member.doings)
    counter.stage.rest()
    listed = counter.sheet.list
    place = [str(row.id) for row in listed.rows].index("vote:bread")
    listed.scrollTo(listed.model().index(place, 0))
    finger.tap(listed.viewport(), listed.visualRect(listed.model().index(place, 0)))
    counter.stage.rest()
    (nut,) = (b for b in counter.sheet.page.form.controls["choice"].buttons if b.text() == "Walnut")
    finger.tap(nut)
    finger.tap(counter.sheet.page.ok)
    assert counter.desk.shop.till.doings.voices.tally("bread") == {"rye": 0, "nut": 1}


def test_the_button_is_there_only_with_a_member_and_something_to_do(make: Make) -> None:
    counter = make()
    assert counter.view.member.doings.isVisible()
    counter.stage.sale.detach_member()
    assert not counter.view.member.doings.isVisible()


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("way", WAYS)
def test_the_list_and_every_page_are_whole_named_and_large_enough(
    make: Make, way: tuple[str, str, int, tuple[int, int]]
) -> None:
    language, look, scale, size = way
    counter = make(language, look=look, scale=scale, size=size)
    window = counter.stage.window
    counter.stage.sale.doings()
    findings: list[str] = []
    for row in (None, *counter.presenter.state.rows):
        if row is not None:
            counter.presenter.open_row(row.id)
        counter.stage.rest()
        for told in (*wrong_controls(window, window.look),):
            findings.append(f"{'list' if row is None else row.id}: {told}")
        counter.presenter.back()
    assert findings == []
    QApplication.processEvents()
