"""`[[rule]]`: what a programme gives by itself, how often, and what a return makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.members.member import Birthday, MemberStatus
from tests.domain.engine.club import Club, noon
from tests.domain.engine.made import lot, member, product, rules

VOUCHER = """
[[voucher]]
id = "cup"
name = "A cup"
scope = "order"
amount = "20.00"
valid = { days = 30, from = "next_day" }
"""
GOLD = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "silver", from = 100 }, { id = "gold", from = 500 }]
"""


def ruled(
    rule: str,
    *lots: Lot,
    birthday: Birthday | None = None,
    status: MemberStatus = MemberStatus.ACTIVE,
) -> Club:
    """The usual programme with a voucher and one rule."""
    text = f'{VOUCHER}{GOLD}[[rule]]\nid = "it"\n{rule}'
    state = member(*lots, purchases=0, joined="2025-01-01", birthday=birthday, status=status)
    return Club(rules(text), state)


def given(awards: tuple[Award, ...]) -> list[tuple[str, str, int]]:
    return [(one.kind, one.of, one.amount) for one in awards]


def vouchers(club: Club) -> list[Right]:
    assert club.state is not None
    return [right for right in club.state.rights if right.kind == "voucher"]


def test_points_that_reach_a_level_are_spent_on_a_voucher_and_what_is_over_stays() -> None:
    club = ruled(
        'trigger = "wallet"\nreaches = 500\ntakes = 500\ngives = { voucher = "cup" }',
        lot(480),
    )
    quote = club.buys(product("A", "35.00"), on="2026-11-25")
    assert given(quote.awards) == [("voucher", "cup", 1)]
    assert [(r.code, dict(r.facts).get("taken_points")) for r in quote.awards[0].reasons] == [
        ("GIVEN_BY", None),
        ("TAKES_POINTS", 500),
    ]
    assert club.wallet("2026-11-25").balance == 15
    (right,) = vouchers(club)
    assert [str(right.from_day), str(right.last_day)] == ["2026-11-26", "2026-12-25"]


def test_a_balance_that_holds_it_several_times_brings_it_as_often() -> None:
    club = ruled(
        'trigger = "wallet"\nreaches = 100\ntakes = 50\ngives = { voucher = "cup" }',
        lot(90),
    )
    club.buys(product("A", "120.00"), on="2026-11-25")
    assert len(vouchers(club)) == 3
    assert club.wallet("2026-11-25").balance == 60


def test_a_balance_that_is_kept_brings_it_once() -> None:
    club = ruled(
        'trigger = "wallet"\nreaches = 100\ngives = { points = 7 }',
        lot(90),
    )
    found = [club.buys(product("A", "20.00"), on=f"2026-11-2{n}").awards for n in range(3)]
    assert [given(one) for one in found] == [[("points", "points", 7)], [], []]


RULES: dict[str, tuple[str, list[list[int]]]] = {
    "every sale": ('trigger = "sale"\ngives = { points = 5 }', [[5], [5], [5]]),
    "once a day": (
        'trigger = "sale"\nlimit = [{ most = 1, per = "day" }]\ngives = { points = 5 }',
        [[5], [], [5]],
    ),
    "for every 100.00": (
        'trigger = "sale"\neach_spend = "100.00"\ngives = { points = 5 }',
        [[10], [10], [10]],
    ),
    "as far as the limit has room": (
        'trigger = "sale"\neach_spend = "50.00"\ngives = { points = 5 }\n'
        'limit = [{ most = 5, per = "lifetime" }]',
        [[20], [5], []],
    ),
    "all or nothing": (
        'trigger = "sale"\neach_spend = "50.00"\ngives = { points = 5 }\n'
        'limit = [{ most = 5, per = "lifetime", mode = "reject" }]',
        [[20], [], []],
    ),
    "only when enough was spent": (
        'trigger = "sale"\nwhen = { min_spend = "200.01" }\ngives = { points = 5 }',
        [[], [], []],
    ),
    "several things": (
        'trigger = "sale"\ngives = [{ points = 5 }, { voucher = "cup" }]\n'
        'limit = [{ most = 1, per = "lifetime" }]',
        [[5, 1], [], []],
    ),
    "the level, once it is jumped to": (
        'trigger = "tier_met"\nlevel = "silver"\ngives = { points = 5 }',
        [[5], [], []],
    ),
    "another level": (
        'trigger = "tier_met"\nlevel = "gold"\ngives = { points = 5 }',
        [[], [], [5]],
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_what_three_sales_of_200_give(case: str) -> None:
    rule, wanted = RULES[case]
    club = ruled(rule)
    days = ("2026-11-25T10:00:00", "2026-11-25T11:00:00", "2026-11-26T10:00:00")
    found = [club.buys(product("A", "200.00"), on=day).awards for day in days]
    assert [[award.amount for award in one] for one in found] == wanted


def test_an_activity_and_joining_give_to_who_does_it() -> None:
    club = ruled('trigger = "activity"\nwhat = "survey"\ngives = { voucher = "cup" }')
    assert given(club.does("survey", on="2026-11-25")) == [("voucher", "cup", 1)]
    assert club.does("other", on="2026-11-25") == ()
    club = ruled('trigger = "sign_up"\ngives = { voucher = "cup", count = 2 }')
    assert len(club.does("sign_up", on="2026-11-25", trigger=Trigger.SIGN_UP)) == 2


def test_a_birthday_is_given_for_once_whatever_happens_first() -> None:
    club = ruled(
        'trigger = "birthday"\ndays_before = 3\ndays_after = 3\ngives = { voucher = "cup" }',
        birthday=Birthday(2, 29),
    )
    runs = ["2027-02-24", "2027-02-25", "2027-02-26", "2027-03-04", "2028-02-26"]
    found = [len(club.does("it", on=day, trigger=Trigger.RUN)) for day in runs]
    assert found == [0, 1, 0, 0, 1]
    assert club.buys(product("A", "20.00"), on="2028-03-01").awards == ()


def test_a_year_is_given_for_when_it_is_over_and_counted_once() -> None:
    club = ruled(
        'trigger = "period"\nevery = "year"\nspend = "2000.00"\nwait_days = 3\n'
        'gives = { voucher = "cup" }'
    )
    club.buys(product("A", "1999.99"), on="2026-12-31")
    assert club.does("it", on="2027-01-04", trigger=Trigger.RUN) == ()
    club.buys(product("B", "0.01"), on="2026-12-31T23:00:00")  # it comes late
    found = [
        len(club.does("it", on=day, trigger=Trigger.RUN))
        for day in ("2027-01-03", "2027-01-04", "2027-01-05", "2027-06-30", "2028-01-04")
    ]
    assert found == [0, 1, 0, 0, 0]


def test_a_voucher_whose_days_are_over_is_not_given_and_takes_no_points() -> None:
    rule = 'trigger = "wallet"\nreaches = 100\ntakes = 100\ngives = { voucher = "cup" }'
    past = "valid = { days = 30, through = 2026-11-24 }"
    text = VOUCHER.replace('valid = { days = 30, from = "next_day" }', past)
    club = Club(rules(f'{text}{GOLD}[[rule]]\nid = "it"\n{rule}'), member(lot(200)))
    assert club.buys(product("A", "10.00"), on="2026-11-25").awards == ()
    assert club.wallet("2026-11-25").balance == 210


def test_who_may_not_earn_is_given_nothing() -> None:
    club = ruled('trigger = "sale"\ngives = { points = 5 }', status=MemberStatus.FROZEN)
    assert club.buys(product("A", "200.00"), on="2026-11-25").awards == ()


def test_the_state_holds_what_a_rule_counts() -> None:
    year = 'trigger = "period"\nevery = "year"\nvisits = 3\ngives = { points = 5 }'
    programme = ruled(year).programme
    assert programme.looks_back_to(noon("2027-03-01").date()).isoformat() == "2026-01-01"
    assert not programme.counts_whole_life
    once = 'trigger = "wallet"\nreaches = 100\ngives = { points = 5 }'
    assert ruled(once).programme.counts_whole_life
    assert replace(programme, declared={}).limited == ()
