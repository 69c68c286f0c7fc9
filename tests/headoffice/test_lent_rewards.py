"""Points that a reward costs inside a sale are lent like points that pay: nobody spends them twice.

Two kinds of points: "points" lower a price too, so that a point has a worth; "stars" only buy
rewards, so that a star is worth what the dearest of them takes off for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.programme.kinds.reward import REWARD
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import Basket, Chosen, Redemption
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.office.soundness import CLONE, freeze
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.leases import AGAIN_MS, Asset, AssetKind
from posloyalty.sync.risk_policy import RiskPolicy
from tests.headoffice.a_chain import MEMBER, Chain, Placed, alone, in_reach, out_of_reach
from tests.headoffice.a_published_chain import pass_minutes, published, talk_and_publish
from tests.headoffice.judged import judged
from tests.headoffice.policies import adopt_policy
from tests.headoffice.test_lent_uses import named
from tests.services.counter import goods, paid

MORE = """
[[wallet]]
id = "stars"
name = { en = "Stars" }
unit = "stamps"

[[earn]]
id = "star"
name = { en = "Star" }
wallet = "stars"
per_piece = { points = 2 }

[[reward]]
id = "tea"
name = { en = "Tea" }
wallet = "points"
cost = 2500
amount = "12.00"

[[reward]]
id = "mug"
name = { en = "Mug" }
wallet = "stars"
cost = 3
amount = "9.00"

[[reward]]
id = "pen"
name = { en = "Pen" }
wallet = "points"
cost = 1000
amount = "3.00"
"""


@dataclass(frozen=True)
class Buys:
    """A reward: what it costs of a wallet, and what it takes off."""

    of: str
    wallet: str
    cost: int
    off_minor: int

    @property
    def asset(self) -> Asset:
        return Asset(AssetKind.POINTS, f"chain/{self.wallet}", MEMBER)

    @property
    def chosen(self) -> Chosen:
        return Chosen(kind=REWARD, of=self.of)


TEA = Buys("tea", "points", 2500, 1200)
MUG = Buys("mug", "stars", 3, 900)
PEN = Buys("pen", "points", 1000, 300)
WAYS = pytest.mark.parametrize("buys", [TEA, MUG], ids=lambda one: one.of)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The member has 4,000 points and 4 stars, which every till knows of and none was lent: enough
    for one tea and one mug. In the end head office verifies, and found nothing odd about any sale.
    """
    with with_points(tmp_path, database_url, MORE) as found:
        yield found


@pytest.fixture
def by_itself(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The same where a mug is given without anybody choosing it."""
    more = MORE.replace('id = "mug"', 'id = "mug"\nauto_use = "always"')
    with with_points(tmp_path, database_url, more) as found:
        yield found


@contextmanager
def with_points(folder: Path, url: str, more: str) -> Iterator[Chain]:
    with published(folder, url, more, then=sold_points) as found:
        assert [held(till, one) for till in found.tills for one in (TEA, MUG)] == [0] * 4
        yield found
        while found.office.follow():
            pass
        assert judged(found.office).variances == {}
        assert named(found) == []


def sold_points(chain: Chain, more: str) -> None:
    talk_and_publish(chain, more)
    # Nothing that pays is lent ahead, so that the figures are those of the sales.
    adopt_policy(chain.office.administration, replace(RiskPolicy(), lease_minor=0))
    chain.talk()
    for till in chain.tills:
        till.counter.sell()
    pass_minutes(chain, 11)


def rung(till: Placed, *chosen: Buys, pays: int = 0) -> Basket:
    """An article at 20.00 for the member, who chose rewards and pays with points."""
    basket = till.shop.till.check_out.open_basket().for_member(MEMBER, proof=CARD_PROOF)
    basket = basket.add(goods(1))
    for one in chosen:
        basket = basket.choosing(one.chosen)
    wish = Redemption(wallet="points", points=pays) if pays else None
    return basket.redeeming(wish, wallet="points")


def asks(till: Placed, basket: Basket) -> Reservation:
    return till.way.reserving.reserve(Spending(basket=basket))


def off(till: Placed, basket: Basket) -> int:
    """What the sale's rewards take off; it is booked as quoted."""
    quote = till.counter.quote(basket)
    till.counter.pay(basket, quote, paid(quote))
    return sum(one.amount_minor for one in quote.offers)


def held(till: Placed, buys: Buys) -> int:
    with till.shop.till.book.read() as reader:
        return left_in(leases_of(reader, buys.asset, till.shop.till.clock.now().date()))


def has(till: Placed, buys: Buys) -> int:
    wallets = till.counter.quote(rung(till)).wallets
    return next(one.balance for one in wallets if one.wallet == buys.wallet)


def why_not(till: Placed, basket: Basket, buys: Buys) -> list[Reason]:
    """Why a reward does not apply in a sale."""
    refused = till.counter.quote(basket).refused
    return [why for one in refused if one.offer_id == buys.of for why in one.reasons]


@pytest.mark.long(sample=1)
@WAYS
def test_a_reward_in_reach_is_asked_for_and_given(chain: Chain, buys: Buys) -> None:
    one = chain.tills[0]
    basket = rung(one, buys)
    found = asks(one, basket)
    assert (found.lent, found.short) == (buys.cost, ())
    assert off(one, basket) == buys.off_minor
    assert held(one, buys) == 0
    chain.talk()
    assert has(one, buys) == has(chain.tills[1], buys)


@pytest.mark.long(
    beside="tests/headoffice/test_lent_takes.py::test_two_tills_in_reach_do_not_both_give_for_the_same_card"
)
@WAYS
def test_two_tills_in_reach_do_not_both_have_a_reward(chain: Chain, buys: Buys) -> None:
    one, other = chain.tills
    first, second = rung(one, buys), rung(other, buys)
    assert asks(one, first).short == ()
    (short,) = asks(other, second).short
    assert short.wallet == buys.wallet
    assert short.leaves == (buys.chosen,)
    assert off(one, first) == buys.off_minor
    assert off(other, second) == 0
    chain.talk()
    assert has(one, buys) == has(other, buys)


@pytest.mark.long(sample=1)
@WAYS
def test_in_reach_nobody_has_a_reward_that_was_not_asked_for(chain: Chain, buys: Buys) -> None:
    one = chain.tills[0]
    with pytest.raises(ServiceRefusal, match="LEASE_SHORT") as refused:
        off(one, rung(one, buys))
    assert refused.value.facts == {"wallet": buys.wallet, "most_points": 0}


@pytest.mark.long(sample=1)
@WAYS
def test_out_of_reach_a_reward_waits_that_was_not_lent(chain: Chain, buys: Buys) -> None:
    one = chain.tills[0]
    out_of_reach(one)
    basket = rung(one, buys)
    here, bound = why_not(one, basket, buys)
    most = 500 if buys is TEA else 1  # what 5.00 at the merchant's risk buys: 1.00 is 100 points,
    # and a star is worth 3.00
    assert here.code == "POINTS_HERE"
    assert (here.fact("most_points"), here.fact("needed_points")) == (most, buys.cost)
    assert bound.code == "FLOOR_USED_UP"
    assert off(one, basket) == 0
    in_reach(chain)


@pytest.mark.long(beside="test_out_of_reach_a_reward_comes_by_itself_only_where_it_was_lent")
@WAYS
def test_what_was_lent_before_the_line_broke_buys_the_reward(chain: Chain, buys: Buys) -> None:
    one, other = chain.tills
    basket = rung(one, buys)
    asks(one, basket)
    for till in chain.tills:
        out_of_reach(till)
    assert off(one, basket) == buys.off_minor
    assert off(other, rung(other, buys)) == 0
    in_reach(chain)
    assert has(one, buys) == has(other, buys)


def test_out_of_reach_a_small_rest_of_a_reward_is_the_merchants_risk(chain: Chain) -> None:
    one = chain.tills[0]
    asks(one, rung(one, pays=2_000))
    out_of_reach(one)
    assert held(one, TEA) == 2_000
    assert off(one, rung(one, TEA)) == TEA.off_minor  # 500 more, worth 5.00
    assert off(one, rung(one, TEA)) == 0  # once in a spell
    in_reach(chain)


@pytest.mark.long(beside="test_out_of_reach_a_reward_and_a_payment_are_within_one_lease")
def test_a_reward_and_a_payment_of_one_wallet_are_asked_for_together(chain: Chain) -> None:
    one = chain.tills[0]
    basket = rung(one, TEA, pays=800)
    assert asks(one, basket).lent == TEA.cost + 800
    quote = one.counter.quote(basket)
    assert (quote.payable_minor, held(one, TEA)) == (0, TEA.cost + 800)
    one.counter.pay(basket, quote, paid(quote))
    assert held(one, TEA) == 0
    chain.talk()


def test_out_of_reach_a_reward_and_a_payment_are_within_one_lease(chain: Chain) -> None:
    one = chain.tills[0]
    asks(one, rung(one, TEA))
    out_of_reach(one)
    basket = rung(one, TEA, pays=800)
    quote = one.counter.quote(basket)
    # the reward takes what was lent, and 5.00 of the 8.00 are at the merchant's risk
    assert [one.most_points for one in quote.usable] == [500]
    assert quote.redemptions == ()
    assert off(one, basket.redeeming(Redemption(wallet="points", points=500), wallet="points"))
    in_reach(chain)


@pytest.mark.long(beside="test_out_of_reach_a_reward_and_a_payment_are_within_one_lease")
def test_two_rewards_are_within_one_lease(chain: Chain) -> None:
    one = chain.tills[0]
    asks(one, rung(one, TEA))
    out_of_reach(one)
    one.shop.till.lending.adopt(replace(RiskPolicy(), floor_minor=0))
    basket = rung(one, TEA, PEN)
    assert why_not(one, rung(one, PEN), PEN) == []
    assert off(one, basket) == TEA.off_minor  # 2,500 of 4,000 points were lent
    in_reach(chain)


def test_less_is_paid_with_points_before_a_reward_is_left_out(chain: Chain) -> None:
    one, other = chain.tills
    assert asks(other, rung(other, pays=1_000)).lent == 1_000
    (short,) = asks(one, rung(one, TEA, pays=800)).short  # 3,000 are free of the 3,300
    assert (short.missing, short.leaves) == (300, ())


@pytest.mark.long(beside="test_a_reward_in_reach_is_asked_for_and_given")
def test_what_others_gave_back_meanwhile_is_had_by_the_next_asking(chain: Chain) -> None:
    one, other = chain.tills
    asks(other, rung(other, MUG))
    basket = rung(one, MUG)
    assert asks(one, basket).short != ()
    (_, why) = why_not(one, basket, MUG)
    assert why.code == "HELD_ELSEWHERE"
    chain.clock.pass_time(timedelta(milliseconds=AGAIN_MS))
    assert why_not(one, basket, MUG) == []  # it may be asked for again
    pass_minutes(chain, 11)
    assert asks(one, basket).short == ()
    assert off(one, basket) == MUG.off_minor


@pytest.mark.long(
    beside="tests/headoffice/test_lent_conversions.py::test_a_till_that_was_copied_takes_none"
)
@WAYS
def test_a_till_that_was_copied_gives_no_reward(chain: Chain, buys: Buys) -> None:
    one = chain.tills[0]
    asks(one, rung(one, buys))
    with one.shop.till.book.write() as unit:
        freeze(unit.settings, CLONE, 0)
        unit.commit()
    one.shop.till.lending.forget()
    (_, why) = why_not(one, rung(one, buys), buys)
    assert why.code == "TILL_NOT_SOUND"


@WAYS
def test_a_till_that_is_alone_gives_whatever_there_is(chain: Chain, buys: Buys) -> None:
    one = chain.tills[0]
    alone(one)
    basket = rung(one, buys)
    assert asks(one, basket) == Reservation()
    assert off(one, basket) == buys.off_minor


@pytest.mark.long(beside="test_out_of_reach_a_reward_comes_by_itself_only_where_it_was_lent")
def test_a_reward_that_comes_by_itself_is_asked_for_too(by_itself: Chain) -> None:
    one, other = by_itself.tills
    first, second = rung(one), rung(other)
    assert asks(one, first).lent == MUG.cost
    (short,) = asks(other, second).short
    assert (short.asset, short.missing, short.leaves) == (MUG.asset, 2, ())  # nobody chose it
    assert (off(one, first), off(other, second)) == (MUG.off_minor, 0)
    by_itself.talk()
    assert has(one, MUG) == has(other, MUG)


def test_out_of_reach_a_reward_comes_by_itself_only_where_it_was_lent(by_itself: Chain) -> None:
    one, other = by_itself.tills
    asks(one, rung(one))
    for till in by_itself.tills:
        out_of_reach(till)
    assert [off(till, rung(till)) for till in (other, one)] == [0, MUG.off_minor]
    in_reach(by_itself)
    assert has(one, MUG) == has(other, MUG)


@pytest.mark.long(
    beside="tests/headoffice/test_lent_takes.py::test_the_till_that_a_member_comes_to_holds_the_stamps_of_a_card_that_is_nearly_full"
)
def test_in_quiet_moments_the_till_of_most_visits_is_lent_what_a_reward_costs(
    chain: Chain,
) -> None:
    one, other = chain.tills
    one.counter.sell()  # 6 stars, and two of three visits were here
    pass_minutes(chain, 11)
    assert (held(one, MUG), held(other, MUG)) == (MUG.cost, 0)
    for till in chain.tills:
        out_of_reach(till)
    assert off(one, rung(one, MUG)) == MUG.off_minor
    assert off(other, rung(other, MUG)) == 0
    in_reach(chain)
