"""`hours = { from = "07:00", to = "10:00" }`: store hours, `to` excluded; it may pass midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` until just before `end`; 22:00 to 02:00 holds on both sides of midnight."""

    start: time
    end: time
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """OUTSIDE_HOURS, with the hours."""
        if self.start < self.end:
            inside = self.start <= facts.hour < self.end
        else:
            inside = facts.hour >= self.start or facts.hour < self.end
        if inside:
            return ()
        start, end = self.start.strftime("%H:%M"), self.end.strftime("%H:%M")
        return (reason("OUTSIDE_HOURS", start=start, end=end),)


@condition("hours")
def read_hours(section: Section, key: str) -> Condition:
    """Read both ends."""
    table = section.section(key)
    midnight = time(0)
    if table is None:
        return Hours(midnight, midnight)
    read = Hours(table.hour("from", midnight), table.hour("to", midnight))
    table.close()
    return read
