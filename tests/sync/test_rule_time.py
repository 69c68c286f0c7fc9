"""The time that rules go by: the latest of wall, journal and head office, and never back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.rule_time import (
    AHEAD_MOST_MS,
    HeardTime,
    after_hearing,
    lent_through,
    rule_ms,
)

TIMES = st.integers(0, 2**45)


@pytest.mark.parametrize(
    ("wall", "floor", "heard", "passed", "expected"),
    [
        (1_000, 400, None, 0, 1_000),
        (400, 1_000, None, 0, 1_000),
        (400, 500, HeardTime(900, 50), 50, 900),
        (400, 500, HeardTime(900, 50), 60, 910),  # head office's clock goes on
        (2_000, 500, HeardTime(900, 50), 60, 2_000),
        (400, 500, HeardTime(900, 50), 10, 900),  # and never back
    ],
)
def test_the_latest_of_what_is_known_counts(
    wall: int, floor: int, heard: HeardTime | None, passed: int, expected: int
) -> None:
    found = rule_ms(wall_ms=wall, floor_ms=floor, heard=heard, monotonic_ms=passed)
    assert found == expected


@given(TIMES, st.integers(0, AHEAD_MOST_MS), st.integers(0, 10**9))
def test_what_head_office_said_is_not_before_now(now: int, ahead: int, passed: int) -> None:
    heard = after_hearing(None, now + ahead, now_ms=now, monotonic_ms=passed)
    assert rule_ms(wall_ms=now, floor_ms=0, heard=heard, monotonic_ms=passed) == now + ahead


def test_a_head_office_that_is_weeks_ahead_is_not_followed() -> None:
    far = 1_000 + AHEAD_MOST_MS + 1
    assert after_hearing(None, far, now_ms=1_000, monotonic_ms=5) is None
    week = far - 1
    assert after_hearing(None, week, now_ms=1_000, monotonic_ms=5) == HeardTime(week, 5)


def test_an_answer_that_comes_late_turns_nothing_back() -> None:
    known = HeardTime(5_000, 100)
    assert after_hearing(known, 4_900, now_ms=5_000, monotonic_ms=100) is known
    assert after_hearing(known, 5_200, now_ms=5_100, monotonic_ms=200) == HeardTime(5_200, 200)
    # It is later than what was heard, and before what has become of that since.
    assert after_hearing(known, 5_050, now_ms=5_100, monotonic_ms=200) is known


TODAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("tills", "through"),
    [
        (TODAY, TODAY),
        (date(2026, 12, 3), date(2026, 12, 3)),
        (date(2026, 12, 9), date(2026, 12, 9)),
        (date(2026, 12, 10), None),  # whose clock is wrong, people have to see
        (date(9999, 12, 31), None),
        (date(2026, 12, 1), TODAY),  # a till that is behind takes head office's time up
        (date(2025, 1, 1), TODAY),
    ],
)
def test_what_a_sale_wants_is_lent_for_the_later_of_two_days_within_a_week(
    tills: date, through: date | None
) -> None:
    assert lent_through(TODAY, tills) == through
