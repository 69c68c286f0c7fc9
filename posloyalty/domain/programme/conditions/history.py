"""`history = { of = "spend", per = "month", at_least = "200.00" }`: what the member did before.

`of` is `spend` (money, for goods that earn) or `visits` (purchases); `per` a span of the calendar,
`days` with `days`, or `lifetime`. `below` asks for less than so much. This sale is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.period import Per, Period, read_period
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section

VISITS_MAX = 100_000
_METERS = {"spend": "spend", "visits": "purchases"}


class Past(StrEnum):
    """What is counted."""

    SPEND = "spend"
    VISITS = "visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """From `least` (minor units or visits) to below `below`; None is without that bound."""

    of: Past
    period: Period
    least: int | None
    below: int | None
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, HISTORY_SHORT with what is missing, or HISTORY_OVER."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        done = facts.member.counted(_METERS[self.of.value], self.period)
        if self.least is not None and done < self.least:
            short = self.least - done
            if self.of is Past.SPEND:
                return (reason("SPENT_TOO_LITTLE", short_by_minor=short),)
            return (reason("TOO_FEW_VISITS", short_by=short),)
        if self.below is not None and done >= self.below:
            return (Reason("PAST_THE_BOUND"),)
        return ()


@condition("history")
def read_history(section: Section, key: str) -> Condition:
    """Read the span and the bounds; one of them must be there."""
    table = section.section(key)
    if table is None:
        return History(of=Past.SPEND, period=Period(Per.DAY), least=None, below=None)
    of = table.choice("of", Past)
    read = History(
        of=of,
        period=read_period(table),
        least=_bound(table, "at_least", of) if "at_least" in table else None,
        below=_bound(table, "below", of) if "below" in table else None,
    )
    if read.least is None and read.below is None:
        table.found("at_least", "MISSING_KEY")
    table.close(("at_least", "below", "days"))
    return read


def _bound(table: Section, key: str, of: Past) -> int:
    if of is Past.SPEND:
        return table.money(key)
    return table.whole(key, least=1, most=VISITS_MAX)
