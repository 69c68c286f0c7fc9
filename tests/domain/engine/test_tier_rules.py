"""Tier schemes: windows, holds, needs and returns, one below, at and one above each bound."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.programme.tier_need import Metric
from tests.domain.engine.club import Club
from tests.domain.engine.made import codes, counted, earned, lot, member, product, rules

GOLD = """
[[tier_scheme]]
id = "level"
base_name = "Member"
{keys}
level = [{{ id = "gold", name = "Gold", {need}, times = "1.2" }}]
"""
YEAR = 'window = { kind = "rolling_months", months = 12 }\nhold_months = 12\n'


def gold(keys: str = YEAR, need: str = "from = 500", **more: str) -> Club:
    return Club(rules(GOLD.format(keys=keys, need=need)), joined=more.get("joined", "2025-01-01"))


# --- cases 8 and 9 ---


@pytest.mark.parametrize(
    ("rate_at", "before", "points", "after"),
    [
        ("start", 496, 10, 506),
        ("split", 496, 11, 507),
        ("split", 489, 10, 499),
        ("split", 490, 10, 500),
        ("split", 491, 10, 501),
    ],
)
def test_case_8_a_sale_across_the_threshold_earns_as_the_scheme_says(
    rate_at: str, before: int, points: int, after: int
) -> None:
    club = gold(YEAR + f'rate_at = "{rate_at}"')
    club.state = member(lot(before, earned="2026-11-01"))
    assert earned(club.buys(product("A", "10.00"), on="2026-11-25")) == points
    tier = club.tier("2026-11-25")
    assert (tier.progress, tier.level) == (after, "gold" if after >= 500 else None)


@pytest.mark.parametrize(
    ("on_return", "level", "last"),
    [("keep", "gold", date(2027, 11, 25)), ("reassess", None, None)],
)
def test_case_9_a_return_below_the_threshold_keeps_or_reassesses(
    on_return: str, level: str | None, last: date | None
) -> None:
    club = gold(YEAR + f'on_return = "{on_return}"')
    club.state = member(lot(496, earned="2026-11-01"))
    club.buys(product("A", "10.00"), on="2026-11-25")
    assert club.tier("2026-11-25").level == "gold"
    club.returns(club.sales[0], on="2026-11-28")
    tier = club.tier("2026-11-28")
    assert (tier.progress, tier.level, tier.held_through) == (496, level, last)
    assert club.tier("2027-11-26").level is None


def test_case_9_reassessing_leaves_what_was_granted_or_brought_along() -> None:
    club = gold(YEAR + 'on_return = "reassess"')
    club.state = member(lot(496, earned="2026-11-01"), held=(("gold", "2026-01-01", "2028-05-31"),))
    club.buys(product("A", "10.00"), on="2026-11-25")
    club.returns(club.sales[0], on="2026-11-28")
    assert club.tier("2026-11-28").held_through == date(2028, 5, 31)


# --- windows ---


@pytest.mark.parametrize(
    ("window", "joined", "first", "day_before"),
    [
        ('kind = "rolling_months", months = 12', "2020-02-29", "2026-03-02", "2026-03-01"),
        ('kind = "rolling_months", months = 1', "2020-02-29", "2027-02-02", "2027-02-01"),
        ('kind = "calendar"', "2020-02-29", "2027-01-01", "2026-12-31"),
        ('kind = "calendar", period = "quarter"', "2020-02-29", "2027-01-01", "2026-12-31"),
        ('kind = "calendar", period = "month"', "2020-02-29", "2027-03-01", "2027-02-28"),
        ('kind = "anniversary"', "2020-02-29", "2027-02-28", "2027-02-27"),
        ('kind = "anniversary"', "2020-03-01", "2027-03-01", "2027-02-28"),
        ('kind = "anniversary"', "2020-03-02", "2026-03-02", "2026-03-01"),
        ('kind = "anniversary", months = 6', "2020-08-31", "2027-02-28", "2027-02-27"),
    ],
)
def test_a_window_counts_from_its_first_day_on(
    window: str, joined: str, first: str, day_before: str
) -> None:
    """What is counted on 1 March 2027."""
    for day, counts in ((first, True), (day_before, False)):
        club = gold(f"window = {{ {window} }}\nhold_months = 12", joined=joined)
        club.state = member(meters=(counted("earned/test/points", 500, day),), joined=joined)
        club.buys(product("A", "0.00"), on="2027-03-01")
        assert (club.tier("2027-03-01").level == "gold") is counts, day


def test_a_lifetime_counts_everything_and_its_level_stays() -> None:
    """Nike's Blue from 1 000 km: distance that activities gave, over a whole life."""
    wallet = '[[wallet]]\nid = "points"\n[[wallet]]\nid = "km"\nunit = "units"\nscale = 2\n'
    keys = 'wallet = "points"\nwindow = { kind = "lifetime" }\nhold = { kind = "for_ever" }'
    need = 'need = { units = 1000, wallet = "km" }'
    earn = '[[earn]]\nid = "base"\nwallet = "points"\nper_spend = { points = 1, money = "1.00" }\n'
    made = rules(GOLD.format(keys=keys, need=need), wallet=wallet, earn=earn)
    club = Club(made, joined="2010-01-01")
    club.state = member(
        meters=(
            counted("bonus/test/km", 600_00, "2011-05-01"),
            counted("earned/test/km", 399_99, "2016-05-01"),
        ),
        joined="2010-01-01",
    )
    club.buys(product("A", "1.00"), on="2026-11-25")
    assert (club.tier("2026-11-25").level, club.tier("2026-11-25").progress) == (None, 999_99)
    club.state = member(
        meters=(*club.state.meters, counted("bonus/test/km", 1, "2026-11-26")),
        joined="2010-01-01",
    )
    club.buys(product("A", "1.00"), on="2026-11-27")
    tier = club.tier("2099-11-27")
    assert (tier.level, tier.held_through) == ("gold", None)


# --- holds, grace, start ---


@pytest.mark.parametrize(
    ("keys", "met", "last"),
    [
        ('hold = { kind = "months", months = 12 }', "2026-08-15", "2027-08-15"),
        ('hold = { kind = "months", months = 12, style = "eve" }', "2026-08-15", "2027-08-14"),
        ('hold = { kind = "months", months = 6 }', "2026-08-31", "2027-02-28"),
        ('hold = { kind = "periods", periods = 0 }', "2026-08-15", "2026-12-31"),
        ('hold = { kind = "periods", periods = 1 }', "2026-08-15", "2027-12-31"),
        ('hold = { kind = "periods" }', "2026-12-31", "2027-12-31"),
        ('hold = { kind = "day", month = 2, day = 29, years = 2 }', "2026-12-31", "2028-02-29"),
        ('hold = { kind = "day", month = 2, day = 29, years = 2 }', "2027-01-01", "2029-02-28"),
        ("hold_months = 12\ngrace = { days = 30 }", "2026-08-15", "2027-09-14"),
        ("hold_months = 12\ngrace = { months = 1 }", "2026-08-31", "2027-09-30"),
    ],
)
def test_a_level_is_held_through_the_day_that_the_scheme_says(
    keys: str, met: str, last: str
) -> None:
    club = gold('window = { kind = "calendar" }\n' + keys)
    club.buys(product("A", "500.00"), on=met)
    end = date.fromisoformat(last)
    assert club.tier(last).level == "gold"
    assert club.tier(date.fromordinal(end.toordinal() + 1).isoformat()).level is None
    assert [(one.level, one.last) for one in club.history()][1] == ("gold", end)


def test_in_its_grace_a_level_says_so_and_may_be_met_again() -> None:
    club = gold(YEAR + "grace = { days = 30 }")
    club.buys(product("A", "500.00"), on="2026-02-01")
    through = club.tier("2027-02-01")
    assert (through.held_through, through.grace_through) == (date(2027, 2, 1), None)
    in_grace = club.tier("2027-02-02")
    assert (in_grace.level, in_grace.grace_through) == ("gold", date(2027, 3, 3))
    club.buys(product("A", "600.00"), on="2027-03-03")
    assert club.tier("2027-03-04").held_through == date(2028, 3, 3)
    assert len(club.history()) == 3  # one stretch without a gap


def test_a_level_for_the_next_period_is_told_before_it_begins() -> None:
    keys = 'window = { kind = "calendar" }\nhold = { kind = "periods" }\nstart = "next_period"'
    club = gold(keys)
    club.buys(product("A", "500.00"), on="2026-08-15")
    now = club.tier("2026-12-31")
    assert (now.level, now.coming_level_name, now.coming_on) == (None, "Gold", date(2027, 1, 1))
    assert club.tier("2027-01-01").level == "gold"
    assert earned(club.quoted(product("A", "10.00"), on="2026-12-31")) == 10
    assert earned(club.quoted(product("A", "10.00"), on="2027-01-01")) == 12
    club.buys(product("A", "500.00"), on="2027-06-01")
    assert (club.tier("2027-06-02").level, club.tier("2027-12-31").level) == ("gold", "gold")
    assert (club.tier("2028-12-31").level, club.tier("2029-01-01").level) == ("gold", None)


def test_levels_that_never_run_out_need_no_hold() -> None:
    club = gold('window = { kind = "calendar" }\ndowngrade = "none"')
    club.buys(product("A", "500.00"), on="2026-08-15")
    tier = club.tier("2050-01-01")
    assert (tier.level, tier.held_through) == ("gold", None)


# --- what a level needs ---


@pytest.mark.parametrize(
    ("mode", "spend", "visits", "level"),
    [
        ("any", 959_99, 12, "gold"),
        ("any", 960_00, 12, "gold"),
        ("any", 999_99, 11, None),
        ("any", 1000_00, 11, "gold"),
        ("all", 960_00, 12, None),
        ("all", 999_99, 12, None),
        ("all", 1000_00, 11, None),
        ("all", 1000_00, 12, "gold"),
        ("all", 1000_01, 13, "gold"),
    ],
)
def test_kind_p3_a_level_by_spend_and_visits(
    mode: str, spend: int, visits: int, level: str | None
) -> None:
    need = f'need = {{ {mode} = [{{ spend = "1000.00" }}, {{ visits = 12 }}] }}'
    club = gold(YEAR, need)
    before = (counted("spend", spend, "2026-11-01"), counted("purchases", visits - 1, "2026-11-01"))
    club.state = member(meters=before)
    club.buys(product("A", "0.00"), on="2026-11-25")
    assert club.tier("2026-11-25").level == level


def test_kind_p3_the_screen_is_told_what_is_missing_and_that_one_of_it_will_do() -> None:
    club = gold(YEAR, 'need = { any = [{ spend = "1000.00" }, { visits = 12 }] }')
    state = (counted("spend", 960_00, "2026-11-01"), counted("purchases", 9, "2026-11-01"))
    club.state = member(meters=state)
    tier: TierState = club.tier("2026-11-25")
    assert [(one.metric, one.left) for one in tier.missing] == [
        (Metric.SPEND, 40_00),
        (Metric.VISITS, 3),
    ]
    assert tier.any_of
    assert (tier.progress, tier.next_at) == (960_00, 1000_00)  # the nearer of the two


@pytest.mark.parametrize(
    ("metric", "before", "level"), [("visits", 2, "gold"), ("visit_days", 2, None)]
)
def test_visits_count_purchases_and_visit_days_count_days(
    metric: str, before: int, level: str | None
) -> None:
    club = gold(YEAR + f'metric = "{metric}"', "from = 3")
    for _ in range(before):
        club.buys(product("A", "1.00"), on="2026-11-24")
    club.buys(product("A", "1.00"), on="2026-11-25")
    assert club.tier("2026-11-25").level == level
    club.buys(product("A", "1.00"), on="2026-11-26")
    assert club.tier("2026-11-26").level == "gold"


@pytest.mark.parametrize(("count_bonus", "level"), [("false", None), ("true", "gold")])
def test_points_beside_a_sale_count_where_the_scheme_says_so(
    count_bonus: str, level: str | None
) -> None:
    club = gold(YEAR + f"count_bonus = {count_bonus}")
    before = (
        counted("earned/test/points", 400, "2026-11-01"),
        counted("bonus/test/points", 100, "2026-11-02"),
    )
    club.state = member(meters=before)
    club.buys(product("A", "0.00"), on="2026-11-25")
    assert club.tier("2026-11-25").level == level


@pytest.mark.parametrize(
    ("pending", "pending_counts", "on", "level"),
    [
        ('kind = "days", days = 14', "true", "2026-11-01", "gold"),
        ('kind = "days", days = 14', "false", "2026-11-14", None),
        ('kind = "days", days = 14', "false", "2026-11-15", "gold"),
        ('kind = "until", day = 2026-12-01', "false", "2026-11-30", None),
        ('kind = "until", day = 2026-12-01', "false", "2026-12-01", "gold"),
        ('kind = "event", event = "stay-over"', "false", "2026-12-31", None),
    ],
)
def test_points_that_are_pending_count_from_the_day_on_which_they_may_be_spent(
    pending: str, pending_counts: str, on: str, level: str | None
) -> None:
    wallet = f'[[wallet]]\nid = "points"\npending = {{ {pending} }}\n'
    keys = YEAR + f"pending_counts = {pending_counts}"
    club = Club(rules(GOLD.format(keys=keys, need="from = 500"), wallet=wallet))
    club.buys(product("A", "500.00"), on="2026-11-01")
    club.buys(product("A", "0.00"), on=on)
    assert club.tier(on).level == level


def test_points_that_an_event_releases_count_from_its_day() -> None:
    wallet = '[[wallet]]\nid = "points"\npending = { kind = "event", event = "stay-over" }\n'
    keys = YEAR + "pending_counts = false"
    club = Club(rules(GOLD.format(keys=keys, need="from = 500"), wallet=wallet))
    club.buys(product("A", "500.00"), on="2026-11-01")
    assert (club.wallet("2026-12-01").balance, club.wallet("2026-12-01").pending) == (0, 500)
    (award,) = club.does("stay-over", on="2026-12-01")
    assert (award.amount, codes(award.reasons)) == (500, ["RELEASED"])
    assert (club.wallet("2026-12-01").balance, club.wallet("2026-12-01").pending) == (500, 0)
    assert club.tier("2026-12-01").level == "gold"


def test_engagement_counts_what_the_programme_counts_by_a_meter_of_its_own() -> None:
    club = gold(YEAR + 'metric = "counted"\nmeter = "activity/survey"', "from = 3")
    club.state = member(meters=(counted("test/activity/survey", 3, "2026-11-01"),))
    club.buys(product("A", "0.00"), on="2026-11-25")
    assert club.tier("2026-11-25").level == "gold"


# --- by hand, on trial ---


def test_a_level_given_by_hand_holds_through_the_day_that_is_said_and_can_be_withdrawn() -> None:
    club = gold()
    (award,) = club.does(
        "level/gold", on="2026-03-01", trigger=Trigger.TIER_GRANT, through="2026-05-31"
    )
    assert codes(award.reasons) == ["TIER_GRANTED"]
    assert earned(club.quoted(product("A", "10.00"), on="2026-05-31")) == 12
    assert earned(club.quoted(product("A", "10.00"), on="2026-06-01")) == 10
    club.does("level/gold", on="2026-04-01", trigger=Trigger.TIER_WITHDRAW)
    assert club.tier("2026-04-01").level is None


@pytest.mark.parametrize("what", ["level/silver", "other/gold", "gold", ""])
def test_a_level_that_the_programme_does_not_know_is_not_given(what: str) -> None:
    club = gold()
    assert club.does(what, on="2026-03-01", trigger=Trigger.TIER_GRANT) == ()
    assert club.state.rights == ()


@pytest.mark.parametrize(("visits", "level"), [(1, None), (2, "gold"), (3, "gold")])
def test_on_trial_a_level_is_held_at_once_and_stays_if_the_challenge_is_made(
    visits: int, level: str | None
) -> None:
    challenge = 'challenge = [{ id = "sprint", level = "gold", days = 10, '
    challenge += "need = { visits = 2 }, trial = true }]"
    club = gold(YEAR + challenge)
    club.does("level/sprint", on="2026-03-01", trigger=Trigger.TIER_CHALLENGE)
    assert club.tier("2026-03-01").level == "gold"
    assert club.does("level/sprint", on="2026-03-02", trigger=Trigger.TIER_CHALLENGE) == ()
    for _ in range(visits):
        club.buys(product("A", "1.00"), on="2026-03-10")
    assert club.tier("2026-03-10").level == "gold"
    assert club.tier("2026-03-11").level == level
    if level:
        assert club.tier("2026-03-11").held_through == date(2027, 3, 10)


def test_a_challenge_that_was_made_by_what_comes_back_may_be_made_again() -> None:
    challenge = 'challenge = [{ id = "sprint", level = "gold", days = 40, need = { visits = 2 } }]'
    club = gold(YEAR + 'on_return = "reassess"\n' + challenge)
    club.does("level/sprint", on="2026-03-01", trigger=Trigger.TIER_CHALLENGE)
    for day in ("2026-03-02", "2026-03-03"):
        club.buys(product("A", "1.00"), on=day)
    assert club.tier("2026-03-03").level == "gold"
    club.returns(club.sales[1], on="2026-03-04")
    now = club.tier("2026-03-04")
    assert (now.level, [one.id for one in now.challenges]) == (None, ["sprint"])
    club.buys(product("A", "1.00"), on="2026-03-05")
    assert club.tier("2026-03-05").level == "gold"
    assert [one.level for one in club.history()] == [None, "gold", None, "gold", None]
