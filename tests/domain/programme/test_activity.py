"""`[[activity]]`: how it is read, and whatever is wrong with it is found at its place."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.programme.kinds.activity import Activity
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, rules

SEARCH = """
[[activity]]
id = "search"
points = 3
limit = [{ most_points = 60, per = "day" }, { most = 9, per = "days", days = 30 }]
cooldown_minutes = 1441
"""


def one(text: str) -> Activity:
    (found,) = rules(text).of(Activity)
    return found


def test_it_looks_back_as_far_as_its_limits_and_its_cooldown_reach() -> None:
    today = date(2026, 6, 30)
    assert one(SEARCH).looks_back_to(today) == date(2026, 6, 1)
    programme = rules(SEARCH)
    assert programme.looks_back_to(today) == date(2026, 6, 1)
    assert not programme.counts_whole_life
    assert rules(SEARCH.replace('"day" }', '"lifetime" }')).counts_whole_life
    assert one('[[activity]]\nid = "walk"\ncooldown_minutes = 1441').looks_back_to(today) == date(
        2026, 6, 28
    )


@pytest.mark.parametrize(
    ("more", "markable"),
    [
        ("", True),
        ('role = "supervisor"', False),
        ('evidence = [{ id = "sheet" }]', False),
    ],
)
def test_what_needs_evidence_or_authority_cannot_be_marked_on_a_sale(
    more: str, markable: bool
) -> None:
    text = f'[[activity]]\nid = "cup"\n{more}\n'
    assert one(text).markable is markable
    rule = '[[multiplier]]\nid = "double"\ntimes = 2\nwhen = { mark = "cup" }\n'
    read = load((HEAD.format(currency="CNY") + WALLET + text + rule).encode())
    found = [(f.code, f.path) for f in read] if isinstance(read, list) else []
    assert found == ([] if markable else [("NOT_DECLARED", "multiplier[1].when.mark")])


@pytest.mark.parametrize(
    ("line", "code", "key"),
    [
        ("points = 0", "NOT_ABOVE_ZERO", "points"),
        ('wallet = "points"', "MISSING_KEY", "points"),
        ('points = 1\nwallet = "stars"', "NOT_DECLARED", "wallet"),
        ("for_each = 0", "NOT_WHOLE", "for_each"),
        ("most_quantity = 0", "NOT_WHOLE", "most_quantity"),
        ('role = "boss"', "NOT_CHOICE", "role"),
        ('engages = "deeply"', "NOT_CHOICE", "engages"),
        ("cooldown_minutes = 10081", "NOT_WHOLE", "cooldown_minutes"),
        ('limit = [{ most_money = "1.00", per = "day" }]', "COUNT_ONLY", "limit[1].most_money"),
        ('limit = [{ most_points = 5, per = "day" }]', "COUNT_ONLY", "limit[1].most_points"),
        ('limit = [{ most = 5, per = "days" }]', "MISSING_KEY", "limit[1].days"),
        ('limit = [{ most = 5, per = "day", for = 3 }]', "UNKNOWN_KEY", "limit[1].for"),
        ('evidence = [{ id = "a" }, { id = "a" }]', "NAMED_TWICE", "evidence"),
        ('evidence = [{ name = "a" }]', "MISSING_KEY", "evidence[1].id"),
        ('evidence = [{ id = "a", digits = 3 }]', "UNKNOWN_KEY", "evidence[1].digits"),
        ("fun = true", "UNKNOWN_KEY", "fun"),
        ("when = { weekday = 1 }", "UNKNOWN_KEY", "when.weekday"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(line: str, code: str, key: str) -> None:
    text = f'[[activity]]\nid = "walk"\n{line}\n'
    read = load((HEAD.format(currency="CNY") + WALLET + text).encode("utf-8"))
    assert isinstance(read, list)
    assert [(found.code, found.path) for found in read] == [(code, f"activity[1].{key}")]
