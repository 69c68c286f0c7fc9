"""What nobody knew whole is given for once, as of now, and only as far as there is something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.late_awards import award_late
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.programme.limit import LimitUnit
from tests.domain.engine.club import Club, noon
from tests.domain.engine.made import STORE, member, product, rules

DAY = date(2026, 3, 5)
STAMPS = """
[[rule]]
id = "full"
trigger = "wallet"
reaches = 100
takes = 100
gives = { voucher = "free" }
[[voucher]]
id = "free"
amount = "1.00"
"""
REACHES = """
[[rule]]
id = "rich"
trigger = "wallet"
reaches = 100
gives = { voucher = "free" }
LIMIT
[[voucher]]
id = "free"
amount = "1.00"
"""
CAMPAIGN = """
[[campaign]]
id = "few"
status = "approved"
budget = { count = 2 }
[[rule]]
id = "full"
trigger = "wallet"
campaign = "few"
reaches = 100
takes = 100
gives = { voucher = "free" }
[[voucher]]
id = "free"
amount = "1.00"
"""
LEVEL = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 5000 }]
[[rule]]
id = "golden"
trigger = "tier_met"
scheme = "level"
gives = { voucher = "free" }
[[voucher]]
id = "free"
amount = "1.00"
"""


def having(club: Club, points: int) -> MemberState:
    """The member with so many points that no rule has looked at."""
    plan = EventPlan(event_id=b"e" * 16, at=noon("2026-03-04"), day=DAY)
    plan.postings(club.state).earn(
        club.programme.ledger("points"), points, usable_from=DAY, last_day=None
    )
    return plan.after(club.state)


def given(club: Club, state: MemberState, store: StoreContext = STORE) -> list[str]:
    """The vouchers that are issued."""
    plan = EventPlan(
        event_id=b"h" * 16, at=noon("2026-03-05"), day=DAY, programme_id=club.programme.id
    )
    award_late(club.programme, state, plan, store)
    issued = (one for one in plan.consequences().rights if one.move is RightMove.ISSUE)
    return [one.opens.of for one in issued if one.opens is not None]


def club_of(text: str) -> Club:
    club = Club(rules(text), member(purchases=0, joined="2026-01-01"))
    club.buys(product("A", "1.00"), on="2026-03-01")
    return replace_state(club)


def replace_state(club: Club) -> Club:
    club.state = replace(club.state, lots=(), rights=())
    return club


def test_a_full_card_is_given_for_as_often_as_it_is_full() -> None:
    club = club_of(STAMPS)
    assert given(club, having(club, 250)) == ["free", "free"]
    assert given(club, having(club, 99)) == []


def test_what_tills_hold_is_not_taken() -> None:
    club = club_of(STAMPS)
    store = replace(STORE, takes={"points": 199})
    assert given(club, having(club, 250), store) == ["free"]
    assert given(club, having(club, 250), replace(STORE, takes={"points": 0})) == []


def test_what_the_event_itself_gave_or_took_counts_for_what_may_be_taken() -> None:
    club = club_of(STAMPS)
    for before, gained, lent, cards in ((90, 10, 90, 1), (90, 10, 89, 0), (90, 210, 0, 2)):
        state = having(club, before)
        plan = EventPlan(
            event_id=b"t" * 16, at=noon("2026-03-05"), day=DAY, programme_id=club.programme.id
        )
        ledger = club.programme.ledger("points")
        plan.postings(state).earn(ledger, gained, usable_from=DAY, last_day=None)
        award_late(club.programme, state, plan, replace(STORE, takes={"points": lent}))
        issued = [one for one in plan.consequences().rights if one.move is RightMove.ISSUE]
        assert (before, gained, lent, len(issued)) == (before, gained, lent, cards)
    state = having(club, 250)
    plan = EventPlan(
        event_id=b"t" * 16, at=noon("2026-03-05"), day=DAY, programme_id=club.programme.id
    )
    plan.postings(state).redeem(club.programme.ledger("points"), 50)
    award_late(club.programme, state, plan, replace(STORE, takes={"points": 200}))
    assert sum(one.move is RightMove.ISSUE for one in plan.consequences().rights) == 1


def test_a_balance_that_takes_nothing_gives_within_its_limit() -> None:
    club = club_of(REACHES.replace("LIMIT", 'limit = [{ most = 1, per = "lifetime" }]'))
    rich = having(club, 250)
    plan = EventPlan(
        event_id=b"t" * 16, at=noon("2026-03-05"), day=DAY, programme_id=club.programme.id
    )
    assert given(club, rich) == ["free"]
    award_late(club.programme, rich, plan, STORE)
    assert given(club, plan.after(rich)) == []


def test_no_more_than_the_campaign_has_left() -> None:
    club = club_of(CAMPAIGN)
    left = replace(STORE, budgets={("few", LimitUnit.COUNT): 1})
    assert given(club, having(club, 250), left) == ["free"]
    assert (
        given(club, having(club, 250), replace(STORE, budgets={("few", LimitUnit.COUNT): 0})) == []
    )


def test_a_level_gives_its_gift_when_it_is_news_and_not_when_it_goes_on() -> None:
    club = club_of(LEVEL)
    holding = TierHolding(
        scheme="level", level="gold", met_on=date(2026, 3, 2), through=date(2027, 3, 2)
    )

    def met(state: MemberState) -> list[str]:
        plan = EventPlan(
            event_id=b"h" * 16, at=noon("2026-03-05"), day=DAY, programme_id=club.programme.id
        )
        plan.meet(state.member_id, holding)
        award_late(club.programme, state, plan, STORE)
        return [one.opens.of for one in plan.consequences().rights if one.opens is not None]

    assert met(club.state) == ["free"]
    before = replace(holding, met_on=date(2025, 3, 1), through=date(2026, 3, 1))
    assert met(replace(club.state, holdings=(before,))) == []
