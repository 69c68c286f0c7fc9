"""`[[rule]]`, `gives` and `valid`: what is wrong with them is found with its place."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.programme.gives import GiveMessage, GivePoints, Gives, GiveVoucher
from posloyalty.domain.programme.kinds.rule import Rule, WalletReaches
from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.names import Names
from tests.domain.engine.made import HEAD, WALLET, rules

VOUCHER = """
[[voucher]]
id = "cup"
scope = "order"
amount = "20.00"
VALID
"""
RULE = """
[[rule]]
id = "it"
"""


def test_whatever_is_given_is_read_in_its_order() -> None:
    text = (
        'trigger = "wallet"\nreaches = 50\n'
        'gives = [{ points = 5 }, { voucher = "cup" }, { message = "Enjoy" }]'
    )
    (rule,) = rules(VOUCHER.replace("VALID", ""), RULE + text).of(Rule)
    assert rule.gives == Gives(
        (GivePoints("points", 5), GiveVoucher("cup", 1), GiveMessage(Names("Enjoy")))
    )
    assert rule.occasion == WalletReaches(wallet="points", points=50, takes=None)


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        ("gives = { points = 5 }", "MISSING_KEY", "rule[1].trigger"),
        ('trigger = "moon"\ngives = { points = 5 }', "NOT_CHOICE", "rule[1].trigger"),
        ('trigger = "sale"', "MISSING_KEY", "rule[1].gives"),
        (
            'trigger = "return"\ngoods = "bad"\ngives = { points = 5 }',
            "NOT_CHOICE",
            "rule[1].goods",
        ),
        (
            'trigger = "sale"\ngoods = "faulty"\ngives = { points = 5 }',
            "UNKNOWN_KEY",
            "rule[1].goods",
        ),
        ('trigger = "sale"\ngives = []', "LIST_EMPTY", "rule[1].gives"),
        ('trigger = "sale"\ngives = 5', "NOT_TABLES", "rule[1].gives"),
        ('trigger = "sale"\ngives = {}', "KIND_MISSING", "rule[1].gives"),
        ('trigger = "sale"\ngives = { points = 0 }', "NOT_ABOVE_ZERO", "rule[1].gives.points"),
        ('trigger = "sale"\ngives = { voucher = "x" }', "NOT_DECLARED", "rule[1].gives.voucher"),
        (
            'trigger = "sale"\ngives = [{ points = 1, voucher = "cup" }]',
            "KIND_TWICE",
            "rule[1].gives[1]",
        ),
        ('trigger = "sale"\nwhat = "x"\ngives = { points = 5 }', "UNKNOWN_KEY", "rule[1].what"),
        ('trigger = "activity"\ngives = { points = 5 }', "MISSING_KEY", "rule[1].what"),
        (
            'trigger = "sale"\ngives = { points = 5 }\nlimit = [{ most_points = 5, per = "day" }]',
            "COUNTS_ONLY",
            "rule[1].limit",
        ),
        (
            'trigger = "wallet"\nreaches = 5\ntakes = 6\ngives = { voucher = "cup" }',
            "TAKES_TOO_MUCH",
            "rule[1].takes",
        ),
        (
            'trigger = "wallet"\nreaches = 0\ngives = { points = 5 }',
            "NOT_ABOVE_ZERO",
            "rule[1].reaches",
        ),
        (
            'trigger = "wallet"\nreaches = 5\ntakes = 5\ngives = { points = 5 }',
            "ONE_VOUCHER_FOR_POINTS",
            "rule[1].gives",
        ),
        (
            'trigger = "tier_met"\nscheme = "level"\ngives = { points = 5 }',
            "NOT_DECLARED",
            "rule[1].scheme",
        ),
        ('trigger = "period"\nevery = "year"\ngives = { points = 5 }', "KIND_MISSING", "rule[1]"),
        (
            'trigger = "period"\nevery = "week"\nvisits = 3\ngives = { points = 5 }',
            "NOT_CHOICE",
            "rule[1].every",
        ),
        (
            'trigger = "reload"\nat_least = "5.00"\nbelow = "5.00"\ngives = { points = 5 }',
            "NOT_ABOVE_LEAST",
            "rule[1].below",
        ),
        ('trigger = "reload"\ngives = { points = 5 }', "MISSING_KEY", "rule[1].at_least"),
        (
            'trigger = "sale"\non_return = "never"\ngives = { points = 5 }',
            "NOT_CHOICE",
            "rule[1].on_return",
        ),
        (
            'trigger = "sign_up"\non_return = "keep"\ngives = { points = 5 }',
            "UNKNOWN_KEY",
            "rule[1].on_return",
        ),
        (
            'trigger = "birthday"\ndays_before = 181\ngives = { points = 5 }',
            "NOT_WHOLE",
            "rule[1].days_before",
        ),
    ],
)
def test_what_is_wrong_with_a_rule_is_found(line: str, code: str, path: str) -> None:
    text = HEAD.format(currency="CNY") + WALLET + VOUCHER.replace("VALID", "") + RULE + line
    found = load(text.encode())
    assert isinstance(found, list)
    assert (code, path) in [(one.code, one.path) for one in found], found


@pytest.mark.parametrize(
    ("valid", "first", "last"),
    [
        ("", "2026-03-01", None),
        ("valid = { days = 7 }", "2026-03-01", "2026-03-07"),
        ('valid = { days = 1, from = "next_day" }', "2026-03-02", "2026-03-02"),
        ("valid = { months = 1 }", "2026-03-01", "2026-03-31"),
        (
            'valid = { months = 1, style = "anniversary_inclusive" }',
            "2026-03-01",
            "2026-04-01",
        ),
        ('valid = { months = 2, from = "next_month" }', "2026-04-01", "2026-05-31"),
        ("valid = { days = 30, through = 2026-03-15 }", "2026-03-01", "2026-03-15"),
    ],
)
def test_a_voucher_of_1_march_is_good_on_these_days(
    valid: str, first: str, last: str | None
) -> None:
    (voucher,) = rules(VOUCHER.replace("VALID", valid)).of(Voucher)
    day = date(2026, 3, 1)
    end = voucher.valid.last_day(day)
    assert voucher.valid.first_day(day).isoformat() == first
    assert (None if end is None else end.isoformat()) == last
    assert not voucher.valid.over(day)
    assert voucher.valid.over(date(2026, 3, 16)) is ("through" in valid)


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        ("valid = { days = 3, months = 1 }", "DAYS_OR_MONTHS", "voucher[1].valid.months"),
        ("valid = { weeks = 3 }", "UNKNOWN_KEY", "voucher[1].valid.weeks"),
        ('valid = { from = "later" }', "NOT_CHOICE", "voucher[1].valid.from"),
        ("uses = 0", "NOT_WHOLE", "voucher[1].uses"),
    ],
)
def test_what_is_wrong_with_a_voucher_is_found(line: str, code: str, path: str) -> None:
    text = HEAD.format(currency="CNY") + WALLET + VOUCHER.replace("VALID", line)
    found = load(text.encode())
    assert isinstance(found, list)
    assert (code, path) in [(one.code, one.path) for one in found], found
