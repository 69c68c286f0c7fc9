"""Case 29: a late sale restores a level, and what was bought since is owed that level's rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from msgspec import structs

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.earning import LineMoney
from posloyalty.domain.engine.goods import arrange
from posloyalty.domain.engine.tier_corrections import (
    Corrections,
    Left,
    PastSale,
    correct,
    no_budget,
)
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.shop.product import TaxMode
from tests.domain.engine.club import Club, noon
from tests.domain.engine.made import STORE, codes, earned, member, product, rules

GOLD = """
[[tier_scheme]]
id = "level"
window = { kind = "calendar" }
hold = { kind = "periods", periods = 1 }
rate_at = "RATE"
level = [{ id = "gold", name = "Gold", from = 500, times = "1.2" }]
"""
HEAD_OFFICE = b"head-office-evt1"


def year_end(before: str = "400.00", *, rate_at: str = "start") -> Club:
    """Gold of the year before, with 480 points in the last one, downgraded on 1 January."""
    club = Club(
        rules(GOLD.replace("RATE", rate_at)),
        member(purchases=0, joined="2024-06-01", held=(("gold", "2024-11-01", "2025-12-31"),)),
    )
    club.buys(product("A", before), on="2025-06-01")
    return club


def past(club: Club, sale_id: bytes) -> PastSale:
    """A sale as it was paid, from its quote."""
    found, basket = club.quotes[sale_id], club.baskets[sale_id]
    lines = {line.line.number: line for line in found.lines}
    ordered = [lines[line.number] for line in arrange(basket.lines).lines]
    included = [one.tax_minor if one.tax_mode is TaxMode.INCLUSIVE else 0 for one in ordered]
    return PastSale(
        at=found.at,
        basket=basket,
        money=LineMoney(
            amounts=tuple(one.net_minor for one in ordered),
            redeemed=tuple(one.redeemed_minor for one in ordered),
            included_tax=tuple(included),
        ),
        spend_minor=found.spend_minor,
    )


def corrected(
    club: Club, late: Club, *, since: int = 1, left: Left = no_budget
) -> tuple[Corrections, EventPlan]:
    """What head office finds on 3 January, when the other till's sales arrive."""
    entries = tuple(entry for does in late.done.values() for entry in does.meters)
    arrived = tuple(as_of(entry, n) for n, entry in enumerate(entries))
    state = replace(club.state, meters=(*club.state.meters, *arrived))
    plan = EventPlan(event_id=HEAD_OFFICE, at=noon("2026-01-03"), day=date(2026, 1, 3))
    found = correct(
        club.programme,
        state,
        [past(club, one) for one in club.sales[since:]],
        late=frozenset(entry.event_id for entry in arrived),
        plan=plan,
        store=STORE,
        left=left,
    )
    club.state = plan.after(state)
    return found, plan


def as_of(entry: MeterEntry, n: int) -> MeterEntry:
    return structs.replace(entry, event_id=f"other-till-{n:05}".encode())


def elsewhere(amount: str, on: str) -> Club:
    other = Club(rules(GOLD.replace("RATE", "start")))
    other.buys(product("B", amount), on=on)
    return other


def test_case_29_the_level_is_restored_from_its_date_and_the_difference_is_given() -> None:
    club = year_end()
    assert club.tier("2026-01-01").level is None
    assert earned(club.buys(product("C", "100.00"), on="2026-01-02")) == 100
    found, plan = corrected(club, elsewhere("30.00", "2025-12-31"))
    (only,) = found.adjusted
    assert (only.sale_id, only.points) == (club.sales[1], 20)
    assert codes(only.reasons) == ["LATE_SALE", "TIER_TIMES"]
    (restored,) = found.restored
    assert (restored.level, restored.through) == ("gold", date(2026, 12, 31))
    (transfer,) = plan.consequences().transfers
    assert (transfer.code, transfer.amount) == (TransferCode.ADJUST, 20)
    assert transfer.opens is not None
    assert (transfer.opens.earned_on, transfer.opens.last_day) == (
        date(2026, 1, 2),
        date(2027, 1, 2),
    )
    (tier,) = tier_states(club.programme, club.state, date(2026, 1, 3))
    assert (tier.level, tier.held_through, tier.progress) == ("gold", date(2026, 12, 31), 120)
    assert sum(lot.remaining for lot in club.state.lots) == 480 + 100 + 20
    assert [(one.level, one.first) for one in club.history()] == [
        (None, date(2024, 6, 1)),
        ("gold", date(2025, 12, 31)),
        (None, date(2027, 1, 1)),
    ]


@pytest.mark.parametrize(("late", "owed"), [("19.99", []), ("20.00", [20]), ("21.00", [20])])
def test_case_29_nothing_is_owed_below_the_threshold(late: str, owed: list[int]) -> None:
    club = year_end()
    club.buys(product("C", "100.00"), on="2026-01-02")
    found, _ = corrected(club, elsewhere(late, "2025-12-31"))
    assert [one.points for one in found.adjusted] == owed
    assert bool(found.restored) is bool(owed)


def test_what_was_bought_before_the_late_sale_is_owed_nothing() -> None:
    club = year_end()
    club.buys(product("C", "1.00"), on="2025-12-30")
    club.buys(product("C", "10.00"), on="2026-01-02")
    found, _ = corrected(club, elsewhere("30.00", "2025-12-31"))
    assert [(one.sale_id, one.points) for one in found.adjusted] == [(club.sales[2], 2)]


def test_a_difference_counts_for_the_sales_after_it() -> None:
    """At the split the second sale crosses the threshold sooner by what the first is owed."""
    club = Club(rules(GOLD.replace("RATE", "split")), joined="2024-06-01")
    club.buys(product("A", "400.00"), on="2026-01-01")
    club.buys(product("A", "100.00"), on="2026-01-02")
    club.buys(product("A", "100.00"), on="2026-01-02")
    assert [club.quotes[one].earnings[0].points for one in club.sales] == [400, 100, 120]
    found, _ = corrected(club, elsewhere("50.00", "2026-01-01T09:00:00"), since=0)
    # 450 + 50, then 50 at 1.2; the level is held from then on.
    assert [one.points for one in found.adjusted] == [10]
    assert club.tier("2026-01-03").progress == 400 + 50 + 110 + 120


def test_what_arrives_late_twice_or_changes_nothing_gives_nothing() -> None:
    club = year_end("520.00")
    club.buys(product("C", "100.00"), on="2026-01-02")
    assert club.quotes[club.sales[1]].earnings[0].points == 120
    found, plan = corrected(club, elsewhere("30.00", "2025-12-31"))
    assert (found.adjusted, found.restored) == ((), ())
    assert plan.consequences().transfers == ()


def test_the_same_event_gives_the_same_corrections() -> None:
    first, again = year_end(), year_end()
    for club in (first, again):
        club.buys(product("C", "100.00"), on="2026-01-02")
    late = elsewhere("30.00", "2025-12-31")
    assert corrected(first, late)[1].consequences() == corrected(again, late)[1].consequences()


# What a campaign pays of it


GOLDEN = """
[[campaign]]
id = "golden"
name = "Golden weeks"
status = "approved"
budget = { points = 1000, wallet = "points", mode = "MODE" }

[[multiplier]]
id = "golden-double"
name = "Double for gold"
wallet = "points"
times = 2
when = { tier = { at_least = "gold" } }
campaign = "golden"
"""


def golden(mode: str = "trim") -> Club:
    """The year's end, 480 points of 500, with a campaign that doubles what gold members earn."""
    club = Club(rules(GOLD.replace("RATE", "start") + GOLDEN.replace("MODE", mode)))
    club.buys(product("A", "480.00"), on="2025-06-01")
    return club


def of_campaign(club: Club, plan: EventPlan) -> int:
    """What the correction counts for the campaign."""
    (campaign,) = club.programme.of(Campaign)
    return given_by(club.programme, campaign, plan.consequences().meters, LimitUnit.POINTS)


@pytest.mark.parametrize(
    ("mode", "left", "given", "counted"),
    [
        ("trim", None, 120, 100),  # 20 for the level, 100 for the campaign
        ("trim", 100, 120, 100),
        ("trim", 50, 70, 50),
        ("trim", 0, 20, 0),
        ("reject", 99, 20, 0),
    ],
)
def test_what_a_campaign_adds_to_a_level_met_late_is_its_budgets_as_far_as_that_goes(
    mode: str, left: int | None, given: int, counted: int
) -> None:
    club = golden(mode)
    before = sum(lot.remaining for lot in club.state.lots)
    assert earned(club.buys(product("C", "100.00"), on="2026-01-02")) == 100
    found, plan = corrected(club, elsewhere("30.00", "2025-12-31"), left=lambda _campaign: left)
    assert [one.points for one in found.adjusted] == [given]
    assert of_campaign(club, plan) == counted
    assert sum(lot.remaining for lot in club.state.lots) == before + 100 + given


def test_two_sales_of_a_level_met_late_share_what_the_campaign_has_left() -> None:
    club = golden()
    for day in ("2026-01-01", "2026-01-02"):
        club.buys(product("C", "100.00"), on=day)
    found, plan = corrected(club, elsewhere("30.00", "2025-12-31"), left=lambda _one: 150)
    assert [one.points for one in found.adjusted] == [120, 70]
    assert of_campaign(club, plan) == 150
