"""The history: pages, the receipt beside, copies, and receipts in doubt."""

from dataclasses import replace

import pytest

from posloyalty.services.papers.receipt_history import of_sale as receipt_of
from posloyalty.services.ports import PrintState, ReceiptKind, ReceiptRow
from tests.fakes.back_desks import FakeDesk, FakePapers
from tests.fakes.back_office import LI, FakeTill, sale_row
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.history import PAGE, HistoryPresenter
from ui.presenters.ports import Screen


class Counter:
    """A history with everything around it."""

    def __init__(self, lanes: LanesByStep | None = None) -> None:
        self.shell = Shell() if lanes is None else Shell(lanes=lanes)
        self.till = FakeTill()
        self.desk = FakeDesk()
        self.shell.session.attach(self.till, None)
        self.shell.session.sign_in(LI)
        self.screen = HistoryPresenter(self.shell.session, papers=FakePapers(), desk=self.desk)

    @property
    def said(self) -> str:
        return self.shell.toasts.said[-1][0]


def test_the_newest_sale_is_first_and_its_receipt_stands_beside() -> None:
    at = Counter()
    at.screen.opened()
    first = at.screen.state.rows[0]
    assert (first.number, first.amount, first.chosen) == ("S01-T02-1-0214", "350.76", True)
    assert at.screen.receipt.state.receipt.number == "S01-T02-1-0214"


def test_members_names_are_masked() -> None:
    at = Counter()
    at.screen.opened()
    assert {row.who for row in at.screen.state.rows} == {"No member", "王**"}


def test_older_sales_come_page_by_page_until_there_are_no_more() -> None:
    at = Counter()
    at.screen.opened()
    assert (len(at.screen.state.rows), at.screen.state.more) == (PAGE, True)
    at.screen.older()
    at.screen.older()
    assert (len(at.screen.state.rows), at.screen.state.more) == (120, False)
    numbers = [row.number for row in at.screen.state.rows]
    assert len(set(numbers)) == 120
    asked = len(at.till.history.asked)
    at.screen.older()
    assert len(at.till.history.asked) == asked


def test_a_page_that_answers_a_search_of_before_is_dropped() -> None:
    lanes = LanesByStep()
    at = Counter(lanes)
    at.screen.opened()
    lanes.run_all()
    at.screen.older()
    at.screen.search("0200")
    lanes.run("look_up")
    assert len(at.screen.state.rows) == PAGE
    lanes.run_all()
    assert [row.number for row in at.screen.state.rows] == ["S01-T02-1-0200"]


def test_a_search_finds_by_number_and_says_when_nothing_fits() -> None:
    at = Counter()
    at.screen.opened()
    at.screen.search("0200")
    assert [row.number for row in at.screen.state.rows] == ["S01-T02-1-0200"]
    at.screen.search("nothing")
    assert at.screen.state.empty == 'No receipt matches "nothing"'
    assert at.screen.state.empty_hint
    assert at.screen.receipt.state.receipt is None


def test_an_empty_book_says_so() -> None:
    at = Counter()
    at.till.history.rows = ()
    at.screen.opened()
    assert at.screen.state.empty.startswith("No sale yet")


def test_arrows_move_the_receipt_along() -> None:
    at = Counter()
    at.screen.opened()
    at.screen.down()
    assert at.screen.receipt.state.receipt.number == "S01-T02-1-0213"
    at.screen.up()
    at.screen.up()
    assert at.screen.receipt.state.receipt.number == "S01-T02-1-0214"


def test_the_arrow_past_the_last_row_brings_the_next_page() -> None:
    at = Counter()
    at.screen.opened()
    at.screen.choose(at.screen.state.rows[-1].paper_id)
    at.screen.down()
    assert len(at.screen.state.rows) == 2 * PAGE


def test_a_reprint_is_queued_as_a_copy() -> None:
    at = Counter()
    at.screen.opened()
    at.screen.reprint()
    assert at.till.receipts.queued == [(sale_row(214).sale_id, True)]
    assert at.said == "A copy of S01-T02-1-0214 goes to the printer"


def test_a_receipt_is_saved_as_pdf() -> None:
    at = Counter()
    at.screen.opened()
    at.screen.save_pdf()
    assert at.said == "Saved as receipts/S01-T02-1-0214.pdf"


def test_receipts_in_doubt_are_offered_and_printed_as_copies_oldest_first() -> None:
    at = Counter()
    at.till.receipts.in_doubt = (sale_row(214), sale_row(213))
    at.screen.opened()
    assert at.screen.state.unconfirmed_text == "2 receipts are not known to be printed"
    at.screen.print_unconfirmed()
    assert at.till.receipts.queued == [(sale_row(213).sale_id, True), (sale_row(214).sale_id, True)]
    assert at.screen.state.unconfirmed == 0


def test_receipts_in_doubt_can_be_waved_away() -> None:
    at = Counter()
    at.till.receipts.in_doubt = (sale_row(214),)
    at.screen.opened()
    at.screen.keep_unconfirmed()
    assert at.till.receipts.dismissed == [sale_row(214).sale_id]
    assert at.till.receipts.queued == []
    assert at.screen.state.unconfirmed == 0


@pytest.mark.parametrize(
    ("state", "words", "look"),
    [
        (PrintState.PRINTED, "Printed", False),
        (PrintState.WAITING, "Waiting to print", True),
        (PrintState.PRINTING, "Waiting to print", True),
        (PrintState.UNKNOWN, "Not known to be printed", True),
        (PrintState.NOT_WANTED, "Not printed", False),
        (PrintState.DISMISSED, "Receipt not needed", False),
    ],
)
def test_each_row_says_what_is_known_of_its_receipt(
    state: PrintState, words: str, look: bool
) -> None:
    at = Counter()
    at.till.history.rows = (replace(sale_row(214), printed=state),)
    at.screen.opened()
    assert (at.screen.state.rows[0].printed, at.screen.state.rows[0].look) == (words, look)


def test_enter_opens_the_receipt_on_a_screen_of_its_own() -> None:
    at = Counter()
    at.screen.opened()
    at.screen.open()
    assert at.shell.navigator.shown == [(Screen.RECEIPT, {"paper_id": sale_row(214).sale_id})]


def refund_row(seq: int, of: int, kind: ReceiptKind) -> ReceiptRow:
    sale = receipt_of(sale_row(of))
    return replace(
        sale,
        kind=kind,
        paper_id=seq.to_bytes(16, "little"),
        seq=seq,
        number=f"S01-T02-1-{seq:04d}",
        amount_minor=-1200,
    )


def test_what_came_back_stands_among_the_sales_with_its_kind_and_below_zero() -> None:
    at = Counter()
    at.till.past_receipts.refunds = (refund_row(215, 214, ReceiptKind.VOID),)
    at.screen.opened()
    first, second = at.screen.state.rows[:2]
    assert (first.number, first.kind, first.amount) == ("S01-T02-1-0215", "Void", "−12.00")
    assert (second.number, second.kind) == ("S01-T02-1-0214", "Sale")
    at.screen.search("0214")
    assert [row.kind for row in at.screen.state.rows] == ["Void", "Sale"]


def test_what_came_back_is_printed_again_and_does_not_come_back_once_more() -> None:
    at = Counter()
    refund = refund_row(215, 214, ReceiptKind.RETURN)
    at.till.past_receipts.refunds = (refund,)
    at.screen.opened()
    at.screen.reprint()
    assert at.till.receipts.queued == [(refund.paper_id, True)]
    assert not at.screen.state.can_take_back
    at.screen.take_back()
    at.screen.void()
    assert at.shell.navigator.shown == []
    assert at.said == "S01-T02-1-0215 is what came back. Choose the sale itself"
    at.screen.down()
    assert at.screen.state.can_take_back
    at.screen.void()
    sale = sale_row(214).sale_id
    assert at.shell.navigator.shown == [(Screen.RETURN, {"sale_id": sale, "void": True})]
