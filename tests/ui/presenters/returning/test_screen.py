"""The return screen on a real till: found, ticked, counted, refunded; refusals say why."""

from __future__ import annotations

from typing import Any

import pytest

from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.lending.reserve_for_sale import Reservation, Short
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.ports import StoredSale
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.wire.lending import Held
from tests.fakes.desk import desk as keyed_desk
from tests.fakes.reserving import FakeReserveReturn
from tests.faults.shop import PIN
from tests.services.returning.test_refund_sale import PLAIN, balance, member
from tests.services.returning.test_refund_unknown import code
from tests.ui.presenters.returning.conftest import Desk
from ui.presenters.ports import Screen, Sheet, Sound


def receipt_of(desk: Desk, sale: Sale) -> str:
    """What the QR of a sale's receipt says."""
    stored = desk.real.history.sale(sale.id)
    assert isinstance(stored, StoredSale)
    with desk.real.book.read() as reader:
        text = receipt_code(reader, stored)
    assert text is not None
    return text


def test_four_keys_give_the_money_of_a_scanned_receipt_back(desk: Desk) -> None:
    sale = desk.sold(2, 1)
    till: Any = desk.real
    counter = keyed_desk(operator=desk.session.operator, till=till)
    counter.press("F8")
    counter.scan(receipt_of(desk, sale))
    counter.press(" ", "1", "F12")
    assert counter.front is Screen.DONE
    assert (counter.done.state.title, counter.done.state.change) == ("Refunded", "¥9.00")
    (row,) = desk.real.refund_history.of_sale(sale.id)
    stored = desk.real.refund_history.refund(row.number)
    assert stored is not None
    refund = stored.refund
    assert (refund.of_number, refund.total_minor, refund.cause) == (sale.number, 900, "faulty")
    assert (refund.faulty, [line.quantity_milli for line in refund.lines]) == (True, [2000])


def test_the_done_screen_prints_the_refunds_own_receipt_again(desk: Desk) -> None:
    till: Any = desk.real
    counter = keyed_desk(operator=desk.session.operator, till=till)
    counter.navigator.show(Screen.RETURN, sale_id=desk.sold(1).id)
    counter.press(" ", "2", "F12")
    number = counter.done.state.number
    counter.press("Ctrl+P")
    assert desk.real.receipts.status().waiting or counter.done.state.receipt
    assert counter.done.state.void == ""
    counter.press("F8")
    assert counter.front is Screen.RETURN
    assert desk.real.refund_history.refund(number) is not None


def test_a_sale_is_voided_from_the_done_screen(desk: Desk) -> None:
    till: Any = desk.real
    counter = keyed_desk(operator=desk.session.operator, till=till)
    counter.scan("100", "101")
    counter.press("F12", "Enter")
    assert counter.done.state.void == "Void this sale"
    counter.press("Ctrl+Backspace")
    assert counter.returning.state.title == "Void sale"
    counter.press("1", "F12")
    assert (counter.done.state.title, counter.done.state.change) == ("Voided", "¥10.00")


def test_the_lines_say_what_was_bought_and_what_can_come_back(desk: Desk) -> None:
    sale = desk.sold(2, 1)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" -2")
    desk.screen.main_action()
    desk.screen.opened(sale_id=sale.id)
    first, second = desk.state.lines
    assert (first.sub, first.count, first.ticked) == ("bought 2, can return 1", "0", False)
    assert second.amount == "5.50"
    desk.keys(" 2")
    desk.screen.main_action()
    desk.screen.opened(sale_id=sale.id)
    assert desk.line(1).why_not == "all came back"
    desk.keys(" ")
    assert (desk.told, desk.line(1).ticked) == ("all came back", False)


def test_pieces_are_counted_within_what_is_left(desk: Desk) -> None:
    desk.screen.opened(sale_id=desk.sold(3).id)
    desk.keys("+++++")
    assert (desk.line(1).count, desk.state.money) == ("3", "¥13.50")
    desk.keys("-")
    assert (desk.line(1).count, desk.state.main) == ("2", "Refund 9.00")
    desk.keys("---")
    assert (desk.line(1).ticked, desk.state.money, desk.state.chosen) == (False, "", False)


def test_a_scanned_article_ticks_its_own_line_piece_by_piece(desk: Desk) -> None:
    desk.screen.opened(sale_id=desk.sold(1, 2).id)
    desk.screen.scanned("101")
    desk.screen.scanned("101")
    assert (desk.state.selected, desk.line(2).count) == (2, "2")
    desk.screen.scanned("101")
    assert desk.told == "纯牛奶 1 is not on this receipt"
    assert desk.line(2).count == "2"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "Choose what comes back first: Space or a tap"),
        (" ", "Choose a reason first: 1 to 4"),
    ],
)
def test_nothing_is_booked_before_goods_and_reason_are_chosen(
    desk: Desk, keys: str, said: str
) -> None:
    sale = desk.sold(1)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(keys)
    desk.screen.main_action()
    assert desk.told == said
    assert desk.real.refund_history.of_sale(sale.id) == ()


def test_the_main_button_waits_until_something_is_chosen_and_says_for_what(desk: Desk) -> None:
    desk.screen.opened()
    assert not desk.state.chosen
    desk.screen.opened(sale_id=desk.sold(1).id)
    assert (desk.state.chosen, desk.state.main) == (False, "Choose what comes back")
    desk.keys(" ")
    assert desk.state.chosen
    desk.keys("1")
    assert (desk.state.chosen, desk.state.ready) == (True, True)


SORRY = """
[[rule]]
id = "sorry"
name = "Sorry for the fault"
trigger = "return"
goods = "faulty"
gives = [{ points = 20 }, { voucher = "ten" }]
[[voucher]]
id = "ten"
name = "10 off for the trouble"
amount = "10.00"
"""


def test_what_is_given_for_faulty_goods_stands_there_before_it_is_booked(desk: Desk) -> None:
    desk.real.programmes.install((PLAIN.replace("version = 1", "version = 2") + SORRY).encode())
    sale = desk.sold(2, member_id=member(desk.real))
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" ")
    given = [row for row in desk.state.points_rows if row[0].startswith("Gets")]
    assert given == []
    desk.keys("1")
    given = [row for row in desk.state.points_rows if row[0].startswith("Gets")]
    assert given == [
        ("Gets: Sorry for the fault, points", "+20", "ink"),
        ("Gets: 10 off for the trouble", "1", "ink"),
    ]


def test_money_goes_back_by_tender_and_points_stand_on_lines_of_their_own(desk: Desk) -> None:
    desk.sold(20, 20, member_id=member(desk.real))  # earns 199
    sale = desk.sold(2, 2, member_id=member(desk.real), redeem=100, card=900)
    before = balance(desk.real)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" ")
    desk.screen.down()
    desk.keys(" 2")
    assert desk.state.money_rows == (
        ("Card T-1", "9.00", "ink"),
        ("Cash", "10.00", "ink"),
    )
    assert desk.state.points_rows == (
        ("points given back", "+100", "ink"),
        ("points taken back", "−19", "ink"),
        ("points afterwards", str(before + 100 - 19), "ink"),
    )
    assert desk.state.main == "Refund 19.00"
    desk.screen.main_action()
    assert balance(desk.real) == before + 100 - 19


def test_a_number_or_a_members_phone_is_typed_where_there_are_no_goods_yet(desk: Desk) -> None:
    sale = desk.sold(1, member_id=member(desk.real))
    other = desk.sold(2, member_id=member(desk.real))
    desk.screen.opened()
    desk.keys(sale.number.lower())
    assert desk.state.code == sale.number.lower()
    desk.screen.enter()
    assert desk.state.heading.startswith(sale.number)
    desk.screen.opened(sale_id=sale.id)
    desk.screen.search("13800000001")
    desk.screen.enter()
    assert [choice.number for choice in desk.state.choices] == [other.number, sale.number]
    desk.screen.down()
    desk.screen.enter()
    assert desk.state.heading.startswith(sale.number)


def test_a_number_that_nobody_knows_is_said(desk: Desk) -> None:
    desk.screen.opened()
    desk.keys("S01-T02-1-9999")
    desk.screen.enter()
    assert desk.told
    assert (desk.state.lines, desk.state.code) == ((), "")


def test_the_member_of_the_open_sale_is_asked_about_first(desk: Desk) -> None:
    sale = desk.sold(1, member_id=member(desk.real))
    desk.screen._counter.attach_member(member(desk.real), "card")
    desk.screen.opened()
    assert [choice.number for choice in desk.state.choices] == [sale.number]


def test_without_a_receipt_the_members_own_sale_of_the_article_is_found_first(desk: Desk) -> None:
    sale = desk.sold(1, 2, member_id=member(desk.real))
    desk.screen._counter.attach_member(member(desk.real), "card")
    desk.screen.opened()
    desk.screen.without_receipt()
    desk.screen.scanned("101")
    assert desk.state.heading.startswith(sale.number)
    assert (desk.line(2).count, desk.line(1).ticked) == ("1", False)
    assert desk.told == f"Bought with {sale.number}: returned from that sale"


def test_what_is_found_nowhere_goes_back_at_todays_price_up_to_the_floor(desk: Desk) -> None:
    desk.screen.opened()
    desk.screen.without_receipt()
    for _ in range(2):
        desk.screen.scanned("101")
    desk.keys("4")
    assert (desk.state.heading, desk.state.main) == ("Return without receipt", "Refund 11.00")
    desk.screen.main_action()
    assert (desk.refund.of_number, desk.refund.total_minor) == ("", 1100)
    desk.screen.opened()
    desk.screen.without_receipt()
    desk.screen.scanned("101")
    desk.keys("+++++")
    assert desk.state.finding
    assert (desk.state.chosen, desk.state.ready, desk.state.money) == (False, False, "")
    desk.keys("4")
    desk.screen.main_action()
    assert desk.told == desk.state.finding


def test_a_lost_sale_comes_back_by_its_signed_receipt_up_to_what_was_paid(desk: Desk) -> None:
    desk.screen.opened()
    desk.screen.scanned(code(desk.real, payable=1000))
    assert "paid 10.00" in desk.state.heading
    desk.screen.scanned("101")
    desk.screen.scanned("100")
    desk.keys("3")
    desk.screen.main_action()
    assert (desk.refund.of_number, desk.refund.total_minor) == ("S01-T02-1-0900", 1000)


def test_a_code_that_is_not_ours_is_refused(desk: Desk) -> None:
    sale = desk.sold(1)
    forged = receipt_of(desk, sale)
    desk.screen.opened()
    desk.screen.scanned(forged[:-1] + ("A" if forged[-1] != "A" else "Q"))
    assert desk.sounds.heard[-1] is Sound.REFUSED
    assert desk.state.lines == ()


def test_a_void_takes_everything_asks_why_and_nothing_else(desk: Desk) -> None:
    sale = desk.sold(2, 1)
    desk.screen.opened(sale_id=sale.id, void=True)
    assert desk.state.voiding
    assert [line.count for line in desk.state.lines] == ["2", "1"]
    desk.keys(" -+")
    assert [line.count for line in desk.state.lines] == ["2", "1"]
    desk.keys("1")
    assert desk.state.main == "Void, refund 14.50"
    desk.screen.main_action()
    assert (desk.refund.kind, desk.refund.cause) == (RefundKind.VOID, "mistake")
    assert desk.refund.total_minor == sale.payable_minor


def test_a_sale_of_which_something_came_back_is_not_voided(desk: Desk) -> None:
    sale = desk.sold(2)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" -2")
    desk.screen.main_action()
    desk.screen.opened(sale_id=sale.id, void=True)
    assert desk.state.finding
    assert not desk.state.ready


def test_esc_takes_the_typed_number_then_the_screen_and_books_nothing(desk: Desk) -> None:
    sale = desk.sold(1)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" ")
    desk.keys("S01")
    assert desk.state.code == "S01"
    desk.screen.escape()
    assert (desk.state.code, desk.navigator.backs) == ("", 0)
    desk.screen.escape()
    assert (desk.state.lines, desk.navigator.backs) == ((), 1)
    assert desk.real.refund_history.of_sale(sale.id) == ()


def test_a_receipt_that_is_scanned_at_the_sale_opens_the_return(desk: Desk) -> None:
    sale = desk.sold(1)
    desk.screen._counter.take_code(receipt_of(desk, sale))
    screen, arguments = desk.navigator.shown[-1]
    assert screen is Screen.RETURN
    desk.screen.opened(**arguments)
    assert desk.state.heading.startswith(sale.number)


def test_what_changed_meanwhile_is_reckoned_again_before_anything_is_booked(desk: Desk) -> None:
    sale = desk.sold(2)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" 2")
    elsewhere = Desk(till=desk.real)
    elsewhere.screen.opened(sale_id=sale.id)
    elsewhere.keys(" -2")
    elsewhere.screen.main_action()
    desk.screen.main_action()
    assert desk.state.finding
    assert len(desk.real.refund_history.of_sale(sale.id)) == 1


def test_a_cashier_has_a_void_approved_on_the_spot(desk: Desk) -> None:
    sale = desk.sold(1)
    till: Any = desk.real
    counter = keyed_desk(operator=desk.cashier(), till=till)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id, void=True)
    counter.press("1", "F12")
    assert counter.navigator.open is Sheet.APPROVE
    assert counter.approve.state.what == "Void the sale, refund ¥4.50"
    assert desk.real.refund_history.of_sale(sale.id) == ()
    counter.press(*PIN, "Enter")
    assert counter.front is Screen.DONE
    (row,) = desk.real.refund_history.of_sale(sale.id)
    stored = desk.real.refund_history.refund(row.number)
    assert stored is not None
    assert stored.refund.approved_by == desk.real.people.all()[0].id


def test_an_approval_that_is_left_changes_nothing(desk: Desk) -> None:
    till: Any = desk.real
    counter = keyed_desk(operator=desk.cashier(), till=till)
    sale = desk.sold(1)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id, void=True)
    counter.press("1", "F12", "Esc")
    assert (counter.navigator.open, counter.front) == (None, Screen.RETURN)
    assert counter.returning.state.main == "Void, refund 4.50"
    assert desk.real.refund_history.of_sale(sale.id) == ()


REPRICED = (
    PLAIN.split("[[offer]]", maxsplit=1)[0]
    + """
[[offer]]
id = "two-off"
scope = "order"
when = { min_spend = "10.00" }
amount = "2.00"

[returns]
threshold = "reprice"
"""
)


@pytest.mark.parametrize(
    ("reason", "kept", "money"),
    [("2", ("Offer no longer met", "−0.90", "warn"), "¥3.50"), ("1", None, "¥4.40")],
    ids=["what the rest costs alone is kept back", "faulty goods are never charged"],
)
def test_an_offer_that_the_rest_no_longer_meets_is_told_and_faulty_goods_are_free_of_it(
    desk: Desk, reason: str, kept: tuple[str, str, str] | None, money: str
) -> None:
    desk.real.programmes.install(REPRICED.encode())
    desk.screen.opened(sale_id=desk.sold(1, 1).id)
    desk.screen.down()
    desk.keys(f" {reason}")
    assert (kept in desk.state.money_rows) is (kept is not None)
    assert desk.state.money == money
    desk.screen.main_action()
    assert desk.refund.faulty is (reason == "1")


def test_what_would_be_kept_back_is_let_go_by_whoever_may(desk: Desk) -> None:
    desk.real.programmes.install(REPRICED.encode())
    sale = desk.sold(1, 1)
    till: Any = desk.real
    counter = keyed_desk(operator=desk.cashier(), till=till)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press("Down", " ", "2")
    (waiver,) = counter.returning.state.waivers
    assert (waiver.label, waiver.let_go) == ("Let the missed offer go", False)
    counter.returning.let_go(waiver.waiver)
    assert counter.returning.state.main == "Refund 4.40"
    assert counter.returning.state.waivers[0].let_go
    counter.press("F12")
    assert counter.navigator.open is Sheet.APPROVE
    counter.press(*PIN, "Enter")
    assert (counter.front, counter.done.state.change) == (Screen.DONE, "¥4.40")


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [
        ((), "came back already"),
        ((Held(store="S2", n=2_000),), "are coming back at store S2 right now"),
    ],
)
def test_goods_that_another_till_took_back_bring_no_money_back_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, elsewhere: tuple[Held, ...], said: str
) -> None:
    sale = desk.sold(2)
    held = FakeReserveReturn()
    short = Short(asset=Asset(AssetKind.RETURN, "", b""), missing=2_000, elsewhere=elsewhere)
    held.answers = [Reservation(asked=True, short=(short,))]
    asks = type(desk.real.reserve_return)
    monkeypatch.setattr(asks, "of_sale", lambda _self, sale_id, wish: held.of_sale(sale_id, wish))
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" 1")
    desk.screen.main_action()
    assert said in desk.told
    assert desk.real.refund_history.of_sale(sale.id) == ()
    desk.screen.main_action()  # head office has it free now
    assert [row.total_minor for row in desk.real.refund_history.of_sale(sale.id)] == [900]
    assert len(set(held.asked)) == 1  # the same return, asked for once more
