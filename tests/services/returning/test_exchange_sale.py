"""An exchange is a refund and a sale in one transaction, with one difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.sale import Sale, Told
from posloyalty.domain.shop.tender import Tender, TenderKind, take_cash
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.exchange_sale import ExchangeQuote
from posloyalty.services.till import Till
from tests.services.conftest import Shop
from tests.services.returning.test_refund_sale import CASHIER, PLAIN, balance, basket, member, sell


@pytest.fixture
def till(shop: Shop) -> Iterator[Till]:
    shop.till.programmes.install(PLAIN.encode())
    yield shop.till
    proof = shop.till.verify.verify()
    assert proof.holds, proof.first


def begun(
    till: Till, sale: Sale, made: Basket, *back: tuple[int, int]
) -> tuple[RefundWish, ExchangeQuote]:
    wish = replace(till.refunds.wish(*back), cause="too_small")
    return wish, till.exchange.quote(sale.id, wish, made, CASHIER)


def difference(till: Till, quote: ExchangeQuote) -> tuple[Tender, ...]:
    """Cash for what is still due."""
    if not quote.due_minor:
        return ()
    return (
        take_cash(
            quote.sale.payable_minor,
            quote.begins,
            given_minor=quote.due_minor,
            rounding=till.shop.details().cash,
        ),
    )


def test_dearer_goods_cost_the_difference_and_both_are_booked_together(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    made = basket(till, 0, 2)
    wish, quote = begun(till, sale, made, (1, 1000))
    assert (quote.refund.total_minor, quote.sale.payable_minor) == (450, 1100)
    assert (quote.due_minor, quote.back_minor) == (650, 0)
    refund, new = till.exchange.complete(
        sale.id, wish, quote, made, difference(till, quote), CASHIER
    )
    assert [(t.number, t.amount_minor) for t in new.tenders] == [(1, 450), (2, 650)]
    assert Told("EXCHANGE", (("number", refund.number),)) in new.told
    with till.book.read() as reader:
        newest = [event.kind for event in reader.journal.events()][-2:]
    assert newest == ["refund", "sale"]


def test_cheaper_goods_give_the_rest_back(till: Till) -> None:
    sale = sell(till, basket(till, 0, 2))
    made = basket(till, 1)
    wish, quote = begun(till, sale, made, (1, 2000))
    assert (quote.due_minor, quote.back_minor) == (0, 650)
    refund, new = till.exchange.complete(sale.id, wish, quote, made, (), CASHIER)
    assert refund.total_minor - new.payable_minor == 650
    assert new.tenders[0].amount_minor == 450


def test_goods_of_an_exchange_go_back_to_the_card_that_really_paid(till: Till) -> None:
    sale = sell(till, basket(till, 1), card=450)
    made = basket(till, 0, 1)
    wish, quote = begun(till, sale, made, (1, 1000))
    _, new = till.exchange.complete(sale.id, wish, quote, made, difference(till, quote), CASHIER)
    assert [(t.kind, t.amount_minor, t.reference) for t in new.tenders] == [
        (TenderKind.CARD, 450, "T-1"),
        (TenderKind.CASH, 100, None),
    ]
    again = replace(till.refunds.wish((1, 1000)), cause="faulty", faulty=True)
    back = till.refunds.quote(new.id, again)
    assert {t.kind.value: t.amount_minor for t in back.tenders} == {"card": 450, "cash": 100}


def test_the_new_goods_are_priced_for_the_member_as_the_refund_leaves_them(till: Till) -> None:
    sale = sell(till, basket(till, 20, member_id=member(till)))
    earned = balance(till)
    made = basket(till, 0, 0, 1, member_id=member(till))
    wish, quote = begun(till, sale, made, (1, 20_000))
    # All came back: it is the first purchase again, and no point of the old sale is left.
    assert [offer.offer_id for offer in quote.sale.offers] == ["first"]
    assert quote.sale.wallets[0].balance == 0 < earned
    till.exchange.complete(sale.id, wish, quote, made, (), CASHIER)
    assert balance(till) == quote.sale.wallets_after[0].balance


def test_quoting_an_exchange_leaves_no_trace(till: Till) -> None:
    sale = sell(till, basket(till, 1, member_id=member(till)))
    with till.book.read() as reader:
        head = reader.journal.head()
    begun(till, sale, basket(till, 1), (1, 1000))
    with till.book.read() as reader:
        assert reader.journal.head() == head
    assert till.refunds.find(sale.id).refunds == ()


def test_the_same_exchange_again_books_nothing(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    made = basket(till, 0, 1)
    wish, quote = begun(till, sale, made, (1, 1000))
    paid = difference(till, quote)
    first = till.exchange.complete(sale.id, wish, quote, made, paid, CASHIER)
    assert till.exchange.complete(sale.id, wish, quote, made, paid, CASHIER) == first


def test_when_either_half_fails_neither_is_booked(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    made = basket(till, 0, 1)
    wish, quote = begun(till, sale, made, (1, 1000))
    with pytest.raises(ServiceRefusal) as fault:
        till.exchange.complete(sale.id, wish, quote, made, (), CASHIER)
    assert fault.value.reason == "UNPAID"
    assert till.refunds.find(sale.id).refunds == ()
    dearer = basket(till, 0, 2)
    with pytest.raises(ServiceRefusal) as fault:
        till.exchange.complete(sale.id, wish, quote, dearer, difference(till, quote), CASHIER)
    assert fault.value.reason == "QUOTE_STALE"
    assert till.refunds.find(sale.id).refunds == ()


CARD_SAVES = """
language = 1
id = "card-saves"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[offer]]
id = "by-card"
scope = "order"
amount = "1.00"
when = { tender = "card" }
"""


@pytest.fixture
def card_saves(till: Till) -> Till:
    """The till under a programme that takes 1.00 off where all of a sale is paid by card."""
    till.programmes.install(CARD_SAVES.encode())
    return till


def sold_by_card(till: Till, made: Basket) -> Sale:
    made = made.paid_by((TenderKind.CARD,))
    payable = till.check_out.quote(made).payable_minor
    return sell(till, made, card=payable)


@pytest.mark.parametrize(
    ("old", "new", "said", "payable", "due", "back"),
    [
        # 3.50 is back on the card, 7.50 is bought.
        ((1,), (0, 0, 0, 1), TenderKind.CASH, 750, 400, 0),
        ((1,), (0, 0, 0, 1), TenderKind.CARD, 650, 300, 0),
        # 6.50 is back on the card and pays all of 5.50, by card alone, whatever is said.
        ((0, 0, 0, 1), (0, 1), TenderKind.CASH, 450, 0, 200),
        ((0, 0, 0, 1), (0, 1), TenderKind.CARD, 450, 0, 200),
        # 4.50 is back and pays all of 5.50 less 1.00: nothing is left that cash could pay.
        ((0, 1), (0, 1), TenderKind.CASH, 450, 0, 0),
    ],
)
def test_an_exchange_costs_what_all_that_pays_it_brings(
    card_saves: Till,
    old: tuple[int, ...],
    new: tuple[int, ...],
    said: TenderKind,
    payable: int,
    due: int,
    back: int,
) -> None:
    till = card_saves
    sale = sold_by_card(till, basket(till, *old))
    made = basket(till, *new).paid_by((said,))
    wish, quote = begun(till, sale, made, (1, old[-1] * 1000))
    assert (quote.sale.payable_minor, quote.due_minor, quote.back_minor) == (payable, due, back)
    paid: tuple[Tender, ...] = ()
    if due and said is TenderKind.CARD:
        number = len(quote.begins) + 1
        paid = (
            Tender(number=number, kind=said, amount_minor=due, given_minor=due, reference="T-2"),
        )
    elif due:
        paid = difference(till, quote)
    _, booked = till.exchange.complete(sale.id, wish, quote, made, paid, CASHIER)
    assert booked.payable_minor == payable


def test_a_difference_that_is_paid_otherwise_than_was_said_is_quoted_again(
    card_saves: Till,
) -> None:
    till = card_saves
    sale = sold_by_card(till, basket(till, 1))
    made = basket(till, 0, 0, 0, 1).paid_by((TenderKind.CARD,))
    wish, quote = begun(till, sale, made, (1, 1000))
    with pytest.raises(ServiceRefusal) as fault:
        till.exchange.complete(sale.id, wish, quote, made, difference(till, quote), CASHIER)
    assert fault.value.reason == "QUOTE_STALE"
    made = made.paid_by((TenderKind.CASH,))
    again = till.exchange.quote(sale.id, wish, made, CASHIER)
    assert (quote.due_minor, again.due_minor) == (300, 400)
    till.exchange.complete(sale.id, wish, again, made, difference(till, again), CASHIER)
