"""`[[cause]]`: read with its ways of giving, and whatever is wrong with it is found."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.engine.works.causes import period_days
from posloyalty.domain.programme.kinds.cause import Cause
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.period import CalendarSpan
from tests.domain.engine.made import HEAD, WALLET, rules


@pytest.mark.parametrize(
    ("lines", "code", "path"),
    [
        ("", "CAUSE_GIVES_NOTHING", "cause[1].id"),
        ("pledge = {}", "KIND_MISSING", "cause[1].pledge"),
        ('pledge = { units = 1, money = "1.00", unit = "x" }', "KIND_TWICE", "cause[1].pledge"),
        ("pledge = { units = 1 }", "MISSING_KEY", "cause[1].pledge.unit"),
        ('pledge = { units = 0, unit = "x" }', "NOT_WHOLE", "cause[1].pledge.units"),
        ('pledge = { money = "1.00", unit = "x" }', "UNKNOWN_KEY", "cause[1].pledge.unit"),
        ('share = { of = "wages", rate = "1%" }', "NOT_CHOICE", "cause[1].share.of"),
        ('share = { of = "profit", rate = "4/3" }', "NOT_RATIO_TO", "cause[1].share.rate"),
        (
            'share = { of = "profit", rate = "1%", on = { tag = ["x"] } }',
            "UNKNOWN_KEY",
            "cause[1].share.on",
        ),
        (
            'share = { of = "sales", rate = "1%", carry_loss = true }',
            "UNKNOWN_KEY",
            "cause[1].share.carry_loss",
        ),
        ('round_up = "0.00"', "TOO_LITTLE", "cause[1].round_up"),
        ('amounts = [{ money = "0.001" }]', "NOT_MONEY", "cause[1].amounts[1].money"),
        (
            "amounts = [" + ", ".join(f'{{ money = "{n}.00" }}' for n in range(1, 8)) + "]",
            "TOO_MANY",
            "cause[1].amounts",
        ),
        (
            'points = { wallet = "miles", points = 1, money = "1.00" }',
            "NOT_DECLARED",
            "cause[1].points.wallet",
        ),
    ],
)
def test_what_is_wrong_is_found_with_its_place(lines: str, code: str, path: str) -> None:
    text = "\n".join((HEAD.format(currency="CNY"), WALLET, '[[cause]]\nid = "c"', lines))
    findings = load(text.encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, path)]


@pytest.mark.parametrize(
    ("period", "written", "days"),
    [
        (CalendarSpan.MONTH, "2026-02", ("2026-02-01", "2026-02-28")),
        (CalendarSpan.MONTH, "2026-12", ("2026-12-01", "2026-12-31")),
        (CalendarSpan.QUARTER, "2026-Q1", ("2026-01-01", "2026-03-31")),
        (CalendarSpan.QUARTER, "2026-Q4", ("2026-10-01", "2026-12-31")),
        (CalendarSpan.YEAR, "2028", ("2028-01-01", "2028-12-31")),
        (CalendarSpan.MONTH, "2026-13", None),
        (CalendarSpan.MONTH, "2026-00", None),
        (CalendarSpan.MONTH, "2026-Q1", None),
        (CalendarSpan.QUARTER, "2026-Q5", None),
        (CalendarSpan.QUARTER, "2026-01", None),
        (CalendarSpan.YEAR, "2026-01", None),
        (CalendarSpan.YEAR, "0000", None),
        (CalendarSpan.MONTH, "", None),
    ],
)
def test_a_period_has_its_first_and_last_day(
    period: CalendarSpan, written: str, days: tuple[str, str] | None
) -> None:
    wanted = None if days is None else tuple(date.fromisoformat(day) for day in days)
    assert period_days(period, written) == wanted


def test_rounding_up_gives_what_the_next_whole_step_lacks() -> None:
    cause = rules('[[cause]]\nid = "c"\nround_up = "5.00"').of(Cause)[0]
    assert [cause.rounded_up(n) for n in (0, 1, 499, 500, 501, 4730)] == [0, 499, 1, 0, 499, 270]
