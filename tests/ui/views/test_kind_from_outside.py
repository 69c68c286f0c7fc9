"""A kind from outside at a real till: two files, and it is on every screen and paper of a sale.

It is listed, done, offered, used, explained, printed and summed; nothing of the product names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.services.papers.receipt import Items, Receipt, Rows
from tests.fakes.passport import PASSPORTS, passport_kind
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.presenters.doings.a_desk import DoingsDesk, doings_desk
from tests.ui.stage import end_stage
from tests.ui.walk import wrong_controls
from ui.presenters.chips import ChipIs
from ui.presenters.counter import counter_of
from ui.presenters.doings.state import DoingsState
from ui.presenters.ports import Screen, Sheet
from ui.views.doings import DoingsView
from ui.views.why import WhyView

CTRL = Qt.KeyboardModifier.ControlModifier
TITLES = {
    "en": ("Passports", "Tea passport", "Stamp it"),
    "zh_CN": ("护照", "茶票", "盖章"),
    "zh_TW": ("護照", "茶票", "蓋章"),
}


class Tasting:
    """A window over a till whose programme has passports, with a member in the sale."""

    def __init__(self, desk: DoingsDesk, stage: CounterStage) -> None:
        self.desk, self.stage = desk, stage
        counter_of(stage.session).attach_member(desk.member, "card")
        stage.rest()

    @property
    def state(self) -> DoingsState:
        presenter = self.stage.window.navigator.presenter(Sheet.DOINGS)
        state: DoingsState = presenter.state  # type: ignore[attr-defined]
        return state

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """One key, when the screen has stood long enough to be read."""
        self.stage.settle()
        self.stage.press(key, modifier)
        self.stage.rest()

    def stamp(self) -> tuple[str, ...]:
        """By keys alone: the first row, its page, done; what the page says that it would give."""
        self.press(Qt.Key.Key_Return)
        page = self.state.page
        assert page is not None
        self.press(Qt.Key.Key_Return)
        return page.gives

    def fill(self) -> None:
        """Three stamps, and back to the sale."""
        self.press(Qt.Key.Key_M, CTRL)
        for _ in range(3):
            self.stamp()
        self.press(Qt.Key.Key_Escape)


@pytest.fixture
def tasting(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tasting]:
    language = getattr(request, "param", "en")
    with ExitStack() as stack:
        stack.enter_context(passport_kind())
        desk = stack.enter_context(doings_desk(tmp_path, language=language, programme=PASSPORTS))
        desk.sell("SCARF", member=False)
        stage = counter_stage(
            language=language, services=desk.shop.till, operator=desk.shop.manager
        )
        stack.callback(end_stage, stage)
        yield Tasting(desk, stage)


def figures(paper: Receipt) -> dict[str, str]:
    rows = (row for block in paper.blocks if isinstance(block, Rows) for row in block.rows)
    return {row.left: row.right for row in rows}


@pytest.mark.parametrize("tasting", list(TITLES), indirect=True)
def test_it_stands_in_the_list_in_its_own_words_and_has_a_page_of_whole_controls(
    tasting: Tasting,
) -> None:
    stage = tasting.stage
    tasting.press(Qt.Key.Key_M, CTRL)
    assert isinstance(stage.window.navigator.sheet_view, DoingsView)
    row = tasting.state.rows[0]
    tasting.press(Qt.Key.Key_Return)
    page = tasting.state.page
    assert page is not None
    language = stage.session.words.language
    assert (row.heading, row.title, page.verb) == TITLES[language]
    assert list(wrong_controls(stage.window, stage.window.look)) == []


def test_it_is_done_by_keys_says_what_it_gives_and_is_taken_back(tasting: Tasting) -> None:
    tasting.press(Qt.Key.Key_M, CTRL)
    gives = [tasting.stamp() for _ in range(2)]
    assert gives == [("Tea passport 1/3",), ("Tea passport 2/3",)]
    assert tasting.state.rows[0].sub == "2/3"
    tasting.press(Qt.Key.Key_Z, CTRL)
    assert tasting.state.rows[0].sub == "1/3"
    assert tasting.desk.shop.till.verify.verify().holds


def test_a_full_one_is_offered_at_the_sale_used_explained_printed_and_summed(
    tasting: Tasting,
) -> None:
    till, stage = tasting.desk.shop.till, tasting.stage
    till.shifts.open(0, tasting.desk.shop.manager)
    tasting.fill()
    counter_of(stage.session).take_code("SCARF")
    stage.rest()
    (offered,) = stage.sale.state.chips
    assert (offered.title, offered.kind, offered.amount) == (
        "Tea passport",
        ChipIs.USABLE,
        "−5.00",
    )
    stage.sale.press_chip(offered.id)
    stage.rest()
    (used,) = stage.sale.state.chips
    assert used.kind is ChipIs.APPLIED

    stage.sale.why_chip(used.id)
    stage.rest()
    why = stage.window.navigator.sheet_view
    assert isinstance(why, WhyView)
    told = stage.window.navigator.presenter(Sheet.WHY).state  # type: ignore[attr-defined]
    assert (told.title, told.verdict, told.rule) == (
        "Why: Tea passport",
        "Applied −5.00",
        "Rule: tasting v1",
    )
    assert "The customer pays 5.00 more" in [row.text for row in told.rows]
    tasting.press(Qt.Key.Key_Escape)

    tasting.press(Qt.Key.Key_F12)
    assert stage.front is Screen.PAY
    assert stage.pay.state.due_minor == 9_500
    stage.pay.exact()
    stage.pay.main_action()
    stage.rest()
    assert stage.front is Screen.DONE

    (row, *_) = till.past_receipts.page()
    receipt = till.receipts.receipt(row.paper_id, copy=True)
    (sold,) = (item for block in receipt.blocks if isinstance(block, Items) for item in block.rows)
    assert [(note.name, note.amount) for note in sold.notes] == [("Tea passport", "−5.00")]
    report = till.shifts.report()
    assert report.sums.of(SumKind.OWNED)["passport/tea"].amount == 500
    assert {} == report.sums.of(SumKind.OFFER)
    paper = figures(till.receipts.x_paper(report.shift, report.sums, till.clock.now()))
    assert paper["Tea passport × 1"] == "−5.00"
    assert paper["Passports"] == "1 given · 1 used"
    assert till.verify.verify().holds
