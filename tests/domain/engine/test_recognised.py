"""Advance payments: every day, or use, bears its part, and all of them are the price exactly."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.recognised import by_day, deferred, earned_so_far
from posloyalty.domain.ledger.right import Right

FIRST = date(2026, 3, 1)


def right(**more: object) -> Right:
    made = {"id": b"r" * 16, "kind": "pass", "of": "p", "owner": b"m" * 16, "programme": "t"}
    return Right(**(made | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("used", "left"), [(0, 36_000), (1, 34_800), (7, 27_600), (30, 0), (31, 0)]
)
def test_p29_a_pass_is_earned_use_by_use(used: int, left: int) -> None:
    assert deferred(right(uses=30, used=used, paid_minor=36_000), FIRST) == left


def test_case_30_a_year_is_earned_day_by_day() -> None:
    last = date(2027, 2, 28)
    after = [by_day(13_900, FIRST, last, FIRST + timedelta(days=n - 1)) for n in (0, 100, 365)]
    assert after == [0, 3_808, 13_900]


@pytest.mark.parametrize("ends", [{"cancelled": 1}, {"last_day": FIRST}])
def test_what_is_withdrawn_or_ran_out_defers_nothing(ends: dict[str, object]) -> None:
    assert deferred(right(uses=30, used=1, paid_minor=500, **ends), FIRST) == 0


def test_what_never_ends_and_has_no_uses_is_never_earned() -> None:
    assert earned_so_far(right(uses=0, paid_minor=500), FIRST) == 0


@given(st.integers(0, 10**7), st.integers(1, 800))
def test_the_days_add_up_to_the_price_and_none_takes_anything_back(paid: int, days: int) -> None:
    last = FIRST + timedelta(days=days - 1)
    sums = [by_day(paid, FIRST, last, FIRST + timedelta(days=n)) for n in range(-1, days + 1)]
    assert sums[0] == 0
    assert sums[-1] == paid
    assert all(before <= after for before, after in pairwise(sums))
