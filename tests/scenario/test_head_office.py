"""Head office of a scenario: a fold that no repetition of arrival can change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from posloyalty.domain.shop.tender import CashRounding, Tender, take_cash
from posloyalty.scenario.head_office import OfficeHere
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


def test_it_knows_what_the_till_knows_however_often_it_is_told(world: World) -> None:
    (placed,) = world.tills.values()
    for _ in range(3):
        basket = placed.till.check_out.open_basket()
        basket = basket.add(placed.till.catalogue.search("COFFEE", 1)[0])
        basket = basket.for_member(world.members["wang"], proof="card")
        quote = placed.till.check_out.quote(basket)
        placed.till.check_out.complete(basket, quote, _cash(quote.payable_minor), placed.manager)
        world.pass_to(world.at + timedelta(days=1))
    told, till_id = placed.unsent(), placed.till.facts.till_id
    programme, at = placed.programme(world.at), world.at
    known = world.till_books("T1").state("wang")
    assert known is not None
    office = OfficeHere()
    office.enrol(placed.till.facts)
    assert office.receive(till_id, told[:-4]).taken == len(told) - 4
    assert office.receive(till_id, told[-2:]).gap_at == told[-4].seq
    assert office.receive(till_id, (*told[-4:], *told[-4:])).taken == 4
    assert office.receive(till_id, told).taken == 0
    state = office.books(programme, at, world.members).state("wang")
    assert state is not None
    assert sorted(state.lots, key=lambda lot: lot.id) == sorted(known.lots, key=lambda lot: lot.id)
    assert (state.debts, state.holdings, state.purchases) == (
        known.debts,
        known.holdings,
        known.purchases,
    )
    assert {r.id: r.used for r in state.rights} == {r.id: r.used for r in known.rights}
    assert sorted(m.amount for m in state.meters) == sorted(m.amount for m in known.meters)
    assert office.answer(till_id, at).tellings == ()


def test_a_member_of_whom_nothing_was_heard_is_not_known(world: World) -> None:
    (placed,) = world.tills.values()
    books = OfficeHere().books(placed.programme(world.at), world.at, world.members)
    assert books.member("wang") is None
    assert books.member("nobody") is None


def _cash(due: int) -> tuple[Tender, ...]:
    return (take_cash(due, (), given_minor=due, rounding=CashRounding()),)
