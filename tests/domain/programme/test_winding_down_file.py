"""`[winding_down]`: its days and what becomes of what is left, and whatever is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.programme.kinds.winding_down import (
    Left,
    Phase,
    WindingDown,
    winding_of,
)
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, rules

DAYS = """
[winding_down]
announced = 2026-12-01
earns_through = 2026-12-31
redeems_through = 2027-03-31
"""
GOODBYE = '[[voucher]]\nid = "goodbye"\namount = "5.00"\n'


def test_a_programme_that_goes_on_says_nothing_of_it() -> None:
    assert winding_of(rules()) is None


def test_the_days_and_what_becomes_of_the_rest_are_read() -> None:
    days = WindingDown(
        announced=date(2026, 12, 1),
        earns_through=date(2026, 12, 31),
        redeems_through=date(2027, 3, 31),
        left=Left.PAID_OUT,
    )
    assert winding_of(rules(f'{DAYS}left = "paid_out"')) == days
    assert days.notice_days == 30


def test_so_many_points_become_a_voucher_that_the_file_declares() -> None:
    found = winding_of(rules(GOODBYE, f'{DAYS}left = "voucher"\nvoucher = "goodbye"\npoints = 500'))
    assert found is not None
    assert (found.left, found.voucher, found.wallet, found.points) == (
        Left.VOUCHER,
        "goodbye",
        "points",
        500,
    )


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        ("2026-11-30", None),
        ("2026-12-01", Phase.ANNOUNCED),
        ("2026-12-31", Phase.ANNOUNCED),
        ("2027-01-01", Phase.REDEEMING),
        ("2027-03-31", Phase.REDEEMING),
        ("2027-04-01", Phase.OVER),
    ],
)
def test_every_last_day_belongs_to_what_ends_with_it(day: str, phase: Phase | None) -> None:
    found = winding_of(rules(f'{DAYS}left = "expires"'))
    assert found is not None
    assert found.phase(date.fromisoformat(day)) is phase


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("announced = 2026-12-01\n", "", "MISSING_KEY", "announced"),
        ("announced = 2026-12-01", "announced = 2027-01-01", "ENDS_BEFORE_START", "earns_through"),
        ("= 2027-03-31", "= 2026-12-30", "ENDS_BEFORE_START", "redeems_through"),
        ("= 2027-03-31", '= "31 March"', "NOT_DAY", "redeems_through"),
        ('left = "expires"', 'left = "kept"', "NOT_CHOICE", "left"),
        ('left = "expires"', 'left = "expires"\npoints = 5', "UNKNOWN_KEY", "points"),
        ('left = "expires"', 'left = "voucher"\npoints = 5', "MISSING_KEY", "voucher"),
        (
            'left = "expires"',
            'left = "voucher"\nvoucher = "x"\npoints = 5',
            "NOT_DECLARED",
            "voucher",
        ),
        (
            'left = "expires"',
            'left = "voucher"\nvoucher = "x"\npoints = 0',
            "NOT_ABOVE_ZERO",
            "points",
        ),
    ],
)
def test_what_is_wrong_is_found_with_its_place(old: str, new: str, code: str, key: str) -> None:
    text = HEAD.format(currency="CNY") + WALLET + f'{DAYS}left = "expires"\n'.replace(old, new)
    findings = load(text.encode("utf-8"))
    assert isinstance(findings, list)
    assert (code, f"winding_down.{key}") in [(one.code, one.path) for one in findings]
