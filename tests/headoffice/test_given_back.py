"""A voucher that goods give back is used again where they came back, before anybody else hears of
it: in an exchange and after a return, in reach and out of it; real books, a real desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from tests.headoffice.a_chain import Chain, Placed, out_of_reach
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.services.counter import paid

OFF = 800  # what the voucher takes off


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The member has a voucher, and everybody knows; in the end head office verifies."""
    with chain_after(sold_and_talked, tmp_path, url=database_url) as found:
        yield found
        for till in found.tills:
            till.way.network.troubles = []
        found.clock.pass_time(timedelta(minutes=6))
        found.talk()
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first
        with found.office.database.write() as connection:
            assert not found.office.head_office(connection).alerts()


@pytest.fixture
def voucher(chain: Chain) -> Chosen:
    (proposal,) = chain.tills[0].counter.quote(chain.tills[0].counter.basket()).proposals
    assert isinstance(proposal.choice, Chosen)
    return proposal.choice


@pytest.fixture
def sale(chain: Chain, voucher: Chosen) -> Sale:
    """A sale at the first till that used it, of which everybody has heard."""
    one = chain.tills[0]
    basket = one.counter.basket().choosing(voucher)
    assert one.reserve(basket).lent == 1
    sold = one.counter.book(basket)
    assert sold.offers_minor == OFF
    chain.talk()
    chain.clock.pass_time(timedelta(seconds=1))
    return sold


def with_voucher(till: Placed, voucher: Chosen) -> Basket:
    return till.counter.basket(article=2).choosing(voucher)


def wished(till: Placed) -> RefundWish:
    return replace(till.shop.till.refunds.wish((1, 1_000)), cause="wrong")


def back(till: Placed, sale: Sale) -> None:
    refunds, wish = till.shop.till.refunds, wished(till)
    refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), till.shop.manager)


def bought(till: Placed, voucher: Chosen) -> Sale:
    """Another article with the voucher, as the counter does it: quote, reserve, pay."""
    basket = with_voucher(till, voucher)
    quote = till.counter.quote(basket)
    assert till.way.reserving.reserve(Spending(basket=basket, quote=quote)).short == ()
    return till.counter.pay(basket, quote, paid(quote))


def test_in_an_exchange_head_office_is_not_asked_for_what_it_takes_for_used(
    chain: Chain, voucher: Chosen, sale: Sale
) -> None:
    one, other = chain.tills
    exchange, wish, manager = one.shop.till.exchange, wished(one), one.shop.manager
    basket = with_voucher(one, voucher)
    quote = exchange.quote(sale.id, wish, basket, manager)
    assert quote.sale.offers_minor == OFF
    assert quote.given_back == {voucher.right_id}
    spending = Spending(basket=basket, quote=quote.sale, own=quote.given_back)
    assert one.way.reserving.reserve(spending).short == ()
    difference = paid(replace(quote.sale, payable_minor=quote.due_minor))
    difference = tuple(replace(tender, number=2) for tender in difference)
    _, new = exchange.complete(sale.id, wish, quote, basket, difference, manager)
    assert new.offers_minor == OFF
    chain.talk()
    # Given back once and used once: nobody has it any more.
    assert other.counter.quote(with_voucher(other, voucher)).offers_minor == 0


def test_after_a_return_that_is_still_on_its_way_it_is_used_at_once(
    chain: Chain, voucher: Chosen, sale: Sale
) -> None:
    one = chain.tills[0]
    back(one, sale)
    assert bought(one, voucher).offers_minor == OFF


def test_out_of_reach_it_is_used_where_the_goods_came_back_and_nowhere_else(
    chain: Chain, voucher: Chosen, sale: Sale
) -> None:
    one, other = chain.tills
    out_of_reach(one)
    out_of_reach(other)
    chain.clock.pass_time(timedelta(minutes=1))
    back(one, sale)
    assert other.counter.quote(with_voucher(other, voucher)).offers_minor == 0
    assert bought(one, voucher).offers_minor == OFF


def test_once_head_office_has_heard_of_it_one_till_may_have_it_and_no_other(
    chain: Chain, voucher: Chosen, sale: Sale
) -> None:
    one, other = chain.tills
    back(one, sale)
    chain.talk()
    assert other.reserve(with_voucher(other, voucher)).lent == 1
    with pytest.raises(ServiceRefusal, match="RIGHT_HELD"):
        one.counter.book(with_voucher(one, voucher))
    basket = with_voucher(one, voucher)
    (short,) = one.reserve(basket).short
    assert short.right_id == voucher.right_id
    assert one.counter.quote(basket).offers_minor == 0
    assert other.counter.book(with_voucher(other, voucher)).offers_minor == OFF
