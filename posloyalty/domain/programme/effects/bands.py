"""`bands`: a discount that rises with the amount or the quantity.

    [offer.bands]
    of = "spend"                  # or "quantity": pieces, or kilograms, of the goods
    mode = "whole"                # the band of the whole; "marginal": each part at its own band
    step = [{ from = "100.00", percent = "5%" }, { from = "300.00", percent = "10%" }]

A step of a spend takes `percent` or `amount`; one of a quantity may also set the `price` of a
piece. Marginal bands know `percent` alone. Steps stand from the lowest and never take less.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.effect import Effect, Scope, TotalEffect, effect
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.reduction import (
    REDUCTION_KEYS,
    By,
    Reduction,
    read_reduction,
)
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import ONE_MILLI, price_times_quantity
from posloyalty.domain.values.ratio import common_denominator
from posloyalty.domain.values.rounding import Rounding, divide

QUANTITY_MAX = 10_000


class Of(StrEnum):
    """What a band begins with."""

    SPEND = "spend"
    QUANTITY = "quantity"


class Mode(StrEnum):
    """What a band's rate is of."""

    WHOLE = "whole"
    MARGINAL = "marginal"


# Members of an enumeration are looked up in Python each time they are named.
MARGINAL = Mode.MARGINAL
SPEND = Of.SPEND
QUANTITY = Of.QUANTITY
PERCENT = By.PERCENT
PRICE = By.PRICE


@dataclass(frozen=True, slots=True)
class Step:
    """From `start` (minor units, or thousandths of a piece) on."""

    start: int
    reduction: Reduction

    def off(self, amount_minor: int, quantity_milli: int) -> int:
        """What it takes off goods that come to an amount."""
        reduction = self.reduction
        if reduction.by is PERCENT:
            return reduction.rate.apply(amount_minor, reduction.rounding)
        if reduction.by is PRICE:
            price = price_times_quantity(reduction.minor, quantity_milli, reduction.rounding)
            return max(0, amount_minor - price)
        return min(reduction.minor, amount_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands(TotalEffect):
    """Steps from the lowest. `before` was counted towards them before this sale."""

    of: Of
    mode: Mode
    steps: tuple[Step, ...]
    rounding: Rounding = Rounding.HALF_UP
    before: int = 0

    @property
    def smooth(self) -> bool:
        """A whole band is a cliff; marginal bands and those of a quantity are not."""
        return self.mode is MARGINAL or self.of is QUANTITY

    def total(self, amount_minor: int, quantity_milli: int) -> int:
        """The discount of the band that is reached, or of each part in its band."""
        if self.mode is MARGINAL:
            return self._marginal(amount_minor, quantity_milli)
        step = self._reached(amount_minor, quantity_milli)
        return 0 if step is None else min(amount_minor, step.off(amount_minor, quantity_milli))

    def most_total(self, amount_minor: int, quantity_milli: int, whole_minor: int) -> int:
        """The band that the whole reaches, of what is left."""
        if self.mode is MARGINAL:
            return self.total(amount_minor, quantity_milli)
        step = self._reached(whole_minor, quantity_milli)
        return 0 if step is None else min(amount_minor, step.off(amount_minor, quantity_milli))

    def next_step(self, amount_minor: int) -> int | None:
        """The amount at which the next whole band of a spend begins; None where none is ahead."""
        if self.mode is MARGINAL or self.of is QUANTITY:
            return None
        return next((one.start for one in self.steps if one.start > amount_minor), None)

    def explanation(self) -> Reason:
        """BAND_PERCENT, BAND_AMOUNT or BAND_PRICE of the first step."""
        return self.steps[0].reduction.told("band") if self.steps else Reason("NO_EFFECT")

    def explained(self, amount_minor: int, quantity_milli: int) -> Reason:
        """The same of the step that the goods reach."""
        step = self._reached(amount_minor, quantity_milli)
        return self.explanation() if step is None else step.reduction.told("band")

    def _measure(self, amount_minor: int, quantity_milli: int) -> int:
        return self.before + (amount_minor if self.of is SPEND else quantity_milli)

    def _reached(self, amount_minor: int, quantity_milli: int) -> Step | None:
        measure = self._measure(amount_minor, quantity_milli)
        return next((one for one in reversed(self.steps) if one.start <= measure), None)

    def _marginal(self, amount_minor: int, quantity_milli: int) -> int:
        """Each part of the measure between two starts at the rate of the lower one."""
        first, last = self.before, self._measure(amount_minor, quantity_milli)
        denominator = common_denominator(one.reduction.rate.denominator for one in self.steps)
        exact = 0
        for place, step in enumerate(self.steps):
            end = self.steps[place + 1].start if place + 1 < len(self.steps) else last
            part = max(0, min(end, last) - max(step.start, first))
            rate = step.reduction.rate
            exact += part * rate.numerator * (denominator // rate.denominator)
        if self.of is SPEND:
            return divide(exact, denominator, self.rounding)
        return divide(exact * amount_minor, denominator * max(1, quantity_milli), self.rounding)


def read_steps(table: Section, of: Of, mode: Mode) -> tuple[Step, ...]:
    """The steps, from the lowest."""
    steps: list[Step] = []
    for section in table.sections("step", some=True):
        if of is SPEND:
            start = section.money("from")
        else:
            start = section.whole("from", least=1, most=QUANTITY_MAX) * ONE_MILLI
        reduction = read_reduction(section)
        section.close(REDUCTION_KEYS)
        if reduction.by is PRICE and of is SPEND:
            section.found("price", "QUANTITY_ONLY")
        if mode is MARGINAL and reduction.by is not PERCENT:
            section.found(reduction.by.value, "PERCENT_ONLY")
        if steps and start <= steps[-1].start and table.sound("step"):
            section.found("from", "NOT_RISING")
        if steps and _takes_less(steps[-1].reduction, reduction):
            section.found(reduction.by.value, "TAKES_LESS")
        steps.append(Step(start, reduction))
    return tuple(steps)


def _takes_less(before: Reduction, after: Reduction) -> bool:
    if before.by is not after.by:
        return True
    if after.by is PRICE:
        return after.minor > before.minor
    return after.rate < before.rate or after.minor < before.minor


@effect("bands")
def read_bands(section: Section, key: str, scope: Scope) -> Effect:
    """Read the steps."""
    table = section.section(key)
    rounding = section.reading.rounding
    if table is None:
        return Bands(of=SPEND, mode=Mode.WHOLE, steps=(), rounding=rounding)
    of = table.choice("of", Of, SPEND)
    mode = table.choice("mode", Mode, Mode.WHOLE)
    read = Bands(of=of, mode=mode, steps=read_steps(table, of, mode), rounding=rounding)
    table.close()
    return read
