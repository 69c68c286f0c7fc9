"""`cumulative`: a discount for who has spent so much in a period.

    [offer.cumulative]
    per = "quarter"               # day, week, month, quarter, year, lifetime, or days with `days`
    counts = "before"             # what this sale adds does not count; "with_sale": the part above
    step = [{ from = "1000.00", percent = "8%" }]

With `before`, the rate of what was spent before holds for the whole sale. With `with_sale`, each
part of the sale gets the rate that holds from there on: of 100.00 after 960.00, 60.00.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.effect import Effect, Scope, TotalEffect, effect
from posloyalty.domain.programme.effects.bands import Bands, Mode, Of, Step, read_steps
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.period import Period, read_period
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.rounding import Rounding


class Counts(StrEnum):
    """Whether the sale itself counts towards the steps."""

    BEFORE = "before"
    WITH_SALE = "with_sale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative(TotalEffect):
    """Steps over what the member spent in a period. Nothing until it is bound to a member."""

    period: Period
    counts: Counts
    steps: tuple[Step, ...]
    rounding: Rounding = Rounding.HALF_UP

    def bound(self, facts: Facts) -> Effect:
        """The bands for a member with what they have spent; nothing for nobody."""
        if facts.member is None:
            return self
        spent = facts.member.spent(self.period)
        if self.counts is Counts.WITH_SALE:
            return Bands(
                of=Of.SPEND,
                mode=Mode.MARGINAL,
                steps=self.steps,
                rounding=self.rounding,
                before=spent,
            )
        step = next((one for one in reversed(self.steps) if one.start <= spent), None)
        flat = () if step is None else (Step(0, step.reduction),)
        return Bands(of=Of.SPEND, mode=Mode.MARGINAL, steps=flat, rounding=self.rounding)

    def total(self, amount_minor: int, quantity_milli: int) -> int:
        """Nothing: nobody has spent anything."""
        return 0

    def explanation(self) -> Reason:
        """BAND_PERCENT."""
        return self.steps[-1].reduction.told("band")


@effect("cumulative", Scope.ORDER)
def read_cumulative(section: Section, key: str, scope: Scope) -> Effect:
    """Read the period and the steps."""
    table = section.section(key)
    rounding = section.reading.rounding
    if table is None:
        table = Section({"per": "year"}, section.path, section.reading)
    read = Cumulative(
        period=read_period(table),
        counts=table.choice("counts", Counts, Counts.BEFORE),
        steps=read_steps(table, Of.SPEND, Mode.MARGINAL),
        rounding=rounding,
    )
    table.close(("days",))
    return read
