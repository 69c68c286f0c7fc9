"""Programmes of LOYALTY 1.0 as files, with the numbers that are worked there."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.programme.tier_need import Metric
from posloyalty.domain.shop.product import Product
from tests.domain.engine.club import Club
from tests.domain.engine.made import counted, earned, lot, member, product, rules

STARBUCKS = """
[[wallet]]
id = "points"
name = "Stars"
scale = 2
[wallet.expiry]
kind = "by_tier"
scheme = "level"
levels = [{ level = "gold", kind = "never" }]
base = { kind = "inactivity", months = 6, style = "end_of_month_after" }
[wallet.spend]
points = 200
money = "10.00"
step = 200
redeem_needs = "any"

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }

[[tier_scheme]]
id = "level"
base_name = "Green"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [
  { id = "gold", name = "Gold", from = 500, times = "1.2" },
  { id = "reserve", name = "Reserve", from = 2500, times = "1.7" },
]
"""

MARRIOTT = """
[[wallet]]
id = "points"
[[wallet]]
id = "nights"
unit = "units"

[[earn]]
id = "base"
wallet = "points"
per_spend = { points = 10, money = "1.00" }
[[earn]]
id = "night"
wallet = "nights"
on = { tag = ["night"] }
per_piece = { points = 1 }

[[tier_scheme]]
id = "status"
wallet = "points"
base_name = "Member"
window = { kind = "calendar", period = "year" }
hold = { kind = "day", month = 2, day = 29, years = 2 }
start = "next_sale"

[[tier_scheme.level]]
id = "silver"
name = "Silver"
need = { units = 10, wallet = "nights" }
times = "1.1"
benefits = ["Priority late checkout"]
[[tier_scheme.level]]
id = "gold"
name = "Gold"
need = { units = 25, wallet = "nights" }
times = "1.25"
benefits = ["Late checkout until 2 pm", "Welcome gift"]
[[tier_scheme.level]]
id = "platinum"
name = "Platinum"
need = { units = 50, wallet = "nights" }
times = "1.5"
[[tier_scheme.level]]
id = "titanium"
name = "Titanium"
need = { units = 75, wallet = "nights" }
times = "1.75"
[[tier_scheme.level]]
id = "ambassador"
name = "Ambassador"
need = { all = [{ units = 100, wallet = "nights" }, { spend = "23000.00" }] }
times = "1.75"

[[tier_scheme.challenge]]
id = "fast-track"
name = "15 nights"
level = "platinum"
days = 90
need = { units = 15, wallet = "nights" }
"""


def stay(nights: int, a_night: str) -> tuple[Product, int]:
    return (product("N", a_night, tax="none", tags=("night",), money="USD"), nights)


def guest(*, nights: int = 0, spend: int = 0, level: str = "") -> Club:
    """A guest with some nights and spend this year, and a level held since January."""
    done = [("earned/test/nights", nights), ("spend", spend)]
    state = member(
        meters=tuple(counted(meter, n, "2026-02-01") for meter, n in done if n),
        held=((level, "2026-01-01", "2028-02-29"),) if level else (),
        scheme="status",
        joined="2020-05-05",
    )
    return Club(rules(wallet=MARRIOTT, earn="", money="USD"), state)


def coffee(price: str) -> Product:
    return product("C", price, tax="none", money="USD")


def starbucks(*, points: int = 0, earned_on: str = "2026-11-01", gold: bool = False) -> Club:
    held = (("gold", "2026-10-01", "2027-10-01"),) if gold else ()
    lots = (lot(points, earned=earned_on, last="2027-05-31"),) if points else ()
    return Club(rules(wallet=STARBUCKS, earn="", money="USD"), member(*lots, held=held))


# --- case 43: the Starbucks chain ---


def test_case_43_gold_redeems_a_band_and_earns_on_what_is_paid() -> None:
    club = starbucks(points=231_00, gold=True)
    latte, bagel = coffee("6.25"), coffee("4.10")
    # The band of 200 stars frees a drink of up to 10.00, so that it is worth what the latte costs.
    wallet = STARBUCKS.replace('money = "10.00"', 'money = "6.25"')
    club.programme = rules(wallet=wallet, earn="", money="USD")
    paid = club.buys(latte, bagel, on="2026-11-25", redeem=200_00)
    assert (paid.payable_minor, earned(paid)) == (4_10, 4_92)
    assert club.wallet("2026-11-25").balance == 35_92


def test_case_43_the_same_member_without_a_redemption() -> None:
    club = starbucks(points=231_00, gold=True)
    assert earned(club.buys(coffee("12.90"), on="2026-11-25")) == 15_48


def test_case_43_green_becomes_gold_and_the_next_sale_earns_more() -> None:
    club = starbucks(points=496_00)
    assert earned(club.buys(coffee("10.00"), on="2026-11-25")) == 10_00
    assert (club.tier("2026-11-25").progress, club.tier("2026-11-25").level) == (506_00, "gold")
    assert earned(club.buys(coffee("10.00"), on="2026-11-25T13:00:00")) == 12_00


# --- case 44: the Marriott chain ---


def test_case_44_a_stay_earns_at_the_level_held_at_check_in_and_gold_counts_from_the_next() -> None:
    club = guest(nights=23, level="silver")
    paid = club.buys(stay(3, "200.00"), on="2026-06-10")
    assert {e.wallet: e.points for e in paid.earnings} == {"points": 6600, "nights": 3}
    tier = club.tier("2026-06-10")
    assert (tier.level, tier.progress, tier.held_through) == ("gold", 26, date(2028, 2, 29))
    assert tier.benefits == ("Late checkout until 2 pm", "Welcome gift")
    again = club.buys(stay(3, "200.00"), on="2026-06-20")
    assert again.earnings[0].points == 7500


@pytest.mark.parametrize(
    ("nights", "spend", "level"),
    [
        (9, 0, None),
        (10, 0, "silver"),
        (11, 0, "silver"),
        (24, 0, "silver"),
        (25, 0, "gold"),
        (74, 2_300_000, "platinum"),
        (99, 2_300_000, "titanium"),
        (100, 2_299_999, "titanium"),
        (100, 2_300_000, "ambassador"),
        (100, 2_300_001, "ambassador"),
    ],
)
def test_case_44_nights_and_spend_meet_the_level_that_needs_both(
    nights: int, spend: int, level: str | None
) -> None:
    club = guest(nights=nights, spend=spend)
    club.buys(coffee("0.00"), on="2026-12-30")
    assert club.tier("2026-12-31").level == level


def test_case_44_what_is_missing_is_told_in_nights_and_in_money() -> None:
    club = guest(nights=97, spend=2_280_000, level="titanium")
    tier = club.tier("2026-12-01")
    assert [(one.metric, one.of, one.left) for one in tier.missing] == [
        (Metric.UNITS, "nights", 3),
        (Metric.SPEND, "", 20_000),
    ]
    assert (tier.any_of, tier.next_level_name) == (False, "Ambassador")
    # 97 of 100 nights is farther from the end than 22,800.00 of 23,000.00.
    assert (tier.progress, tier.next_at) == (97, 100)


def test_marriott_status_is_kept_to_the_end_of_february_after_the_next_year() -> None:
    club = guest(nights=24)
    club.buys(stay(1, "100.00"), on="2026-12-31")
    club.buys(coffee("1.00"), on="2027-06-01")
    assert club.tier("2028-02-29").level == "gold"
    assert club.tier("2028-03-01").level is None
    assert [(one.level, one.first, one.last) for one in club.history()] == [
        (None, date(2020, 5, 5), date(2026, 1, 31)),
        ("silver", date(2026, 2, 1), date(2026, 12, 30)),
        ("gold", date(2026, 12, 31), date(2028, 2, 29)),
        (None, date(2028, 3, 1), None),
    ]


def test_a_challenge_made_in_its_days_gives_the_level_and_one_not_made_leaves_what_was_earned() -> (
    None
):
    made, missed = guest(nights=10, level="silver"), guest(nights=10, level="silver")
    for club in (made, missed):
        club.does("status/fast-track", on="2026-03-01", trigger=Trigger.TIER_CHALLENGE)
    (running,) = made.tier("2026-03-01").challenges
    assert (running.level_name, running.last_day) == ("Platinum", date(2026, 5, 29))
    assert [one.left for one in running.missing] == [15]
    made.buys(stay(14, "100.00"), on="2026-05-01")
    assert made.tier("2026-05-01").level == "silver"
    made.buys(stay(1, "100.00"), on="2026-05-29")
    assert made.tier("2026-05-29").level == "platinum"
    assert made.tier("2026-05-29").held_through == date(2028, 2, 29)
    assert made.tier("2026-05-29").challenges == ()
    missed.buys(stay(14, "100.00"), on="2026-05-01")
    missed.buys(stay(1, "100.00"), on="2026-05-30")
    assert missed.tier("2026-05-30").level == "gold"  # 25 nights this year
