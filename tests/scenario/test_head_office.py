"""Head office of a scenario: a fold that no repetition of arrival can change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from posloyalty.domain.members.member import IdentifierKind, MemberStatus, Profile
from posloyalty.domain.shop.basket import Redemption
from posloyalty.domain.shop.tender import CashRounding, Tender, take_cash
from posloyalty.scenario.head_office import OfficeHere
from posloyalty.scenario.load import load
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from posloyalty.services.refusal import ServiceRefusal
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


TWO = """
[[till]]
code = "T1"

[[till]]
code = "T2"

[[member]]
id = "wang"
phone = "13800138000"
lots = { points = 100 }

[[member]]
id = "again"
phone = "13900139000"
lots = { points = 50 }

[[when]]
step = "wait"
"""


@pytest.fixture
def two(workshop: Workshop) -> Iterator[World]:
    scenario = load(whole(TWO).encode("utf-8"))
    assert isinstance(scenario, Scenario)
    made = World(scenario.cases[0], workshop)
    yield made
    made.close()


def found(world: World, till: str, phone: str) -> tuple[bytes, ...]:
    with world.tills[till].till.book.read() as reader:
        return reader.members.by_identifier(IdentifierKind.PHONE, phone)


def test_after_a_merge_either_phone_finds_the_record_that_stays(two: World) -> None:
    wang, again = two.members["wang"], two.members["again"]
    assert two.head_office.merge(wang, again, two.at)
    assert not two.head_office.merge(wang, again, two.at), "it is no record any more"
    two.tell_head_office()
    for till in ("T1", "T2"):
        assert found(two, till, "13800138000") == (wang,)
        assert found(two, till, "13900139000") == (wang,)


def test_after_an_erasure_nothing_on_any_till_says_who_it_was(two: World) -> None:
    wang = two.members["wang"]
    assert two.head_office.erase(wang, two.at)
    assert not two.head_office.erase(b"nobody-at-all---", two.at)
    two.tell_head_office()
    for placed in two.tills.values():
        assert found(two, placed.code, "13800138000") == ()
        with placed.till.book.read() as reader:
            known = reader.members.by_id(wang)
        assert known is not None
        assert known.profile == Profile(name="")
        assert known.status is MemberStatus.ERASED


def test_an_answer_from_before_something_was_spent_is_refused_and_the_next_one_holds_it(
    two: World,
) -> None:
    placed = two.tills["T1"]
    two.head_office.erase(two.members["again"], two.at)
    old = two.head_office.answer(placed.till.facts.till_id, two.at)
    assert old.tellings
    basket = placed.till.check_out.open_basket()
    basket = basket.add(placed.till.catalogue.search("COFFEE", 1)[0])
    basket = basket.for_member(two.members["wang"], proof="card")
    quote = placed.till.check_out.quote(basket)
    placed.till.check_out.complete(basket, quote, _cash(quote.payable_minor), placed.manager)
    with pytest.raises(ServiceRefusal) as refused:
        placed.till.office.apply(old)
    assert refused.value.reason == "ANSWER_STALE"
    assert two.exchange(placed) > 0
    assert two.exchange(placed) == 0


def test_a_sale_beyond_the_lease_is_refused_when_nobody_approves_it_any_more(
    workshop: Workshop,
) -> None:
    piece = '[offline]\nfloor = "0.00"\n[[operator]]\nid = "boss"\nrole = "supervisor"\n' + TWO
    spend = '[wallet.spend]\npoints = 100\nmoney = "1.00"\n\n[[earn]]'
    scenario = load(whole(piece).replace("[[earn]]", spend).encode("utf-8"))
    assert isinstance(scenario, Scenario)
    world = World(scenario.cases[0], workshop)
    placed = world.tills["T1"]
    try:
        basket = placed.till.check_out.open_basket()
        basket = basket.add(placed.till.catalogue.search("COFFEE", 1)[0])
        basket = basket.for_member(world.members["wang"], proof="card")
        basket = basket.redeeming(Redemption(wallet="points", points=100), wallet="points")
        assert placed.till.check_out.quote(basket).redemptions == ()
        approved = basket.approved_by(placed.operators["boss"])
        quote = placed.till.check_out.quote(approved)
        assert [one.points for one in quote.redemptions] == [100]
        paid = _cash(quote.payable_minor)
        with pytest.raises(ServiceRefusal) as refused:
            placed.till.check_out.complete(basket, quote, paid, placed.manager)
        assert (refused.value.reason, refused.value.facts["most_points"]) == ("LEASE_SHORT", 0)
        sale = placed.till.check_out.complete(approved, quote, paid, placed.manager)
        assert sale.approved_by == placed.operators["boss"].id
    finally:
        world.close()
        workshop.sweep()
