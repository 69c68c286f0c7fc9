"""`dates = { from = 2026-11-01, through = 2026-11-11 }`: store days, the last one included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class Dates:
    """From `first` through `last`; None is without limit on that side."""

    first: date | None
    last: date | None
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """NOT_YET or OVER, with the day."""
        if self.first is not None and facts.day < self.first:
            return (reason("NOT_YET", starts=self.first),)
        if self.last is not None and facts.day > self.last:
            return (reason("OVER", ended=self.last),)
        return ()


@condition("dates")
def read_dates(section: Section, key: str) -> Condition:
    """Read both ends, at least one of them."""
    table = section.section(key)
    if table is None:
        return Dates(None, None)
    read = Dates(table.day("from"), table.day("through"))
    if "from" not in table and "through" not in table:
        section.found(key, "DATES_EMPTY")
    if read.first is not None and read.last is not None and read.last < read.first:
        section.found(key, "ENDS_BEFORE_START")
    table.close(("from", "through"))
    return read
