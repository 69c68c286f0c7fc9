"""Head office of a scenario: a fold that no order and no repetition of arrival can change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest

from posloyalty.scenario.head_office import FoldingHeadOffice
from posloyalty.scenario.load import load
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from tests.scenario.played import whole

PIECE = """
[[till]]
code = "T1"
online = false

[[member]]
id = "wang"
lots = { points = 300, earned = 2025-12-31 }
tier = { level = "gold" }
rights = { kind = "voucher", of = "welcome" }
debt = 3

[[when]]
step = "wait"

[programme]
text = '''
[[wallet]]
id = "points"

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }

[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 320 }]
'''
"""


@pytest.fixture
def world(workshop: Workshop) -> Iterator[World]:
    scenario = load(whole(PIECE).encode("utf-8"))
    assert isinstance(scenario, Scenario)
    made = World(scenario.cases[0], workshop)
    yield made
    made.close()


def test_any_order_and_any_number_of_arrivals_give_the_same(world: World) -> None:
    (placed,) = world.tills.values()
    for _ in range(3):
        basket = placed.till.check_out.open_basket()
        basket = basket.add(placed.till.catalogue.search("COFFEE", 1)[0])
        basket = basket.for_member(world.members["wang"], proof="card")
        quote = placed.till.check_out.quote(basket)
        placed.till.check_out.complete(basket, quote, _cash(quote.payable_minor), placed.manager)
        world.pass_to(world.at + timedelta(days=1))
    told = placed.unsent()
    programme, at = placed.programme(world.at), world.at
    known = world.till_books("T1").state("wang")
    assert known is not None
    last = told[-4:]
    for order in permutations(last):
        office = FoldingHeadOffice()
        assert office.receive("T1", told[:-4]) == len(told) - 4
        assert office.receive("T1", (*order, *order)) == 4
        assert office.receive("T1", told) == 0
        state = office.books(programme, at, world.members).state("wang")
        assert state is not None
        assert sorted(state.lots, key=lambda lot: lot.id) == sorted(
            known.lots, key=lambda lot: lot.id
        )
        assert (state.debts, state.holdings, state.purchases) == (
            known.debts,
            known.holdings,
            known.purchases,
        )
        assert {r.id: r.used for r in state.rights} == {r.id: r.used for r in known.rights}
        assert sorted(m.amount for m in state.meters) == sorted(m.amount for m in known.meters)


def test_a_member_of_whom_nothing_was_heard_is_not_known(world: World) -> None:
    (placed,) = world.tills.values()
    books = FoldingHeadOffice().books(placed.programme(world.at), world.at, world.members)
    assert books.member("wang") is None
    assert books.member("nobody") is None


def _cash(due: int):  # type: ignore[no-untyped-def]
    from posloyalty.domain.shop.tender import CashRounding, take_cash

    return (take_cash(due, (), given_minor=due, rounding=CashRounding()),)
