"""Campaigns' budgets and limited stock at several tills: real books, a real desk, no overdraft."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.leases import AssetKind
from posloyalty.sync.office.deciding import budget_asset
from posloyalty.sync.wire.lending import LEASES, RESERVE
from tests.headoffice.a_chain import Chain, Placed, opened_chain, out_of_reach
from tests.headoffice.a_published_chain import pass_minutes, published

BUDGETS = """
[[campaign]]
id = "spring"
name = { en = "Spring" }
status = "approved"
budget = { money = "100.00", mode = "reject" }

[[offer]]
id = "ten-off"
name = { en = "Ten off" }
scope = "order"
amount = "10.00"
campaign = "spring"

[[campaign]]
id = "mugs"
name = { en = "Mugs" }
status = "approved"
budget = { count = 3 }

[[voucher]]
id = "mug"
name = { en = "A mug" }
amount = "1.00"

[[rule]]
id = "a-mug"
trigger = "sale"
campaign = "mugs"
gives = { voucher = "mug" }
"""

AT_COST = """
[[campaign]]
id = "towels"
name = { en = "Towels" }
status = "approved"
budget = { shop_cost = "20.00" }

[[offer]]
id = "towel"
name = { en = "Something off towels" }
scope = "order"
amount = "4.00"
campaign = "towels"

[[campaign]]
id = "soaps"
name = { en = "Soaps" }
status = "approved"
budget = { shop_cost = "20.00" }

[[reward]]
id = "soap"
name = { en = "A soap" }
amount = "5.00"
shop_cost = "2.00"
auto_use = "always"
limit = [{ most = 100, per = "lifetime" }]
campaign = "soaps"
"""


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills and a programme that head office has published; in the end it verifies."""
    with published(tmp_path, database_url, BUDGETS) as found:
        yield found


@pytest.fixture
def at_cost(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The same with an offer, which costs what it takes off, and a reward, which costs less."""
    with published(tmp_path, database_url, AT_COST) as found:
        yield found


def held(till: Placed, campaign: str = "spring", unit: LimitUnit = LimitUnit.MONEY) -> int:
    """What a till holds of a budget."""
    shop = till.shop.till
    with shop.book.read() as reader:
        programme = shop.programmes.at(reader, shop.clock.now())
        assert programme is not None
        declared = programme.find(Campaign, campaign)
        assert declared is not None
        asset = budget_asset(programme.id, declared, unit)
        return left_in(leases_of(reader, asset, shop.clock.now().date()))


def mugs(till: Placed) -> int:
    return held(till, "mugs", LimitUnit.COUNT)


def rung(till: Placed, *, asks: bool = True) -> tuple[Sale, Reservation]:
    """A sale as the counter rings it: what campaigns would give is asked for while it is open."""
    basket = till.counter.basket()
    found = till.way.reserving.reserve(Spending(basket=basket)) if asks else Reservation()
    return till.counter.book(basket), found


def off(sale: Sale) -> int:
    """What the campaign's offer took off."""
    return sum(one.amount_minor for one in sale.offers if one.offer_id == "ten-off")


def towels(till: Placed, *, asks: bool = True) -> int:
    """How often a sale brings the offer."""
    return brought(rung(till, asks=asks)[0])


def brought(sale: Sale, what: str = "towel") -> int:
    return sum(one.offer_id == what for one in sale.offers)


def held_at_cost(till: Placed) -> int:
    return held(till, "towels", LimitUnit.SHOP_COST)


def given_mugs(chain: Chain) -> int:
    """How many mugs head office knows of."""
    with chain.office.database.write() as connection:
        rights = chain.office.head_office(connection).fold(b"m" * 16).rights
    return sum(right.of == "mug" for right in rights)


@pytest.mark.long(beside="test_a_campaign_is_lent_under_its_own_name_alone")
def test_before_a_programme_is_published_tills_go_by_what_they_heard(tmp_path: Path) -> None:
    with opened_chain(tmp_path, more=BUDGETS) as found:
        found.talk()
        one = found.tills[0]
        assert not one.shop.till.lending.lends_budgets
        assert [off(rung(one)[0]), held(one)] == [1_000, 0]
        assert RESERVE not in one.way.network.asked


def test_each_till_holds_its_part_in_quiet_moments(chain: Chain) -> None:
    assert [held(till) for till in chain.tills] == [500, 500]  # a twentieth
    assert [mugs(till) for till in chain.tills] == [1, 1]
    for till in chain.tills:
        till.way.network.asked.clear()
    chain.talk()
    assert all(LEASES not in till.way.network.asked for till in chain.tills)  # and has enough


@pytest.mark.long(beside="test_of_three_mugs_two_tills_give_three")
def test_a_sale_in_reach_asks_for_what_the_campaign_would_give(chain: Chain) -> None:
    one = chain.tills[0]
    sale, found = rung(one)
    assert (off(sale), found.gives_more, found.short) == (1_000, True, ())
    assert off(rung(one, asks=False)[0]) == 0  # without asking it has too little
    pass_minutes(chain, 11)
    assert held(one) == 500  # its part again


@pytest.mark.long(beside="test_of_three_mugs_two_tills_give_three")
def test_tills_in_reach_give_the_whole_budget_and_not_a_cent_more(chain: Chain) -> None:
    one, other = chain.tills
    given = 0
    for till in (one, other, one, other, one, other, one, other, one, other, one, other, one):
        given += off(rung(till)[0])
        pass_minutes(chain, 2)  # who holds something for later is asked for it meanwhile
    assert given == 10_000
    assert off(rung(other)[0]) == 0


@pytest.mark.long(beside="test_of_three_mugs_two_tills_give_three")
def test_what_is_used_up_is_not_asked_for_with_every_article(chain: Chain) -> None:
    one, other = chain.tills
    for _ in range(10):
        assert off(rung(one)[0]) == 1_000
        one.talk()
    other.way.network.asked.clear()
    for _ in range(4):
        assert off(rung(other)[0]) == 0
    assert other.way.network.asked.count(RESERVE) == 2  # for the offer once, for a mug once
    pass_minutes(chain, 2)
    rung(other)
    assert other.way.network.asked.count(RESERVE) == 4  # some may have come back by now


def test_out_of_reach_a_till_gives_what_it_holds(chain: Chain) -> None:
    one, other = chain.tills
    basket = one.counter.basket()
    one.way.reserving.reserve(Spending(basket=basket))
    for till in chain.tills:
        out_of_reach(till)
    assert off(one.counter.book(basket)) == 1_000
    assert off(rung(one)[0]) == 0
    assert off(rung(other)[0]) == 0  # 5.00 are less than the offer gives


def test_of_three_mugs_two_tills_give_three(chain: Chain) -> None:
    one, other = chain.tills
    for till in chain.tills:
        out_of_reach(till)
    for till in (one, other, one, other):
        rung(till)
    for till in chain.tills:
        till.way.network.troubles = []
    pass_minutes(chain, 6)
    assert given_mugs(chain) == 2  # one lay at each till, one at head office
    rung(one)
    rung(other)
    pass_minutes(chain, 2)
    assert given_mugs(chain) == 3


def test_a_campaign_is_lent_under_its_own_name_alone(chain: Chain) -> None:
    one = chain.tills[0]
    shop = one.shop.till
    with shop.book.read() as reader:
        programme = shop.programmes.at(reader, shop.clock.now())
    assert programme is not None
    declared = programme.find(Campaign, "spring")
    assert declared is not None
    asset = budget_asset(programme.id, declared)
    with chain.office.database.write() as connection:
        office = chain.office.desk._answers
        from_rules = chain.office.head_office(connection, rules=office.rules_on(connection))
        for key, there in ((asset.key, 10_000), ("chain/other", 0)):
            named = type(asset)(AssetKind.BUDGET, key, asset.owner)
            owned = from_rules.owned(
                named, chain.clock.now().date(), at=chain.clock.now(), zone=programme.zone
            )
            assert owned == there


def test_of_a_budget_at_cost_a_till_holds_its_part_and_asks_for_what_a_gift_costs(
    at_cost: Chain,
) -> None:
    one = at_cost.tills[0]
    assert [held_at_cost(till) for till in at_cost.tills] == [100, 100]  # a twentieth
    assert towels(one, asks=False) == 0  # 1.00 pays for no towel
    assert [towels(one), held_at_cost(one)] == [1, 0]


@pytest.mark.long(
    beside="test_of_a_budget_at_cost_a_till_holds_its_part_and_asks_for_what_a_gift_costs"
)
def test_tills_in_reach_give_for_the_whole_budget_at_cost_and_no_more(at_cost: Chain) -> None:
    one, other = at_cost.tills
    given = 0
    for till in (one, other, one, other, one, other, one):
        given += towels(till)
        pass_minutes(at_cost, 2)
    assert given == 5
    assert towels(other) == 0


def test_out_of_reach_tills_give_of_a_budget_at_cost_what_they_hold(at_cost: Chain) -> None:
    one, other = at_cost.tills
    basket = one.counter.basket()
    one.way.reserving.reserve(Spending(basket=basket))
    for till in at_cost.tills:
        out_of_reach(till)
    assert brought(one.counter.book(basket)) == 1
    assert [towels(till) for till in (one, other, one, other)] == [0, 0, 0, 0]


def test_the_reward_that_uses_a_budget_up_is_honoured_whole(at_cost: Chain) -> None:
    other = at_cost.tills[1]
    out_of_reach(other)
    assert held(other, "soaps", LimitUnit.SHOP_COST) == 100  # less than one costs
    assert [brought(rung(other)[0], "soap") for _ in range(3)] == [1, 0, 0]
