"""The hybrid clock: always forward, never far ahead."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.hlc import AHEAD_MAX_MS, Hlc, StampTooFarAhead, absorb, instant, tick, wall_ms

MS = st.integers(min_value=0, max_value=2**45)


@given(st.lists(MS, min_size=1, max_size=30))
def test_stamps_only_ever_grow_whatever_the_wall_clock_does(walls: list[int]) -> None:
    stamp = Hlc(0)
    for wall in walls:
        following = tick(stamp, wall)
        assert following > stamp
        assert following.ms >= wall
        stamp = following


def test_a_clock_set_back_a_day_only_counts() -> None:
    noon = Hlc(86_400_000 * 3)
    assert tick(noon, noon.ms - 86_400_000) == Hlc(noon.ms, 1)


@given(st.builds(Hlc, MS, st.integers(0, 9)), st.builds(Hlc, MS, st.integers(0, 9)), MS)
def test_hearing_of_a_stamp_puts_us_after_it_unless_it_is_too_far_ahead(
    ours: Hlc, theirs: Hlc, wall: int
) -> None:
    if theirs.ms - wall > AHEAD_MAX_MS:
        with pytest.raises(StampTooFarAhead) as refused:
            absorb(ours, theirs, wall)
        assert refused.value.ahead_ms == theirs.ms - wall
    else:
        assert absorb(ours, theirs, wall) > max(ours, theirs)


def test_five_minutes_ahead_is_still_taken_and_a_millisecond_more_is_not() -> None:
    wall = 1_000_000
    assert absorb(Hlc(wall), Hlc(wall + AHEAD_MAX_MS), wall).counter == 1
    with pytest.raises(StampTooFarAhead):
        absorb(Hlc(wall), Hlc(wall + AHEAD_MAX_MS + 1), wall)


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_milliseconds_come_back_as_the_instant_they_were_cut_from(at: datetime) -> None:
    assert instant(wall_ms(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_a_negative_stamp_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        Hlc(-1)
