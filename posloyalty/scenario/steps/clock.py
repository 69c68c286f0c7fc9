"""`step = "set_clock"`: somebody sets the clock of a till's machine wrong, or right again.

`minutes = -120` puts it two hours back from the true time, `minutes = 0` right. The time that rules
go by never goes back behind what the journal has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step

MINUTES_MOST = 60 * 24 * 400


@dataclass(frozen=True, slots=True)
class SetClock:
    """By how much the wall clock is wrong from now on."""

    wrong_by: timedelta
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Set it."""
        scene.placed.wall.wrong_by = self.wrong_by
        return NOTHING_SEEN


@step("set_clock")
def read_set_clock(block: Block) -> SetClock:
    """Read how wrong it is."""
    minutes = block.whole("minutes", least=-MINUTES_MOST, most=MINUTES_MOST)
    return SetClock(timedelta(minutes=minutes))
