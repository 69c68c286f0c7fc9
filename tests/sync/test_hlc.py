"""The stamps of a journal: always forward."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.hlc import Hlc, instant, tick, wall_ms

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


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_milliseconds_come_back_as_the_instant_they_were_cut_from(at: datetime) -> None:
    assert instant(wall_ms(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_a_negative_stamp_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        Hlc(-1)
