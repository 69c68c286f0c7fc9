"""The report in words: each programme in its own points, and no more groups than asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.try_out_report import (
    Change,
    Comparison,
    Segment,
    TryOutReport,
    WalletTotals,
)
from posloyalty.insight.try_out_run import TriedOut
from posloyalty.insight.try_out_told import told, told_difference, told_report
from posloyalty.services.programmes.at_cost import AtCost, Of
from posloyalty.wording import LANGUAGES, Words

FILE = b"""language = 2
id = "%s"
version = %d
currency = "USD"
timezone = "UTC"

[[wallet]]
id = "points"
scale = %d
"""
DAY = date(2026, 11, 29)
EVERYBODY = Segment(
    by="all", name="", members=1200, sales=3000, gross_minor=10_000, cost_minor=250, benefit_minor=9
)
FIFTH = Segment(
    by="spend", name="1", members=240, sales=900, gross_minor=0, cost_minor=0, benefit_minor=0
)
MOVED = Change(by="tier", name="", members=5, gain=3, lose=2, gained_minor=70, lost_minor=20)


def programme(name: bytes, *, version: int, scale: int) -> Programme:
    read = load(FILE % (name, version, scale))
    assert isinstance(read, Programme)
    return read


def report_of(one: Programme) -> TryOutReport:
    return TryOutReport(
        programme_id=one.id,
        version=one.version,
        members=1200,
        sales=3000,
        gross_minor=10_000,
        offers_minor=200,
        redeemed_minor=50,
        paid_minor=9_750,
        wallets=(
            WalletTotals(
                wallet="points",
                issued=4000,
                redeemed=1000,
                expired=500,
                held=2500,
                liability_minor=99,
            ),
        ),
        segments=(EVERYBODY, FIFTH),
        tiers={},
        given={"voucher/welcome": 1500},
    )


def test_a_report_says_what_it_cost_and_gave_and_to_whom() -> None:
    one = programme(b"plain", version=3, scale=0)
    assert [*told_report(report_of(one), one, DAY, Words("en"))] == [
        "plain, version 3: 3,000 sales of 1,200 members through 2026-11-29",
        "$100.00 at full price: discounts $2.00, points spent $0.50; cost $2.50, 2.5 % of sales; "
        "still owed to members $0.99",
        "points: issued 4,000, spent 1,000 (25.0 %), run out 500 (12.5 %), held 2,500",
        "Everybody: 1,200 members, $100.00 at full price, cost $2.50 (2.5 %), worth to them $0.09",
        "Fifth 1 by spend: 240 members, $0.00 at full price, cost $0.00 (0.0 %), "
        "worth to them $0.00",
        "Given besides: voucher/welcome, 1,500 times",
    ]


def test_one_of_something_is_not_worded_as_many() -> None:
    one = programme(b"plain", version=1, scale=0)
    alone = replace(EVERYBODY, members=1, sales=1)
    found = replace(report_of(one), members=1, sales=1, segments=(alone,), given={"badge/x": 1})
    moved = replace(MOVED, gain=1, lose=1)
    change = Comparison(cost_minor=0, liability_minor=0, shop_cost_minor=0, changes=(moved,))
    tried = TriedOut(1, DAY, (found,), ([],), change)
    lines = [*told(tried, [one], Words("en"))]
    assert lines[0].startswith("plain, version 1: 1 sale of 1 member through")
    assert lines[3].startswith("Everybody: 1 member, $100.00 at full price")
    assert lines[4] == "Given besides: badge/x, 1 time"
    assert lines[-1] == "Below the first level: 1 gains $0.70, 1 loses $0.20"


def test_what_it_costs_the_shop_is_said_with_whoever_stands_for_it() -> None:
    one = programme(b"plain", version=1, scale=0)
    costs = AtCost(
        given={"": 1200, "campaign:spring": 1800},
        instead_minor=4500,
        points={
            (Of.ISSUED, "", Ratio(4, 5)): 1000,
            (Of.SPENT, "", Ratio(4, 5)): 250,
            (Of.PAID, "", Ratio(4, 5)): 50,
            (Of.HELD, "", Ratio(4, 5)): 750,
        },
    )
    found = replace(report_of(one), offers_minor=5000, shop_cost_minor=3540, costs=costs)
    assert [*told_report(found, one, DAY, Words("en"))][2:5] == [
        "At what it costs the shop: $35.40, 35.4 % of sales: discounts $5.00, gifts, rewards and "
        "vouchers $30.00 for $45.00 off, points that paid $0.40",
        "The shop itself: gifts, rewards and vouchers $12.00; points issued $8.00, spent $2.00, "
        "held $6.00, at their cost",
        "spring: gifts, rewards and vouchers $18.00; points issued $0.00, spent $0.00, held $0.00, "
        "at their cost",
    ]


def test_points_of_each_programme_stand_in_its_own_unit() -> None:
    pair = [programme(b"whole", version=1, scale=0), programme(b"tenths", version=1, scale=1)]
    tried = TriedOut(3000, DAY, tuple(map(report_of, pair)), ([], []), None)
    wallets = [line for line in told(tried, pair, Words("en")) if line.startswith("points:")]
    assert [line.split(",  ")[0][:22] for line in wallets] == [
        "points: issued 4,000, ",
        "points: issued 400.0, ",
    ]


def test_the_difference_comes_last_and_says_who_gains_and_who_loses() -> None:
    one = programme(b"plain", version=1, scale=0)
    change = Comparison(cost_minor=-30, liability_minor=20, shop_cost_minor=-30, changes=(MOVED,))
    tried = TriedOut(3000, DAY, (report_of(one),), ([],), change)
    assert [*told(tried, [one], Words("en"))][-2:] == [
        "Instead of the other programme: cost \N{MINUS SIGN}$0.30 more, $0.20 more owed",
        "Below the first level: 3 gain $0.70, 2 lose $0.20",
    ]


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_groups_are_told_of_than_asked(most: int) -> None:
    one, words = programme(b"plain", version=1, scale=0), Words("en")
    lines = [*told_report(report_of(one), one, DAY, words, groups_most=most)]
    assert sum("worth to them" in line for line in lines) == most
    change = Comparison(cost_minor=0, liability_minor=0, shop_cost_minor=0, changes=(MOVED,) * 3)
    assert len([*told_difference(change, one.currency, words, groups_most=most)]) == 1 + most


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_words_all_of_it(language: str) -> None:
    one = programme(b"plain", version=1, scale=0)
    change = Comparison(cost_minor=1, liability_minor=2, shop_cost_minor=3, changes=(MOVED,))
    tried = TriedOut(3000, DAY, (report_of(one),), ([],), change)
    lines = [*told(tried, [one], Words(language))]
    assert len(lines) == 9
    assert not any("{" in line or "try_out." in line for line in lines)
