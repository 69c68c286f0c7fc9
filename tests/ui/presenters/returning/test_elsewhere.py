"""The return screen with a receipt of another till, and with prices as the paper says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.services.lending.lent_returns import Wanted
from posloyalty.services.lending.paid_goods import PaidGoods
from posloyalty.sync.goods_back import return_of
from tests.fakes.desk import desk as keyed_desk
from tests.services.another_till import AnotherTill
from tests.ui.presenters.returning.conftest import Desk
from ui.presenters.ports import Screen, Sound

OTHER = AnotherTill()


def trusting(desk: Desk, *, most: int | None = 2_000) -> str:
    """Trust the other till; the code of a receipt of 100.00 that it printed today."""
    till = desk.real
    till.tills.trust(OTHER.file, till.people.all()[0])
    details = replace(
        till.shop.details(), elsewhere=ElsewherePolicy.SUPERVISED, elsewhere_most_minor=most
    )
    till.shop.save(details, till.people.all()[0])
    return OTHER.receipt(till.clock.now().date(), payable=10_000)


def test_a_receipt_of_another_till_brings_the_scanned_goods_back(desk: Desk) -> None:
    code = trusting(desk)
    desk.screen.opened(scan=code)
    assert desk.state.heading.endswith("paid 100.00 · sold at S01-T03")
    desk.keys(" +-")  # nothing is there to be ticked or counted yet
    assert desk.state.lines == ()
    desk.screen.scanned("101")
    desk.keys("2")
    desk.screen.main_action()
    assert (desk.refund.of_number, desk.refund.total_minor) == ("S01-T03-1-0042", 550)
    desk.screen.opened(scan=code)
    desk.screen.scanned("101")
    assert "came back here with this receipt before" in desk.state.finding
    assert not desk.state.ready


def test_by_keys_from_the_sale_to_the_money(desk: Desk) -> None:
    code = trusting(desk)
    till: Any = desk.real
    counter = keyed_desk(operator=desk.session.operator, till=till)
    counter.scan(code)
    assert counter.front is Screen.RETURN
    counter.scan("101")
    counter.press("/", "4", ".", "9", "0", "Enter", "2", "F12")
    assert counter.front is Screen.DONE
    assert counter.done.state.change == "¥4.90"


def test_what_was_paid_is_told_by_head_office_and_typed_over_todays_price(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(_self: PaidGoods, wanted: Iterable[Wanted], _uses: object) -> dict[bytes, int]:
        found = (return_of(asset) for asset, _ in wanted)
        return {of[1]: 490 for of in found if of is not None}

    monkeypatch.setattr(PaidGoods, "most", said)
    desk.screen.opened(scan=trusting(desk))
    desk.screen.scanned("101")
    desk.keys("2")
    desk.screen.main_action()
    assert desk.told.startswith("At most 4.90 goes back for ")
    assert desk.told.endswith(
        ", says head office: that is what was paid. Type / and the price of one."
    )
    desk.screen.line_price()
    desk.keys("4.90")
    desk.screen.enter()
    desk.keys("2")
    desk.screen.main_action()
    assert (desk.refund.of_number, desk.refund.total_minor) == ("S01-T03-1-0042", 490)


def test_the_limit_of_the_shop_is_said_with_what_is_left(desk: Desk) -> None:
    desk.screen.opened(scan=trusting(desk, most=1_000))
    desk.screen.scanned("101")
    desk.keys("+")
    assert desk.state.finding == (
        "At most 10.00 more goes back here for this receipt, the rest at S01-T03."
    )


def test_what_the_shop_does_not_take_back_is_refused_at_the_scan(desk: Desk) -> None:
    till = desk.real
    till.tills.trust(OTHER.file, till.people.all()[0])
    desk.screen.opened(scan=OTHER.receipt(till.clock.now().date(), payable=10_000))
    assert desk.told.startswith("This shop does not take back here what S01-T03 sold")
    assert desk.sounds.heard[-1] is Sound.REFUSED
    assert desk.state.lines == ()


def test_what_was_paid_is_typed_for_a_piece_and_counts_for_all_of_them(desk: Desk) -> None:
    desk.screen.opened()
    desk.screen.without_receipt()
    desk.screen.scanned("101")
    desk.screen.line_price()
    assert desk.told.startswith("Type the price of")
    desk.keys("4.20")
    assert (desk.state.code, desk.state.reason) == ("/4.20", -1)
    desk.screen.enter()
    (line,) = desk.state.lines
    assert (line.sub, line.amount, desk.state.code) == ("at the price paid", "4.20", "")
    desk.keys("+")
    assert [line.amount for line in desk.state.lines] == ["8.40"]
    desk.screen.scanned("101")
    assert [line.amount for line in desk.state.lines] == ["12.60"]


@pytest.mark.parametrize("typed", ["", "0", "four", "-1", "4.205", "99999999999"])
def test_what_is_no_price_is_refused_and_todays_price_stays(desk: Desk, typed: str) -> None:
    desk.screen.opened()
    desk.screen.without_receipt()
    desk.screen.scanned("101")
    desk.screen.line_price()
    desk.screen.search("/" + typed)
    desk.screen.enter()
    assert desk.told.startswith("That is no price")
    assert [line.amount for line in desk.state.lines] == ["5.50"]


def test_goods_of_a_sale_here_have_the_price_that_was_paid(desk: Desk) -> None:
    desk.screen.opened(sale_id=desk.sold(1).id)
    assert not desk.state.can_price
    desk.screen.line_price()
    assert desk.told.startswith("Goods of a sale here go back at what was paid")
    assert desk.state.code == ""


def test_another_article_keeps_todays_price(desk: Desk) -> None:
    desk.screen.opened()
    desk.screen.without_receipt()
    desk.screen.scanned("101")
    desk.screen.line_price()
    desk.keys("1")
    desk.screen.enter()
    desk.screen.scanned("100")
    assert [(line.sub, line.amount) for line in desk.state.lines] == [
        ("at the price paid", "1.00"),
        ("at today's price", "4.50"),
    ]


def test_an_articles_number_is_typed_where_nothing_can_be_scanned(desk: Desk) -> None:
    desk.screen.opened()
    desk.screen.without_receipt()
    desk.screen.search("101")
    desk.screen.enter()
    assert [line.amount for line in desk.state.lines] == ["5.50"]
    sale = desk.sold(1)
    desk.screen.search(sale.number)
    desk.screen.enter()
    assert sale.number in desk.state.heading
