"""What pieces cost less by: a share, an amount or a price, of each of them or of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding, divide

FREE = Ratio(1)


class By(StrEnum):
    """What is reduced, and how."""

    PERCENT = "percent"
    AMOUNT = "amount"
    PRICE = "price"
    GROUP_AMOUNT = "group_amount"
    GROUP_PRICE = "group_price"


# Members of an enumeration are looked up in Python each time they are named.
PERCENT = By.PERCENT
AMOUNT = By.AMOUNT
GROUP_AMOUNT = By.GROUP_AMOUNT
GROUP_PRICE = By.GROUP_PRICE


@dataclass(frozen=True, slots=True)
class Reduction:
    """`rate` for PERCENT, `minor` for the others."""

    by: By
    rate: Ratio = FREE
    minor: int = 0
    rounding: Rounding = Rounding.HALF_UP

    def off(
        self, values: Sequence[int], counts: Sequence[int], denominator: int, times: int
    ) -> tuple[int, list[int]]:
        """The discount, rounded once, and the weights by which it is spread over the lines."""
        if self.by is PERCENT:
            whole = sum(values) * self.rate.numerator
            return divide(whole, denominator * self.rate.denominator, self.rounding), list(values)
        if self.by in (GROUP_AMOUNT, GROUP_PRICE):
            stated = self.minor * times * denominator
            whole = sum(values)
            part = min(stated, whole) if self.by is GROUP_AMOUNT else max(0, whole - stated)
            return divide(part, denominator, self.rounding), list(values)
        parts = [self._each(v, n, denominator) for v, n in zip(values, counts, strict=True)]
        return divide(sum(parts), denominator, self.rounding), parts

    def _each(self, value: int, count: int, denominator: int) -> int:
        stated = self.minor * count * denominator
        return min(stated, value) if self.by is AMOUNT else max(0, value - stated)

    def words(self) -> tuple[str, dict[str, int | Ratio]]:
        """The end of a reason's code, and its facts."""
        if self.by is PERCENT:
            return ("free", {}) if self.rate == FREE else ("percent", {"percent": self.rate * 100})
        if self.by in (AMOUNT, GROUP_AMOUNT):
            return "amount", {"amount_minor": self.minor}
        return "price", {"price_minor": self.minor}

    def told(self, code: str, **facts: int) -> Reason:
        """A reason such as BUY_GET_PERCENT, from the beginning of its code in small letters."""
        end, more = self.words()
        return reason(f"{code}_{end}".upper(), **facts, **more)


def read_reduction(section: Section, *, group: bool = False) -> Reduction:
    """`percent`, `amount` or `price` of a table; free without one. `group`: of a whole group."""
    rounding = section.reading.rounding
    if "percent" in section:
        rate = section.ratio("percent", most=FREE)
        return Reduction(PERCENT, rate, rounding=rounding)
    if "amount" in section:
        by = GROUP_AMOUNT if group else AMOUNT
        return Reduction(by, minor=section.money("amount"), rounding=rounding)
    if "price" in section or group:
        by = GROUP_PRICE if group else By.PRICE
        return Reduction(by, minor=section.money("price", least=0), rounding=rounding)
    return Reduction(PERCENT, rounding=rounding)


REDUCTION_KEYS = ("percent", "amount", "price")
