"""PAST_NEVER: a rule that asks for more of the member's past than it lets pass.

Three visits this month and none this week can be; three this week and less than three this month
cannot: what a span holds, every span around it holds too. Situations do not vary the past, because
a past has too many days; so its bounds are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from posloyalty.domain.programme.condition import AllOf, Condition
from posloyalty.domain.programme.conditions.history import History, Past
from posloyalty.domain.programme.conditions.logic import Not
from posloyalty.domain.programme.period import Per, Period
from posloyalty.domain.programme.toml_file import Found
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.warnings.warning import found, warns

_CALENDAR: Final = {
    Per.DAY: (Per.WEEK, Per.MONTH, Per.QUARTER, Per.YEAR),
    Per.MONTH: (Per.QUARTER, Per.YEAR),
    Per.QUARTER: (Per.YEAR,),
}
"""Which spans of the calendar always lie in which others; a week does not lie in a month."""
_DAYS_MOST: Final = {Per.DAY: 1, Per.WEEK: 7, Per.MONTH: 31, Per.QUARTER: 92, Per.YEAR: 366}


@warns
def _past_never(draft: Draft) -> Iterator[Found]:
    currency = draft.programme.currency
    for rule in draft.rules:
        bounds = () if rule.when is None else tuple(_bounds(rule.when))
        for low, high in product(bounds, bounds):
            if low.least is None or high.below is None or not _same_past(low, high):
                continue
            if low.least >= high.below:
                yield found(
                    (*rule.path, "when"),
                    "PAST_NEVER",
                    id=rule.id,
                    of=low.of.value,
                    least=_amount(low.of, low.least, currency),
                    least_per=_span(low.period),
                    below=_amount(high.of, high.below, currency),
                    below_per=_span(high.period),
                )
                break


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a past must reach in a span, and stay below; None is without that bound. What was
    turned round holds without a member, too.
    """

    of: Past
    period: Period
    least: int | None
    below: int | None
    turned: bool = False


def _bounds(part: Condition) -> Iterator[_Bounds]:
    """The bounds that all have to hold, those of one bound that must not hold turned round."""
    if isinstance(part, AllOf):
        for inner in part.parts:
            yield from _bounds(inner)
    elif isinstance(part, History):
        yield _Bounds(part.of, part.period, part.least, part.below)
    elif isinstance(part, Not):
        yield from _turned(part)


def _turned(part: Not) -> Iterator[_Bounds]:
    inner = part.part
    if isinstance(inner, AllOf) and len(inner.parts) == 1:
        inner = inner.parts[0]
    if isinstance(inner, History) and (inner.least is None) is not (inner.below is None):
        yield _Bounds(inner.of, inner.period, inner.below, inner.least, turned=True)


def _same_past(low: _Bounds, high: _Bounds) -> bool:
    """Whether what reaches one bound counts for the other, and somebody must be there."""
    asked = not (low.turned and high.turned)
    return asked and low.of is high.of and _within(low.period, high.period)


def _within(inner: Period, outer: Period) -> bool:
    """Whether every day of one span is in the other, on whatever day it is asked."""
    if outer.per is Per.LIFETIME or inner == outer:
        return True
    if outer.per is Per.DAYS:
        most = inner.days if inner.per is Per.DAYS else _DAYS_MOST.get(inner.per)
        return most is not None and most <= outer.days
    if inner.per is Per.DAYS:
        return inner.days == 1
    return outer.per in _CALENDAR.get(inner.per, ())


def _amount(of: Past, amount: int, currency: Currency) -> str:
    return format_amount(amount, currency) if of is Past.SPEND else str(amount)


def _span(period: Period) -> str:
    return f"{period.days} days" if period.per is Per.DAYS else period.per.value
