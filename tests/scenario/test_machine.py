"""Time that is set, ids that are counted, chance that repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from posloyalty.scenario.machine import CountedIds, SeededChance, WallClock, WorldClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_wall_clock_shows_the_worlds_time_in_its_zone_unless_it_is_wrong() -> None:
    world = WorldClock(NOON)
    wall = WallClock(world, ZoneInfo("Asia/Shanghai"))
    assert wall.now().isoformat() == "2026-03-01T20:00:00+08:00"
    wall.wrong_by = timedelta(hours=-2)
    world.move_to(NOON + timedelta(minutes=1))
    assert wall.now() == NOON + timedelta(minutes=1, hours=-2)
    assert wall.monotonic_ms() == 60_000


def test_the_worlds_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="does not go back"):
        WorldClock(NOON).move_to(NOON - timedelta(seconds=1))


def test_ids_ascend_and_those_of_two_sources_never_meet() -> None:
    one, other = CountedIds(1), CountedIds(2)
    made = [one.new_id() for _ in range(300)]
    assert made == sorted(made)
    assert not set(made) & {other.new_id() for _ in range(300)}


def test_chance_is_the_same_for_the_same_seed() -> None:
    assert SeededChance("a").token_bytes(100) == SeededChance("a").token_bytes(100)
    assert SeededChance("a").token_bytes(100) != SeededChance("b").token_bytes(100)
    chance = SeededChance("a")
    assert chance.token_bytes(32) != chance.token_bytes(32)
