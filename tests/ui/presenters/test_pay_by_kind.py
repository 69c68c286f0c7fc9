"""A price that hangs on how it is paid: proposed, chosen, and taken at the price of its kind."""

from posloyalty.domain.shop.tender import TenderKind
from tests.fakes.desk import Desk, full_desk
from tests.fakes.lanes import LanesByStep
from tests.fakes.till_services import FakeTill
from tests.ui.presenters.test_pay import booked, paying
from ui.presenters.chips import ChipIs
from ui.presenters.ports import Screen
from ui.presenters.tendering import PayField


def card_saves(*, by_step: bool = False) -> Desk:
    """A counter with 138.76 to pay, 5.00 less where all of it is paid by card."""
    till = FakeTill()
    till.check_out.card_off = 500
    return full_desk(till=till, by_step=by_step)


def tender_chips(counter: Desk) -> list[tuple[str, str, ChipIs]]:
    chips = (*counter.sale.state.chips, *counter.pay.state.chips)
    return [(c.title, c.amount, c.kind) for c in chips if c.id.startswith("tender:")]


def test_what_a_way_of_paying_saves_is_proposed_before_anybody_pays():
    counter = card_saves()
    assert tender_chips(counter) == [("Pay by Card", "−5.00", ChipIs.USABLE)]
    assert counter.sale.state.total.total == "¥138.76"


def test_the_price_follows_the_kind_that_is_chosen():
    counter = card_saves()
    counter.press("F12")
    assert counter.pay.state.due == "¥138.76"
    counter.press("Ctrl+2")
    assert (counter.pay.state.due, counter.pay.state.amount) == ("¥133.76", "133.76")
    counter.press("Ctrl+1")
    assert counter.pay.state.due == "¥138.76"


def test_paying_by_the_kind_books_its_price():
    counter = card_saves()
    counter.press("F12", "Ctrl+2", *"4711", "Enter")
    assert counter.front is Screen.DONE
    assert booked(counter) == [(TenderKind.CARD, 13376, 13376, 0)]


def test_another_payment_beside_it_ends_what_the_whole_sale_would_have_saved():
    counter = card_saves()
    counter.press("F12", "Ctrl+2")
    counter.pay.fill(PayField.AMOUNT)
    counter.press(*"100", "Tab")
    counter.pay.fill(PayField.REFERENCE)
    counter.press(*"4711", "Enter")
    assert counter.pay.state.due == "¥33.76"
    counter.press("Ctrl+1")
    assert counter.pay.state.due == "¥38.76"
    counter.press("Enter")
    assert booked(counter)[1][:2] == (TenderKind.CASH, 3876)


def test_exact_cash_from_the_card_is_taken_at_the_price_of_cash():
    counter = card_saves()
    counter.press("F12", "Ctrl+2", "Ctrl+0")
    assert counter.front is Screen.DONE
    assert booked(counter) == [(TenderKind.CASH, 13876, 13870, 0)]


def test_a_note_that_was_tapped_waits_for_the_price_of_cash():
    counter = card_saves(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.press("F12")
    lanes.run_all()
    counter.press("Ctrl+2")
    lanes.run_all()
    counter.pay.give(20000)
    assert counter.till.check_out.completed == []
    lanes.run_all()
    assert booked(counter) == [(TenderKind.CASH, 13876, 20000, 6130)]


def test_a_chip_chooses_the_kind_on_either_screen_and_can_be_taken_back():
    counter = card_saves()
    counter.sale.press_chip("tender:card")
    assert counter.sale.state.total.total == "¥133.76"
    assert tender_chips(counter)[0][2] is ChipIs.APPLIED
    counter.sale.press_chip("tender:card")
    assert counter.sale.state.total.total == "¥138.76"
    counter.press("F12")
    counter.pay.press_chip("tender:card")
    assert counter.pay.state.due == "¥133.76"


def test_what_was_said_on_the_sale_screen_is_the_kind_that_comes_first():
    counter = card_saves()
    counter.sale.press_chip("tender:card")
    counter.press("F12", *"4711", "Enter")
    assert booked(counter) == [(TenderKind.CARD, 13376, 13376, 0)]


def test_back_on_the_sale_screen_nobody_has_said_how_they_pay():
    counter = card_saves()
    counter.press("F12", "Ctrl+2", "Esc")
    assert counter.sale.state.total.total == "¥138.76"


def test_where_no_rule_asks_the_way_of_paying_changes_no_basket():
    counter = paying()
    quoted = len(counter.till.check_out.quoted)
    counter.press("Ctrl+2", "Ctrl+1")
    assert len(counter.till.check_out.quoted) == quoted


def test_why_says_what_paying_so_would_bring_before_and_after_it_was_said():
    counter = card_saves()
    for verdict in ("If it pays all of it", "The customer has said so"):
        counter.sale.why_chip("tender:card")
        assert (counter.why.state.verdict, counter.why.state.holds) == (
            verdict,
            verdict != "If it pays all of it",
        )
        assert "nothing else pays any part" in counter.why.state.rows[0].text
        counter.press("Esc")
        counter.sale.press_chip("tender:card")
