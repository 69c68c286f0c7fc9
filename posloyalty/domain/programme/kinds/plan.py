"""`[[plan]]`: a paid membership, sold and renewed at the till.

    [[plan]]
    id = "prime"
    name = "Prime"
    on = { product = ["PRIME-YEAR"] }   # the product that one period is sold as
    months = 12
    trial_days = 30
    grace_days = 7                      # benefits go on so long after a period that was not renewed
    warn_days = 30
    benefits = ["Free delivery"]
    pause_days = 60                     # the most that a period may be paused
    refund = { unused = "full", used = "pro_rata" }
    tenure = { months = 6, days = 14 }  # every six paid months last fourteen days longer

A rule asks for it with `plan = "prime"`. What rules that ask for it have given since a period began
is what was used of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.condition import Condition
from posloyalty.domain.programme.conditions.plan import PLAN, InPlan
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.calendar import months_before

MONTHS_MOST: Final = 120
DAYS_MOST: Final = 366


class UnusedBack(StrEnum):
    """What goes back of a period of which no benefit was used."""

    FULL = "full"
    PRO_RATA = "pro_rata"


class UsedBack(StrEnum):
    """What goes back of one that was used."""

    PRO_RATA = "pro_rata"  # for the days that are left
    LESS_USED = "less_used"  # the price less what the benefits were worth
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tenure:
    """What every so many paid months are worth: `days` on top, and gifts."""

    months: int
    days: int
    gives: Gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A membership by periods of `months`; 0 days are none of it."""

    id: str
    names: Names
    goods: LineFilter
    months: int
    trial_days: int
    grace_days: int
    warn_days: int
    pause_days: int
    benefits: tuple[Names, ...]
    unused: UnusedBack
    used: UsedBack
    tenure: Tenure | None

    def looks_back_to(self, day: date) -> date:
        """Benefits are counted from a period's first day: as long ago as one may last."""
        longer = self.pause_days
        if self.tenure is not None:
            longer += self.tenure.days * (self.months // self.tenure.months + 1)
        return months_before(day, self.months) - timedelta(days=longer)


def plan_sold_as(programme: Programme, product: Product) -> Plan | None:
    """The plan that a product is; None for other goods."""
    return next((one for one in programme.of(Plan) if one.goods.matches(product)), None)


def asks_for(condition: Condition, plan_id: str) -> bool:
    """Whether a condition asks for a plan, anywhere in it but behind a `not`."""
    if isinstance(condition, InPlan):
        return plan_id in condition.plans
    parts: Iterable[Condition] = getattr(condition, "parts", ())
    return any(asks_for(part, plan_id) for part in parts)


@declares(PLAN, Plan, until=Until.ITS_OWN_END, in_hand=True)
def read_plan(section: Section) -> Plan:
    """One `[[plan]]`."""
    plan_id = section.text("id")
    if "on" not in section:
        section.found("on", "MISSING_KEY")
    unused, used = _refund(section)
    read = Plan(
        id=plan_id,
        names=section.names("name", plan_id),
        goods=read_filter(section),
        months=section.whole("months", 12, least=1, most=MONTHS_MOST),
        trial_days=section.whole("trial_days", 0, most=DAYS_MOST),
        grace_days=section.whole("grace_days", 0, most=DAYS_MOST),
        warn_days=section.whole("warn_days", 0, most=DAYS_MOST),
        pause_days=section.whole("pause_days", 0, most=DAYS_MOST),
        benefits=section.names_list("benefits"),
        unused=unused,
        used=used,
        tenure=_tenure(section),
    )
    section.close(("on", "refund", "tenure"))
    return read


def _refund(section: Section) -> tuple[UnusedBack, UsedBack]:
    table = section.section("refund") if "refund" in section else None
    if table is None:
        return UnusedBack.FULL, UsedBack.PRO_RATA
    unused = table.choice("unused", UnusedBack, UnusedBack.FULL)
    used = table.choice("used", UsedBack, UsedBack.PRO_RATA)
    table.close()
    return unused, used


def _tenure(section: Section) -> Tenure | None:
    table = section.section("tenure") if "tenure" in section else None
    if table is None:
        return None
    read = Tenure(
        months=table.whole("months", least=1, most=MONTHS_MOST),
        days=table.whole("days", 0, most=DAYS_MOST),
        gives=read_gives(table) if "gives" in table else Gives(),
    )
    if not read.days and not read.gives.gifts:
        table.found("days", "MISSING_KEY")
    table.close(("gives",))
    return read
