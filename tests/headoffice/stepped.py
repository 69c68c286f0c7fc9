"""A machine's clock that a test sets, in a head office that runs as a process of its own.

`lay(file)` goes into the process: from then on its wall clock is wrong by as many seconds as the
file says, whenever it is looked at. The clock that is never set back goes on as it does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from posloyalty.system import SystemClock

VARIABLE: Final = "POSLOYALTY_TEST_CLOCK"


def step(file: Path, by: timedelta) -> None:
    """The clock is wrong by so much from now on."""
    made = file.with_suffix(".part")
    made.write_text(str(by.total_seconds()), "ascii")
    made.replace(file)


def lay(file: Path) -> None:
    """Have this process go by the file."""
    right = SystemClock.now

    def now(self: SystemClock) -> datetime:
        return right(self) + off(file)

    SystemClock.now = now  # type: ignore[method-assign]


def off(file: Path) -> timedelta:
    """By how much the clock is wrong now."""
    return timedelta(seconds=float(file.read_text("ascii"))) if file.exists() else timedelta()
