"""The machine's own clock, for tests whose hardware answers in its own time."""

from zoneinfo import ZoneInfo

from posloyalty.system import SystemClock

monotonic_ms = SystemClock(ZoneInfo("UTC")).monotonic_ms
