"""Levels and limits on a real book: read back as they were counted, and proved by verify."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.engine.tier_corrections import past_sale
from posloyalty.domain.shop.product import TaxMode
from posloyalty.services.doings.programme_acts import Acted, act_event
from posloyalty.services.refusal import ServiceRefusal
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

HEAD = """
language = 1
id = "levels"
version = {version}
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
{wallet}
[[earn]]
id = "base"
per_sale = {{ points = 10 }}
"""
SCHEME = """
[[tier_scheme]]
id = "level"
window = {{ {window} }}
hold = {{ kind = "{hold}" }}
level = [{{ id = "gold", name = "Gold", from = 30, times = 2 }}]
challenge = [{{ id = "sprint", level = "gold", days = 5, need = {{ visits = 2 }} }}]
"""
LIFETIME = SCHEME.format(window='kind = "lifetime"', hold="for_ever")


class Counter:
    """A till with a programme and a member."""

    def __init__(self, shop: Shop, programme: str, *, wallet: str = "", version: int = 1) -> None:
        self.shop, self.till = shop, shop.till
        text = HEAD.format(version=version, wallet=wallet) + programme
        self.till.programmes.install(text.encode("utf-8"))
        member_id = self.till.members.by_phone(MEMBER_PHONE)
        assert member_id is not None
        self.member = member_id

    def buys(self) -> int:
        """One article; returns the points."""
        till = self.till
        basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
        basket = basket.for_member(self.member, proof="card")
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), self.shop.manager)
        return quote.earnings[0].points

    def happens(self, trigger: Trigger, what: str, **evidence: str) -> Acted:
        return self.till.acts.record(
            Happening(
                trigger=trigger,
                recorded=Recorded(what=what, evidence=tuple(evidence.items())),
                member_id=self.member,
            ),
            self.shop.manager,
        )

    @property
    def tier(self) -> TierState:
        (tier,) = self.till.members.panel(self.member).tiers
        return tier


def test_a_lifetime_is_carried_as_one_sum_however_long_ago(shop: Shop) -> None:
    counter = Counter(shop, LIFETIME)
    for _ in range(2):
        counter.buys()
        shop.clock.pass_time(timedelta(days=900))
    assert (counter.tier.progress, counter.tier.level) == (20, None)
    counter.buys()
    assert (counter.tier.progress, counter.tier.level) == (30, "gold")
    (row,) = counter.till.members.search(MEMBER_PHONE).rows
    assert row.tier_name == "Gold"
    assert counter.till.verify.verify().holds


def test_a_level_is_granted_and_withdrawn_by_acts(shop: Shop) -> None:
    counter = Counter(shop, LIFETIME)
    counter.happens(Trigger.TIER_GRANT, "level/gold", through="2026-12-31")
    assert (counter.tier.level, counter.tier.held_through) == ("gold", date(2026, 12, 31))
    assert counter.buys() == 10  # a fixed number of points is not multiplied
    counter.happens(Trigger.TIER_WITHDRAW, "level/gold")
    assert counter.tier.level is None
    assert counter.till.verify.verify().holds
    with pytest.raises(ServiceRefusal) as refusal:
        counter.happens(Trigger.TIER_GRANT, "level/diamond")
    assert refusal.value.reason == "NOTHING_TO_RECORD"


def test_a_challenge_is_taken_up_and_made(shop: Shop) -> None:
    counter = Counter(shop, LIFETIME)
    counter.happens(Trigger.TIER_CHALLENGE, "level/sprint")
    counter.buys()
    (running,) = counter.tier.challenges
    assert [one.left for one in running.missing] == [1]
    counter.buys()
    assert (counter.tier.level, counter.tier.challenges) == ("gold", ())
    assert counter.till.verify.verify().holds


def test_what_the_newest_event_says_of_a_level_stands(shop: Shop) -> None:
    counter = Counter(shop, LIFETIME)
    for _ in range(3):
        counter.buys()
    assert counter.tier.level == "gold"
    today = date(2026, 11, 22)
    plan = EventPlan(event_id=b"E" * 16, at=shop.clock.now(), day=today, programme_id="levels")
    ended = TierHolding(
        scheme="level", level="gold", met_on=today, through=today - timedelta(days=1)
    )
    plan.meet(counter.member, ended)
    acted = Acted(event_id=b"E" * 16, awards=(), told=(), does=plan.consequences())
    happening = Happening(
        trigger=Trigger.RUN, recorded=Recorded(what="reassess"), member_id=counter.member
    )
    with shop.till.book.write() as unit:
        programme = shop.till.programmes.at(unit, shop.clock.now())
        assert programme is not None
        unit.acts.book(act_event(unit, programme, happening, acted, shop.manager, shop.clock.now()))
        unit.commit()
    assert counter.tier.level is None
    assert shop.till.verify.verify().holds


@pytest.mark.parametrize("of", ["till", "store", "campaign"])
def test_a_limit_counts_what_all_members_of_the_till_took_in(shop: Shop, of: str) -> None:
    limit = f'limit = [{{ most_points = 25, per = "lifetime", of = "{of}" }}]'
    counter = Counter(shop, "", wallet=limit)
    given = []
    for _ in range(4):
        given.append(counter.buys())
        shop.clock.pass_time(timedelta(days=400))
    assert given == [10, 10, 5, 0]
    assert counter.till.verify.verify().holds


def test_a_stored_sale_is_looked_at_as_it_was_quoted(shop: Shop) -> None:
    till = shop.till
    member_id = till.members.by_phone(MEMBER_PHONE)
    basket = till.check_out.open_basket()
    for product in till.catalogue.search("")[:3]:
        basket = basket.add(product)
    basket = basket.for_member(member_id, proof="card")
    quote = till.check_out.quote(basket)
    sale = till.check_out.complete(basket, quote, paid(quote), shop.manager)
    products = {line.product.id: line.product for line in basket.lines}
    with till.book.read() as reader:
        programme = till.programmes.at(reader, quote.at)
        stored = reader.sales.by_id(sale.id)
    assert programme is not None
    assert stored is not None
    past = past_sale(stored.sale, products, programme)
    lines = sorted(quote.lines, key=lambda one: one.line.product.id)
    assert past.money.amounts == tuple(one.net_minor for one in lines)
    assert past.money.included_tax == tuple(one.tax_minor for one in lines)
    assert {one.tax_mode for one in lines} == {TaxMode.INCLUSIVE}
    assert (past.id, past.at, past.spend_minor) == (sale.id, quote.at, quote.gross_minor)
    assert past.basket.lines == tuple(replace(line, price_fixed=False) for line in basket.lines)
