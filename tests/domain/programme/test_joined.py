"""How long somebody has been a member: the days on which each condition holds, and what it says."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts, MemberFacts
from posloyalty.domain.programme.load import load

FILE = """
language = 2
id = "test"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[offer]]
id = "one"
scope = "order"
amount = "1.00"
when = {conditions}
"""
LEAPING = date(2024, 2, 29)


def failing(when: str, day: date, joined_on: date | None) -> list[tuple[str, dict[str, object]]]:
    read = load(FILE.replace("{conditions}", f"{{ {when} }}").encode())
    assert isinstance(read, Programme), read
    member = None
    if joined_on is not None:
        member = MemberFacts(birthday=None, purchases=0, ranks={}, day=day, joined_on=joined_on)
    facts = Facts(day=day, business_day=day, hour=time(12), lines=(), member=member)
    return [(one.code, dict(one.facts)) for one in read.offers[0].when.failures(facts, 0)]


def days(when: str, joined_on: date, first: str, last: str) -> list[str]:
    """The first and the last day of each stretch in which it holds."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    held: list[list[date]] = []
    while day <= end:
        if not failing(when, day, joined_on):
            if held and held[-1][1] == day - timedelta(days=1):
                held[-1][1] = day
            else:
                held.append([day, day])
        day += timedelta(days=1)
    return [f"{a:%F} {b:%F}" for a, b in held]


@pytest.mark.parametrize(
    ("when", "joined_on", "held"),
    [
        ("joined = { within_days = 1 }", date(2026, 3, 1), ["2026-03-01 2026-03-01"]),
        ("joined = { within_days = 30 }", date(2026, 3, 1), ["2026-03-01 2026-03-30"]),
        ("joined = { days_least = 30 }", date(2026, 3, 1), ["2026-03-31 2027-04-30"]),
        (
            "joined = { days_least = 7, within_days = 14 }",
            date(2026, 3, 1),
            ["2026-03-08 2026-03-14"],
        ),
        ("anniversary = {}", date(2026, 3, 1), ["2027-03-01 2027-03-01"]),
        (
            "anniversary = { days_before = 2, days_after = 3 }",
            date(2025, 12, 31),
            ["2026-12-29 2027-01-03"],
        ),
        ("anniversary = {}", LEAPING, ["2027-02-28 2027-02-28"]),
        (
            'anniversary = { feb29 = "mar1" }',
            LEAPING,
            ["2026-03-01 2026-03-01", "2027-03-01 2027-03-01"],
        ),
        (
            'anniversary = { feb29 = "mar1", days_before = 1 }',
            LEAPING,
            ["2026-03-01 2026-03-01", "2027-02-28 2027-03-01"],
        ),
    ],
)
def test_it_holds_on_these_days(when: str, joined_on: date, held: list[str]) -> None:
    assert days(when, joined_on, "2026-03-01", "2027-04-30") == held


@pytest.mark.parametrize(
    ("when", "day", "wanted"),
    [
        ("joined = { within_days = 30 }", "2026-03-31", ("JOINED_BEFORE", {"days": 30})),
        ("joined = { days_least = 30 }", "2026-03-30", ("JOINED_LATELY", {"short_by": 1})),
        # The day of joining itself is no anniversary.
        (
            "anniversary = { days_before = 1, days_after = 2 }",
            "2026-03-01",
            ("NOT_ANNIVERSARY", {"before_days": 1, "after_days": 2}),
        ),
    ],
)
def test_it_says_what_is_missing(when: str, day: str, wanted: tuple[str, object]) -> None:
    assert failing(when, date.fromisoformat(day), date(2026, 3, 1)) == [wanted]


@pytest.mark.parametrize("when", ["joined = { within_days = 30 }", "anniversary = {}"])
def test_nobody_is_a_member_without_a_card(when: str) -> None:
    assert failing(when, date(2026, 3, 1), None) == [("MEMBERS_ONLY", {})]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("joined = {}", "MISSING_KEY"),
        ("joined = { within_days = 0 }", "NOT_WHOLE"),
        ("joined = { days_least = 36601 }", "NOT_WHOLE"),
        ("joined = { within_days = 30, days_least = 30 }", "ENDS_BEFORE_START"),
        ("joined = { within_days = 30, weeks = 2 }", "UNKNOWN_KEY"),
        ("anniversary = { days_before = 181 }", "NOT_WHOLE"),
        ('anniversary = { feb29 = "feb27" }', "NOT_CHOICE"),
        ("anniversary = { within_days = 3 }", "UNKNOWN_KEY"),
    ],
)
def test_what_cannot_be_meant_is_named(when: str, code: str) -> None:
    read = load(FILE.replace("{conditions}", f"{{ {when} }}").encode())
    assert not isinstance(read, Programme)
    assert [one.code for one in read] == [code]
