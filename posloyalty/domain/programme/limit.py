"""Limits: how often, for how many points or how much money a rule may give.

`limit = [{ most = 1, per = "sale" }, { most_money = "100.00", per = "month", of = "campaign" }]`.
What was given before is read from meters (`use_meter`); a limit met either trims what a rule gives
or rejects it whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posloyalty.domain.programme.period import DAYS_MAX, Per, Period
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.ratio import Ratio

COUNT_MAX = 1_000_000


class LimitUnit(StrEnum):
    """What is counted."""

    COUNT = "count"  # how often the rule gave something
    POINTS = "points"  # minor units of the rule's wallet
    MONEY = "money"  # minor units of the currency
    SHOP_COST = "shop_cost"  # the same, of what it cost the shop: of campaigns' budgets alone


class LimitPer(StrEnum):
    """Over what it is counted: the sale itself, or a span of `period.Per`."""

    SALE = "sale"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"  # the last `days` days, today included
    LIFETIME = "lifetime"


class LimitOf(StrEnum):
    """Whose count it is."""

    MEMBER = "member"
    HOUSEHOLD = "household"
    TILL = "till"
    STORE = "store"
    CAMPAIGN = "campaign"


class LimitMode(StrEnum):
    """What is left when a limit is met."""

    TRIM = "trim"  # up to the limit
    REJECT = "reject"  # nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` (count, or minor units) over a span; `days` is the span's length for DAYS."""

    unit: LimitUnit
    most: int
    per: LimitPer
    of: LimitOf = LimitOf.MEMBER
    mode: LimitMode = LimitMode.TRIM
    days: int = 0

    def since(self, day: date) -> date | None:
        """The first day that counts on a day; None from the beginning. SALE counts no day."""
        if self.per is LimitPer.SALE:
            return day
        return Period(Per(self.per.value), self.days).since(day)


def use_meter(rule_id: str, unit: LimitUnit) -> str:
    """The meter that counts what a rule has given."""
    return f"use/{rule_id}/{unit.value}"


def read_limits(section: Section, key: str = "limit", *, scale: int = 0) -> tuple[Limit, ...]:
    """The limits under a key; none when it is not there. `scale` is that of the rule's wallet."""
    return tuple(read_limit(table, scale=scale) for table in section.sections(key))


def read_limit(table: Section, *, scale: int = 0) -> Limit:
    """One limit; keys that somebody has read before may stand beside its own."""
    unit, most = _most(table, scale)
    per = table.choice("per", LimitPer)
    days = table.whole("days", least=1, most=DAYS_MAX) if per is LimitPer.DAYS else 0
    limit = Limit(
        unit=unit,
        most=most,
        per=per,
        of=table.choice("of", LimitOf, LimitOf.MEMBER),
        mode=table.choice("mode", LimitMode, LimitMode.TRIM),
        days=days,
    )
    table.close(("days", "most", "most_points", "most_money"))
    return limit


def _most(table: Section, scale: int) -> tuple[LimitUnit, int]:
    read = table.one_of(
        {
            "most": lambda t, key: (LimitUnit.COUNT, t.whole(key, most=COUNT_MAX)),
            "most_points": lambda t, key: (LimitUnit.POINTS, _points(t, key, scale)),
            "most_money": lambda t, key: (LimitUnit.MONEY, t.money(key, least=0)),
        }
    )
    return (LimitUnit.COUNT, 0) if read is None else read


def _points(table: Section, key: str, scale: int) -> int:
    minor: Ratio = table.ratio(key) * 10**scale
    if minor.denominator != 1:
        table.found(key, "TOO_FINE", scale=scale)
    return minor.numerator // minor.denominator
