"""An exchange of goods that stored value paid for: what goes back to a card pays at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.papers.receipt import Rows
from tests.fakes.desk import Desk as Counter
from tests.fakes.desk import desk as keyed_desk
from tests.fakes.small_shop import PAYMENT_CODE
from tests.services.returning.test_refund_sale import CASHIER, basket, member, sell
from tests.ui.presenters.returning.conftest import Desk, _made_shop, desk, shop  # noqa: F401
from ui.presenters.ports import Screen

CARD = "LG1:MRQXO3RNGE"
HELD = 1_000
PROGRAMME = """
language = 1
id = "cards"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[gift_card]]
id = "gift"
name = "Gift card"
"""


@pytest.fixture
def counter(desk: Desk) -> Counter:  # noqa: F811
    """A gift card of 10.00 is sold, under a programme that has them."""
    till: Any = desk.real
    till.programmes.install(PROGRAMME.encode())
    made = basket(till, 1)
    card = replace(
        made.lines[0].product, id=b"c" * 16, sku="GIFT", codes=(), price_minor=None, gift_card=True
    )
    sell(till, till.check_out.open_basket().add(card, unit_price_minor=HELD, card=CARD))
    return keyed_desk(operator=desk.session.operator, till=till)


def bought(desk: Desk, *counts: int) -> Sale:  # noqa: F811
    """Goods that the card pays for as far as it reaches, and cash for the rest."""
    till, made = desk.real, basket(desk.real, *counts)
    quote = till.check_out.quote(made)
    by_card = till.gift_cards.tender(CARD, quote.payable_minor, ())
    rest = quote.payable_minor - by_card.amount_minor
    tenders = (by_card,)
    if rest:
        cash = replace(by_card, number=2, kind=TenderKind.CASH, account_id=None, reference=None)
        tenders = (by_card, replace(cash, amount_minor=rest, given_minor=rest))
    return till.check_out.complete(made, quote, tenders, CASHIER)


def exchange(counter: Counter, sale: Sale, scanned: str) -> None:
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan(scanned)
    counter.press("F12")


def on_card(desk: Desk) -> int:  # noqa: F811
    return desk.real.gift_cards.look_up(CARD).balance_minor


def test_what_goes_back_to_an_empty_card_pays_for_the_new_goods(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = bought(desk, 0, 1, 1)  # 12.00: the card is empty
    assert on_card(desk) == 0
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "Down", " ", "3", "F9")
    counter.scan("103")  # 7.50
    counter.press("F12")
    assert counter.pay.state.due_minor == 550  # 2.00 of it was cash, and stays
    counter.scan(CARD)
    assert counter.pay.state.reference.endswith("10.00")
    assert counter.pay.state.amount == "5.50"
    counter.press("Enter")
    assert counter.front is Screen.DONE
    assert on_card(desk) == HELD - 550


def test_no_more_than_that_and_never_twice(desk: Desk, counter: Counter) -> None:  # noqa: F811
    sale = bought(desk, 1)  # 4.50 of the 10.00
    exchange(counter, sale, "103")
    counter.scan(CARD)
    assert counter.pay.state.amount == "7.50"
    counter.press("8", "Enter")
    assert counter.front is Screen.PAY
    counter.pay.clear()
    counter.press("4", "Enter")
    counter.scan(CARD)
    assert (counter.pay.state.reference[-4:], counter.pay.state.amount) == ("6.00", "3.50")
    counter.press("Enter")
    assert counter.front is Screen.DONE
    assert on_card(desk) == HELD - 750


def test_goods_join_no_exchange_while_it_is_paid_and_a_payment_code_says_where_it_goes(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    exchange(counter, bought(desk, 1), "103")
    counter.scan("101")
    assert counter.said == "Complete this sale first, or take a payment back"
    assert counter.pay.state.payable == "7.50"
    counter.scan(PAYMENT_CODE)
    assert counter.said.startswith("A payment code.")


def test_a_connected_terminal_takes_the_difference_by_the_customers_code(
    desk: Desk,  # noqa: F811
) -> None:
    till: Any = desk.real
    details = replace(till.shop.details(), terminal="simulator")
    till.shop.save(details, till.people.all()[0])
    counter = keyed_desk(operator=desk.session.operator, till=till)
    sale = desk.sold(1)
    exchange(counter, sale, "103")
    counter.scan(PAYMENT_CODE)
    assert counter.front is Screen.DONE
    stored = till.history.sale(till.history.page(limit=1)[0].number)
    assert [(one.kind, one.amount_minor) for one in stored.sale.tenders] == [
        (TenderKind.CASH, 450),
        (TenderKind.QR_WALLET, 300),
    ]
    assert [one.scheme for one in stored.sale.tenders] == ["", "wechat"]
    blocks = till.receipts.receipt(stored.sale.id, copy=False).blocks
    rows = [row.left for block in blocks if isinstance(block, Rows) for row in block.rows]
    assert any(row.startswith("微信支付 ") for row in rows)
    # What comes back later is of the same wallet.
    again = till.refunds.quote(stored.sale.id, replace(till.refunds.wish((1, 1_000)), cause="x"))
    assert [one.scheme for one in again.tenders] == ["", "wechat"]


PURSE = """
language = 1
id = "purse"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "cash"
name = { en = "Cash back" }
unit = "money"
scale = 2
[wallet.spend]
points = 1
money = "1.00"
as = "tender"
[[earn]]
id = "back"
wallet = "cash"
per_spend = { points = 1, money = "10.00" }
"""


def test_what_goes_back_to_the_members_wallet_pays_for_the_new_goods(
    desk: Desk,  # noqa: F811
) -> None:
    till: Any = desk.real
    till.programmes.install(PURSE.encode())
    owner = member(till)
    desk.sold(10, member_id=owner)  # 45.00 bring 4.50
    made = basket(till, 1, member_id=owner)
    quote = till.check_out.quote(made)
    tender = till.check_out.pay_from_wallet(made, quote, ())
    sale = till.check_out.complete(made, quote, (tender,), CASHIER)
    assert tender.amount_minor == 450
    counter = keyed_desk(operator=desk.session.operator, till=till)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan(till.enrol.card(owner).token_text)
    counter.scan("103")
    counter.press("F12")
    assert counter.pay.state.due_minor == 750
    counter.press("Ctrl+5")
    assert counter.pay.state.amount == "4.50"
    counter.press("Enter", "Ctrl+0")
    assert counter.front is Screen.DONE
    stored = till.history.sale(till.history.page(limit=1)[0].number)
    assert [(one.kind, one.amount_minor) for one in stored.sale.tenders] == [
        (TenderKind.WALLET, 450),
        (TenderKind.CASH, 300),
    ]
