"""The sheets: spending points, and why."""

from dataclasses import replace

import pytest

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator
from tests.fakes.back_desks import FakePapers, fake_desks
from tests.fakes.desk import Desk, desk, full_desk
from tests.fakes.small_shop import CASHIER, MANAGER, WANG
from tests.fakes.till_services import FakeTill
from ui.presenters.approval import Asked
from ui.presenters.ports import Screen, Sheet
from ui.presenters.why import WhyIs


def test_the_most_useful_points_take_two_keys():
    counter = full_desk()
    counter.press(*(keys := ["F5", "Enter"]))
    assert len(keys) == 2
    assert counter.navigator.open is None
    assert counter.sale.state.total.total_minor == 13876 - 2400


def test_the_largest_useful_amount_stands_there_with_its_worth_and_what_stays():
    counter = full_desk()
    counter.press("F5")
    state = counter.redeem.state
    assert (state.amount, state.fresh) == ("2400", True)
    assert (state.worth, state.left) == ("Worth 24.00", "80 left")
    assert state.to_pay == "Then to pay ¥114.76"
    assert state.balance == "2,480 pts usable"


def test_a_smaller_amount_is_typed_and_valued_anew():
    counter = full_desk()
    counter.press("F5", "1", "5", "0", "0")
    assert (counter.redeem.state.worth, counter.redeem.state.left) == ("Worth 15.00", "980 left")
    counter.press("Enter")
    assert counter.sale.state.total.total_minor == 13876 - 1500


def test_arrows_go_in_steps_and_stay_within_bounds():
    counter = full_desk()
    counter.press("F5", "Up")
    assert counter.redeem.state.amount_points == 2400
    counter.press("Down", "Down")
    assert counter.redeem.state.amount_points == 2200
    counter.press(*["Down"] * 40)
    assert counter.redeem.state.amount_points == 100


def out_of_reach(*, here: int, by_word: int, operator: Operator = CASHIER) -> Desk:
    """Wang's basket at a till that may hand out less than the 2,480 points by itself."""
    till = FakeTill()
    till.check_out.lent = (here, by_word)
    return full_desk(till=till, operator=operator)


def test_a_till_that_may_hand_out_less_says_why_and_who_may_approve_more() -> None:
    counter = out_of_reach(here=500, by_word=2000)
    chip = next(one for one in counter.sale.state.chips if one.id == "points:points")
    assert chip.sub == "Most here; 1,980 left"
    counter.press("F5", "8", "0", "0")
    state = counter.redeem.state
    assert state.finding == "At most 500 here"
    assert state.approve == "Approve up to 2,000"
    assert state.balance == "500 of 2,480 pts usable here"
    counter.press("Enter")
    why = "At most 500 here: Offline: more when online again"
    assert counter.shell.toasts.said[-1][0] == why


def test_a_till_that_may_hand_out_nothing_says_that_none_of_them_is_usable_here() -> None:
    counter = out_of_reach(here=0, by_word=2000)
    counter.press("F5")
    state = counter.redeem.state
    assert state.refused
    assert state.balance == "0 of 2,480 pts usable here"


def test_a_supervisor_approves_and_the_sheet_goes_on_with_more() -> None:
    counter = out_of_reach(here=500, by_word=2000)
    counter.press("F5", "F9")
    assert counter.navigator.open is Sheet.APPROVE
    asked = counter.navigator.sheets[-1][1]["asked"]
    assert isinstance(asked, Asked)
    assert asked.what() == "A supervisor may approve up to 2,000 points"
    counter.navigator.close_sheet()
    asked.done(Approval(MANAGER))
    assert counter.navigator.open is Sheet.REDEEM
    assert (counter.redeem.state.amount, counter.redeem.state.approve) == ("2000", "")
    counter.press("Enter")
    basket = counter.sale._sale.basket
    assert basket is not None
    assert (basket.redemptions[0].points, basket.approver) == (2000, MANAGER)


def test_where_nothing_is_left_out_of_reach_the_reasons_stand_there_with_the_way_on() -> None:
    counter = out_of_reach(here=0, by_word=300, operator=MANAGER)
    counter.press("F5")
    state = counter.redeem.state
    assert state.refused == (
        "This till may let the member use 0 points now",
        "Offline: more when online again",
    )
    assert state.approve == "Approve up to 300"
    counter.press("F9")  # a manager needs nobody else
    assert (counter.redeem.state.amount, counter.redeem.state.refused) == ("300", ())


def test_where_everything_may_be_spent_nobody_is_asked() -> None:
    counter = full_desk()
    counter.press("F5", "F9")
    assert (counter.redeem.state.approve, counter.navigator.open) == ("", Sheet.REDEEM)


@pytest.mark.parametrize(
    ("typed", "finding"),
    [
        ("2500", "At most 2,400 on this sale"),
        ("50", "At least 100"),
        ("150", "In steps of 100"),
    ],
)
def test_an_amount_that_cannot_be_spent_says_why_and_is_not_taken(typed, finding):
    counter = full_desk()
    counter.press("F5", *typed)
    assert counter.redeem.state.finding == finding
    assert not counter.redeem.state.ready
    counter.press("Enter")
    assert counter.navigator.open is Sheet.REDEEM
    assert counter.said == finding
    assert counter.sale.state.total.total_minor == 13876


def test_points_are_taken_back_in_the_sheet():
    counter = full_desk()
    counter.press("F5", "Enter", "F5")
    assert counter.redeem.state.can_remove
    counter.redeem.remove()
    assert counter.sale.state.total.total_minor == 13876
    assert counter.navigator.open is None


def test_without_a_scanned_card_it_says_why_not():
    counter = desk()
    counter.scan("101")
    counter.navigator.show(Screen.SALE, member_id=WANG)
    counter.press("F5")
    assert counter.redeem.state.refused
    assert not counter.redeem.state.ready
    assert counter.redeem.state.balance == "Has 2,480 pts"


def test_f12_beside_an_open_sheet_is_the_pay_button():
    counter = full_desk()
    counter.press("F5", "F12")
    assert counter.front is Screen.PAY
    assert counter.pay.state.payable_minor == 13876


def test_a_scan_while_the_sheet_is_open_joins_the_sale_and_the_proposal_follows():
    till = FakeTill()
    till.check_out.balance = 100_000
    counter = full_desk(till=till)
    counter.press("F5")
    assert counter.redeem.state.amount == "13800"
    counter.scan("105")
    assert counter.redeem.state.amount == "14800"


def test_one_press_in_why_writes_what_the_quote_was_made_from():
    papers = FakePapers()
    counter = full_desk()
    counter.shell.session.desks = replace(fake_desks(), papers=papers)
    counter.sale.why_line(1)
    assert counter.why.state.can_save
    counter.why.save()
    ((basket, quote),) = papers.quotes
    assert (len(basket.lines), quote.payable_minor) == (6, 13876)
    assert counter.said.endswith("papers/quote.toml")


def test_without_goods_there_is_nothing_to_write():
    counter = desk()
    counter.shell.session.desks = fake_desks()
    counter.navigator.open_sheet(Sheet.WHY, about="earning:")
    assert not counter.why.state.can_save


def test_why_a_line_costs_what_it_does():
    counter = full_desk()
    counter.sale.why_line(1)
    state = counter.why.state
    assert state.title == "Why: 纯牛奶 250ml×12"
    figures = [(row.text, row.amount) for row in state.rows if row.kind is WhyIs.FIGURE]
    assert figures[0] == ("1 × 49.90", "49.90")
    assert ("会员价", "−5.00") in figures
    assert state.rule == "Rule: dawn-club v7"


def test_why_an_offer_applies_names_its_lines_and_the_loss_without_it():
    counter = full_desk()
    counter.sale.why_chip("offer:member-milk")
    rows = counter.why.state.rows
    assert counter.why.state.verdict == "Applied −5.00"
    assert ("纯牛奶 250ml×12", "−5.00") in [(row.text, row.amount) for row in rows]
    assert rows[-1].text == "The customer pays 5.00 more"


def test_why_an_offer_does_not_apply_lists_what_is_missing():
    counter = full_desk()
    counter.sale.why_chip("offer:birthday")
    state = counter.why.state
    assert (state.verdict, state.holds) == ("Not usable now", False)
    assert [row.kind for row in state.rows] == [WhyIs.FAILED]


def test_why_so_many_points_are_earned():
    counter = full_desk()
    counter.sale.why_earns()
    assert counter.why.state.verdict == "This sale earns +138"
    assert ("Counted on", "138.76") in [(r.text, r.amount) for r in counter.why.state.rows]


def test_why_points_can_be_spent_and_what_it_would_change():
    counter = full_desk()
    counter.sale.why_chip("points:points")
    figures = [(row.text, row.amount) for row in counter.why.state.rows]
    assert counter.why.state.verdict == "Usable, worth 24.00"
    assert ("Then to pay", "114.76") in figures
    counter.sale.press_chip("points:points")
    assert counter.why.state.verdict == "Applied −24.00"


def test_ctrl_i_asks_about_the_selected_line_and_follows_the_sale():
    counter = full_desk()
    counter.press("Ctrl+I")
    assert counter.why.state.title == "Why: 牙膏 清新薄荷 120g"
    counter.scan("106")
    assert counter.why.state.verdict == "Paid for it: 31.80"


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_every_why(language):
    counter = full_desk(language)
    counter.press("F5")
    assert "{" not in repr(counter.redeem.state)
    for about in ("line:1", "offer:ten-off", "offer:birthday", "points:points", "earning:"):
        counter.navigator.open_sheet(Sheet.WHY, about=about)
        assert "{" not in repr(counter.why.state)
