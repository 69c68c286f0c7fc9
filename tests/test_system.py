"""The machine's clock and ids, driven by a clock and a randomness that stand still."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID
from zoneinfo import ZoneInfo

import pytest

from posloyalty.system import SystemChance, SystemClock, SystemIds

AT_MS = 0x017F22E279B0  # the example of RFC 9562, A.6


class SetClock:
    """A millisecond clock that shows what the test sets."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def __call__(self) -> int:
        return self.at_ms


def stuck(count: int) -> bytes:
    return bytes(count)


def ids_of(*, till: bytes = b"till", boot: bytes = b"boot", clock: SetClock) -> SystemIds:
    return SystemIds(till=till, boot=boot, now_ms=clock, token_bytes=stuck)


def test_ids_are_version_7_uuids_with_the_millisecond_in_front() -> None:
    made = UUID(bytes=ids_of(clock=SetClock(AT_MS)).new_id())
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == AT_MS


def test_ids_ascend_within_a_millisecond_and_beyond_the_counter() -> None:
    ids = ids_of(clock=SetClock(AT_MS))
    made = [ids.new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000
    assert UUID(bytes=made[4095]).int >> 80 == AT_MS
    assert UUID(bytes=made[4096]).int >> 80 == AT_MS + 1


def test_a_clock_set_back_does_not_turn_the_order() -> None:
    clock = SetClock(AT_MS)
    ids = ids_of(clock=clock)
    first = ids.new_id()
    clock.at_ms -= 86_400_000
    second = ids.new_id()
    clock.at_ms = AT_MS + 5
    third = ids.new_id()
    assert first < second < third
    assert UUID(bytes=third).int >> 80 == AT_MS + 5


def test_two_tills_or_two_boots_with_the_same_randomness_make_different_ids() -> None:
    made = {
        ids_of(till=till, boot=boot, clock=SetClock(AT_MS)).new_id()
        for till, boot in ((b"a", b"b"), (b"a", b"c"), (b"ab", b""), (b"", b"ab"))
    }
    assert len(made) == 4


def test_ids_from_several_threads_are_all_different() -> None:
    ids = SystemIds(till=b"till", boot=b"boot")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ids.new_id(), range(2000)))
    assert len(set(made)) == 2000


def test_the_clock_is_aware_and_its_monotonic_reading_never_falls() -> None:
    clock = SystemClock(ZoneInfo("Asia/Shanghai"))
    now = clock.now()
    assert now.utcoffset() is not None
    assert str(now.tzinfo) == "Asia/Shanghai"
    readings = [clock.monotonic_ms() for _ in range(100)]
    assert readings == sorted(readings)


@pytest.mark.parametrize(
    ("platform", "goes_on"),
    [("linux", "CLOCK_BOOTTIME"), ("darwin", "CLOCK_MONOTONIC"), ("win32", "")],
)
def test_fault_66_what_the_computer_slept_has_passed(
    monkeypatch: pytest.MonkeyPatch, platform: str, goes_on: str
) -> None:
    """Eight hours of it; the clock that stands still meanwhile shows seven seconds."""
    slept_ns = 8 * 3_600_000_000_000
    awake_ns = slept_ns if not goes_on else 7_000_000_000
    asked = getattr(time, goes_on, -1)
    monkeypatch.setattr(time, "monotonic_ns", lambda: awake_ns)
    monkeypatch.setattr(time, "clock_gettime_ns", {asked: slept_ns}.__getitem__)
    clock = SystemClock(ZoneInfo("Asia/Shanghai"), platform=platform)
    assert clock.monotonic_ms() == 8 * 3_600_000


def test_chance_gives_as_many_bytes_as_asked_and_not_twice_the_same() -> None:
    chance = SystemChance()
    assert [len(chance.token_bytes(count)) for count in (0, 1, 32)] == [0, 1, 32]
    assert chance.token_bytes(32) != chance.token_bytes(32)
