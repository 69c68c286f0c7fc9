"""The shift and the cash screens over a real till: what a cashier sees at each step, and never."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.ports import PrintState
from posloyalty.services.shop.shop_settings import read_details
from posloyalty.services.till import Till
from tests.fakes.back_desks import FakeDesk, FakePapers
from tests.fakes.lanes import Shell
from tests.fakes.small_services import FakeDrawer
from tests.fakes.time import SetClock
from tests.faults.shop import PIN, make_shop, reopen
from tests.services.returning.test_refund_sale import basket, sell
from ui.presenters.approval import Asked
from ui.presenters.cash import CashPresenter
from ui.presenters.ports import Screen, Sheet, ToastKind
from ui.presenters.shift import ShiftPresenter
from ui.presenters.shift_state import Step
from ui.presenters.sign_in import SignInPresenter

CASHIER = Operator(id=b"O" * 16, name="Lin", role=Role.CASHIER)
CHEN = Operator(id=b"S" * 16, name="Chen", role=Role.SUPERVISOR)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed book to copy."""
    folder = tmp_path_factory.mktemp("shift") / "book"
    till, _created = make_shop(folder)
    till.close()
    return folder


class At:
    """Both screens with everything around them, and digits by `type`."""

    def __init__(self, till: Till) -> None:
        self.drawer = FakeDrawer()
        till.ready()  # or making its area later would bring the real one
        vars(till)["drawer"] = self.drawer
        self.till = till
        self.shell = Shell()
        self.shell.session.attach(self.till, self.till.shop.details())
        self.shell.session.sign_in(CASHIER)
        self.desk = FakeDesk()
        self.shift = ShiftPresenter(self.shell.session, papers=FakePapers(), desk=self.desk)
        self.cash = CashPresenter(self.shell.session, desk=self.desk)

    def type(self, text: str) -> None:
        for character in text:
            self.shift.typed(character)

    def count(self, **numbers: int) -> None:
        """Fill denominations by their worth in minor units, as in `m10000=5`."""
        worths = self.till.shifts.pieces()
        for worth, number in numbers.items():
            self.shift.choose(worths.index(int(worth.removeprefix("m"))))
            self.type(str(number))
        self.shift.main_action()

    @property
    def asked(self) -> Asked:
        asked = self.shell.navigator.sheets[-1][1]["asked"]
        assert isinstance(asked, Asked)
        return asked


@pytest.fixture
def at(made: Path, tmp_path: Path) -> Iterator[At]:
    till = reopen(Path(shutil.copytree(made, tmp_path / "book")), clock=SetClock())
    till.settle()
    yield At(till)
    till.close()


def opened(at: At) -> None:
    """A shift of 500.00, and its screen."""
    at.till.shifts.open(50_000, CASHIER)
    at.shift.opened()


def test_a_shift_opens_with_what_was_typed_and_the_sale_goes_on(at: At) -> None:
    at.shift.opened()
    assert at.shift.state.step is Step.OPEN
    at.type("500")
    at.shift.main_action()
    view = at.till.shifts.current()
    assert view is not None
    assert (view.shift.float_minor, view.shift.operator_id) == (50_000, CASHIER.id)
    assert at.shell.navigator.shown[-1][0] is Screen.SALE


def test_the_float_of_the_last_shift_is_offered_and_the_first_digit_replaces_it(at: At) -> None:
    opened(at)
    at.count(m10000=5)
    at.shift.main_action()
    at.shift.escape()
    at.shift.opened()
    assert (at.shift.state.box, at.shift.state.fresh) == ("500.00", True)
    at.type("2")
    assert at.shift.state.box == "2"


def test_while_counting_nothing_says_what_is_due(at: At) -> None:
    opened(at)
    sell(at.till, basket(at.till, 2))
    at.shift.opened()
    state = at.shift.state
    assert state.step is Step.COUNT
    assert state.due == ("", "", "ink")
    assert (state.takings, state.loyalty, state.found) == ((), (), "")
    assert [piece.worth for piece in state.pieces][:3] == ["100", "50", "20"]


def test_enter_goes_from_the_largest_to_the_smallest_and_then_ends_the_count(at: At) -> None:
    opened(at)
    at.type("5")
    for _ in at.shift.state.pieces[1:]:
        at.shift.enter()
    assert at.shift.state.pieces[-1].chosen
    at.shift.enter()
    assert at.shift.state.step is Step.COMPARE
    assert at.shift.state.counted[1] == at.shift.state.due[1] == "500.00"
    assert at.shift.state.found_even


def test_the_first_digit_of_a_recount_replaces_what_was_counted(at: At) -> None:
    opened(at)
    at.count(m10000=4)
    state = at.shift.state
    assert (state.step, state.looks) == (Step.COUNT, True)
    assert (state.box, state.fresh) == ("4", True)
    at.type("5")
    at.shift.main_action()
    assert at.shift.state.step is Step.COMPARE
    assert at.shift.state.found_even


def test_a_sale_in_between_changes_both_sides(at: At) -> None:
    opened(at)
    at.count(m10000=5)
    sell(at.till, basket(at.till, 2))
    at.shift.opened()
    assert at.shift.state.counted[1] == at.shift.state.due[1] == "509.00"


def test_a_difference_within_the_limit_closes_without_anybody_else(at: At) -> None:
    opened(at)
    at.count(m10000=4, m5000=1, m2000=2)
    assert at.shift.state.found == "10.00 short"
    at.shift.main_action()
    assert at.shell.navigator.sheets == []
    assert at.shift.state.step is Step.PAPER
    assert at.till.shifts.current() is None


def test_a_difference_beyond_the_limit_asks_for_somebody_who_may(at: At) -> None:
    opened(at)
    at.count(m10000=4)
    at.shift.main_action()
    assert at.shift.state.found == "100.00 short"
    at.shift.main_action()
    assert at.shell.navigator.sheets[-1][0] is Sheet.APPROVE
    assert at.asked.what() == "100.00 short"
    at.asked.done(Approval(CHEN, at.asked.reasons[2].code))
    (stored,) = at.till.shifts.closes()
    assert (stored.close.approved_by, stored.close.cause) == (CHEN.id, "unknown")
    assert stored.close.operator_id == CASHIER.id


def test_the_z_is_shown_its_printing_is_followed_and_then_the_next_one_signs_in(at: At) -> None:
    opened(at)
    at.count(m10000=5)
    at.shift.main_action()
    state = at.shift.state
    assert state.paper.receipt is not None
    assert state.paper.receipt.number == "Z-1"
    assert state.paper_is == "Waiting for the printer"
    assert at.till.receipts.run_next() is PrintState.PRINTED
    at.shell.timer.pass_ms(1_000)
    assert at.shift.state.paper_is == "Printed"
    at.shift.reprint()
    assert at.shell.toasts.said[-1][1] is ToastKind.GOOD
    at.shift.main_action()
    assert at.shell.navigator.shown[-1][0] is Screen.SIGN_IN
    assert at.shell.session.operator is None


def test_the_last_z_can_be_looked_at_before_the_next_shift(at: At) -> None:
    opened(at)
    at.count(m10000=5)
    at.shift.main_action()
    at.shift.escape()
    at.shift.opened()
    assert at.shift.state.last == "Show Z report 1"
    at.shift.show_last()
    assert at.shift.state.paper.title == "Z report 1"
    at.shift.main_action()
    assert at.shift.state.step is Step.OPEN


def test_an_x_needs_somebody_who_may_see_takings(at: At) -> None:
    opened(at)
    at.shift.show_x()
    assert at.shell.navigator.sheets[-1][0] is Sheet.APPROVE
    assert at.shift.state.step is Step.COUNT
    at.asked.done(Approval(CHEN))
    assert at.shift.state.paper.title == "X report 1"
    at.shift.reprint()
    at.shift.escape()
    assert at.shift.state.step is Step.COUNT


def test_what_was_counted_is_there_after_a_sale_on_another_screen(at: At) -> None:
    opened(at)
    at.type("5")
    at.shift.closed()
    at.shift.opened()
    assert at.shift.state.box == "5"


def test_a_scan_goes_to_the_sale(at: At) -> None:
    opened(at)
    at.shift.scanned("6901234567892")
    assert at.desk.scans == ["6901234567892"]
    assert at.shell.navigator.shown[-1][0] is Screen.SALE


# --- cash in and out ---


def test_cash_out_needs_amount_and_reason_and_opens_the_drawer(at: At) -> None:
    opened(at)
    at.cash.opened()
    assert (at.cash.state.note, at.cash.state.ready) == ("Enter the amount.", False)
    for digit in "300":
        at.cash.typed(digit)
    assert (at.cash.state.note, at.cash.state.ready) == ("Choose a reason.", False)
    at.cash.down()
    assert at.cash.state.main == "Take out 300.00"
    at.cash.main_action()
    assert at.drawer.opened == 1
    assert at.shell.toasts.said[-1] == ("300.00 taken out · Safe", ToastKind.GOOD)
    assert at.till.shifts.report().due_minor == 20_000


def test_cash_in_has_reasons_of_its_own(at: At) -> None:
    opened(at)
    at.cash.opened()
    at.cash.choose("expense")
    at.cash.choose_way(1)
    assert [reason.words for reason in at.cash.state.reasons] == [
        "Change",
        "Safe",
        "Bank",
        "Other",
    ]
    assert not any(reason.chosen for reason in at.cash.state.reasons)
    at.cash.typed("5")
    at.cash.up()
    at.cash.enter()
    assert at.till.shifts.report().due_minor == 50_500


def test_without_a_shift_the_cash_screen_leads_to_one(at: At) -> None:
    at.cash.opened()
    assert at.cash.state.no_shift
    at.cash.typed("5")
    at.cash.main_action()
    assert at.shell.navigator.shown[-1][0] is Screen.SHIFT


@pytest.mark.parametrize(
    ("asks", "is_open", "leads_to"),
    [
        (True, False, [Screen.SALE, Screen.SHIFT]),
        (True, True, [Screen.SALE]),
        (False, False, [Screen.SALE]),
    ],
)
def test_signing_in_asks_for_the_float_where_the_shop_wants_it_and_none_is_open(
    at: At, asks: bool, is_open: bool, leads_to: list[Screen]
) -> None:
    if is_open:
        at.till.shifts.open(0, CASHIER)
    at.shell.session.shop_changed(replace(at.till.shop.details(), asks_float=asks))
    sign_in = SignInPresenter(at.shell.session)
    sign_in.opened()
    for digit in PIN:
        sign_in.typed(digit)
    sign_in.submit()
    assert [screen for screen, _ in at.shell.navigator.shown] == leads_to


def test_whether_the_float_is_asked_for_is_kept_with_the_shop(at: At) -> None:
    (manager,) = at.till.people.all()
    at.till.shop.save(replace(at.till.shop.details(), asks_float=True), manager)
    with at.till.book.read() as reader:
        assert read_details(reader.settings, reader.facts).asks_float
