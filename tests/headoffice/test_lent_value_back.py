"""What a return spends is lent: cards and passes whose money goes out, and what campaigns give for
goods that come back. Real books, a real desk, nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.engine.stored_value import card_id
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.lending.lent_rights import right_asset
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.office.soundness import CLONE, freeze
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset
from tests.headoffice.a_chain import (
    CARD,
    GIFT_CARDS,
    MEMBER,
    Chain,
    Placed,
    alone,
    in_reach,
    out_of_reach,
)
from tests.headoffice.a_published_chain import asking_back, pass_minutes, published
from tests.headoffice.judged import judged
from tests.headoffice.test_lent_uses import DEAR, PASSES, asks, named, the_pass
from tests.headoffice.test_stored_value import CODE, by_card
from tests.services.counter import goods

SORRY = """
[[campaign]]
id = "sorry"
name = { en = "Sorry" }
status = "approved"
budget = { count = 3 }

[[rule]]
id = "for-a-fault"
name = { en = "For a fault" }
trigger = "return"
goods = "faulty"
campaign = "sorry"
gives = { voucher = "welcome" }
"""
MORE = GIFT_CARDS + PASSES + SORRY


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """In the end head office verifies, and nothing was spent twice."""
    with published(tmp_path, database_url, MORE) as found:
        yield found
        while found.office.follow():
            pass
        assert judged(found.office).variances == {}
        assert named(found) == []


@dataclass(frozen=True)
class Sold:
    """A card of 50.00, or a pass of three uses for 60.00: how much it is of what is lent."""

    chain: Chain
    sale: Sale
    asset: Asset
    amount: int
    reserved_at: Callable[[Placed], Reservation]

    @property
    def one(self) -> Placed:
        return self.chain.tills[0]

    @property
    def other(self) -> Placed:
        return self.chain.tills[1]

    def wish(self, kind: RefundKind = RefundKind.RETURN) -> RefundWish:
        refunds = self.one.shop.till.refunds
        return replace(refunds.wish((1, 1_000), kind=kind), cause="unwanted", seen="id_card")

    def asks(self, wish: RefundWish) -> Reservation:
        return asking_back(self.one).of_sale(self.sale.id, wish)

    def comes_back(self, wish: RefundWish) -> Refund:
        till = self.one.shop.till
        quote = till.refunds.quote(self.sale.id, wish)
        return till.refunds.complete(self.sale.id, wish, quote, self.one.shop.manager)

    def held(self) -> int:
        till = self.one.shop.till
        with till.book.read() as reader:
            return left_in(leases_of(reader, self.asset, till.clock.now().date()))

    def why_not(self) -> str:
        """What the list of the receipt's lines says."""
        refunds = self.one.shop.till.refunds
        refused = refunds.refused_lines(refunds.find(self.sale.id))
        return refused[1].reason if refused else ""


@pytest.fixture(params=["card", "pass"])
def sold(chain: Chain, request: pytest.FixtureRequest) -> Sold:
    """The first till sold it; nobody has heard of it yet."""
    chain.clock.pass_time(timedelta(minutes=1))
    counter = chain.tills[0].counter
    basket = counter.till.check_out.open_basket()
    if request.param == "card":
        sale = counter.book(basket.add(CARD, unit_price_minor=5_000, card=CODE))
        return Sold(chain, sale, card_asset(card_id(CODE)), 5_000, pays)
    sale = counter.book(basket.add(goods(DEAR), unit_price_minor=6_000).for_member(MEMBER))
    return Sold(chain, sale, right_asset(the_pass(chain.tills[0])), 3, asks)


@pytest.fixture
def known(sold: Sold) -> Sold:
    """Everybody knows of it, and no till holds all of it."""
    pass_minutes(sold.chain, 11)
    assert sold.held() < sold.amount
    return sold


def pays(till: Placed) -> Reservation:
    """A sale that the card pays for, not booked yet."""
    return till.reserve(*by_card(till))


def test_in_reach_what_is_left_is_held_aside_before_its_money_goes_out(known: Sold) -> None:
    wish = known.wish()
    before = known.held()
    found = known.asks(wish)
    assert found.short == ()
    assert known.held() == known.amount
    assert found.lent == 1_000 + known.amount - before  # the right to return it, and what it holds
    assert known.comes_back(wish).total_minor in (5_000, 6_000)
    known.chain.talk()
    assert known.held() == 0


@pytest.mark.long(
    beside="tests/headoffice/test_lent_conversions.py::test_in_reach_nobody_takes_what_was_not_asked_for"
)
def test_in_reach_no_money_goes_out_that_was_not_asked_for(known: Sold) -> None:
    with pytest.raises(ServiceRefusal, match="VALUE_BACK_HELD"):
        known.comes_back(known.wish())


@pytest.mark.long(beside="test_in_reach_what_is_left_is_held_aside_before_its_money_goes_out")
def test_in_reach_what_another_till_is_about_to_use_does_not_come_back(known: Sold) -> None:
    assert known.reserved_at(known.other).lent
    wish = known.wish()
    (short,) = known.asks(wish).short
    assert (short.asset, [one.store for one in short.elsewhere]) == (known.asset, ["S2"])
    with pytest.raises(ServiceRefusal, match="VALUE_BACK_HELD"):
        known.comes_back(wish)


@pytest.mark.long(beside="test_in_reach_what_is_left_is_held_aside_before_its_money_goes_out")
def test_what_came_back_is_used_at_no_other_till_that_has_not_heard_of_it(known: Sold) -> None:
    wish = known.wish()
    assert known.asks(wish).short == ()
    known.comes_back(wish)
    assert known.reserved_at(known.other).lent == 0
    known.chain.talk()


@pytest.mark.long(sample=1)
def test_out_of_reach_it_waits_and_the_receipts_line_says_so(known: Sold) -> None:
    assert known.why_not() == ""
    out_of_reach(known.one)
    assert known.why_not() == "VALUE_BACK_NOT_LENT"
    with pytest.raises(ServiceRefusal, match="VALUE_BACK_NOT_LENT"):
        known.comes_back(known.wish())
    in_reach(known.chain)
    assert known.why_not() == ""


@pytest.mark.long(
    beside="tests/headoffice/test_stored_value.py::test_what_was_held_aside_before_the_line_broke_pays"
)
def test_what_was_held_aside_before_the_line_broke_comes_back(known: Sold) -> None:
    wish = known.wish()
    known.asks(wish)
    out_of_reach(known.one)
    assert known.comes_back(wish).total_minor in (5_000, 6_000)
    in_reach(known.chain)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("kind", [RefundKind.RETURN, RefundKind.VOID])
def test_out_of_reach_what_head_office_has_not_heard_of_comes_back(
    sold: Sold, kind: RefundKind
) -> None:
    out_of_reach(sold.one)
    assert sold.why_not() == ""
    assert sold.comes_back(sold.wish(kind)).total_minor in (5_000, 6_000)
    in_reach(sold.chain)


@pytest.mark.long(
    beside="tests/headoffice/test_lent_conversions.py::test_a_till_that_was_copied_takes_none"
)
def test_a_till_that_was_copied_pays_none_back(known: Sold) -> None:
    with known.one.shop.till.book.write() as unit:
        freeze(unit.settings, CLONE, 0)
        unit.commit()
    known.one.shop.till.lending.forget()
    assert known.why_not() == "USE_TILL_NOT_SOUND"


@pytest.mark.long(
    beside="tests/headoffice/test_lent_rewards.py::test_a_till_that_is_alone_gives_whatever_there_is"
)
def test_a_till_that_is_alone_takes_whatever_there_is(known: Sold) -> None:
    alone(known.one)
    wish = known.wish()
    assert known.asks(wish) == Reservation()
    known.comes_back(wish)


def faulty(till: Placed) -> int:
    """An article comes back as faulty as the counter does it, which quotes before it asks; returns
    how many vouchers came.
    """
    real = till.shop.till
    sale = till.counter.sell()
    wish = replace(real.refunds.wish((1, 1_000)), cause="faulty", faulty=True)
    quote, before = real.refunds.quote(sale.id, wish), vouchers(till)
    assert asking_back(till).of_sale(sale.id, wish).short == ()
    real.refunds.complete(sale.id, wish, quote, till.shop.manager)
    return vouchers(till) - before


def vouchers(till: Placed) -> int:
    with till.shop.till.book.read() as reader:
        return sum(right.of == "welcome" for right in reader.ledger.rights_of(MEMBER))


def test_a_return_asks_for_what_campaigns_give_for_it(chain: Chain) -> None:
    one, other = chain.tills
    pass_minutes(chain, 11)  # of three, each till holds one
    assert [faulty(one), faulty(one)] == [1, 1]  # its own, and the one that was free
    assert faulty(other) == 1
    assert [faulty(one), faulty(other)] == [0, 0]  # and the goods come back all the same
    chain.talk()


@pytest.mark.long(beside="test_a_return_asks_for_what_campaigns_give_for_it")
def test_out_of_reach_a_return_gives_what_was_lent_of_a_campaign(chain: Chain) -> None:
    one = chain.tills[0]
    pass_minutes(chain, 11)
    out_of_reach(one)
    assert [faulty(one), faulty(one)] == [1, 0]
    in_reach(chain)
