"""`[[rule]]`: what the programme gives by itself when something happens.

    [[rule]]
    id = "welcome"
    trigger = "sign_up"
    gives = { voucher = "welcome" }

    [[rule]]
    id = "free-cup"
    trigger = "wallet"
    reaches = 500                 # points that can be used
    takes = 500                   # spent on it, as often as they are there
    gives = { voucher = "free-cup" }

Each trigger is an `Occasion` with keys of its own, registered under its word with `occasion`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from posloyalty.domain.members.member import Birthday
from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.earn_rule import read_clock
from posloyalty.domain.programme.gives import Gives, GiveVoucher, read_gives
from posloyalty.domain.programme.limit import (
    Limit,
    LimitPer,
    LimitUnit,
    read_limits,
)
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.yearly import YearlyWindow, read_yearly
from posloyalty.domain.values.calendar import add_months

RULE: Final = "rule"
WAIT_MOST: Final = 60
ONCE: Final = Limit(unit=LimitUnit.COUNT, most=1, per=LimitPer.LIFETIME)
Occasion = Any
"""A frozen dataclass of its trigger."""

OccasionReader = Callable[[Section], Occasion]
OCCASIONS: dict[str, OccasionReader] = {}


def occasion(trigger: str) -> Callable[[OccasionReader], OccasionReader]:
    """Register a trigger under the word that files use."""

    def register(reader: OccasionReader) -> OccasionReader:
        OCCASIONS[trigger] = reader
        return reader

    return register


class OnReturn(StrEnum):
    """What becomes of what a sale brought, when goods come back and others stay."""

    REASSESS = "reassess"  # as if they had never been bought; what is used stays
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When it gives, to whom, what, and how often. `limits` count how often; `on_return` is about
    sales of which a part comes back.
    """

    id: str
    names: Names
    occasion: Occasion
    when: AllOf
    by_business_day: bool
    gives: Gives
    limits: tuple[Limit, ...]
    on_return: OnReturn

    def looks_back_to(self, day: date) -> date | None:
        """The first day whose meters it looks at, beside those of its limits."""
        reach = getattr(self.occasion, "looks_back_to", None)
        return None if reach is None else reach(day)


@dataclass(frozen=True, slots=True)
class SalePaid:
    """A sale was paid: once, or for every so much that was paid for goods that earn."""

    each_spend: int | None


@dataclass(frozen=True, slots=True)
class Reloaded:
    """Stored value was bought in a sale: from so much, and less than so much; None without end."""

    least_minor: int
    below_minor: int | None


class Goods(StrEnum):
    """Which goods have to come back."""

    ANY = "any"
    FAULTY = "faulty"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class CameBack:
    """Goods of a sale came back; a sale that is voided had never been one."""

    goods: Goods

    def means(self, *, faulty: bool) -> bool:
        """Whether it is about goods that are faulty, or are not."""
        return self.goods is Goods.ANY or (self.goods is Goods.FAULTY) == faulty


@dataclass(frozen=True, slots=True)
class Recorded:
    """An activity of this name was recorded."""

    what: str


@dataclass(frozen=True, slots=True)
class SignedUp:
    """Somebody became a member."""


@dataclass(frozen=True, slots=True)
class LevelMet:
    """A level was met that was not held before; `level` "" is any of the scheme, "" any scheme."""

    scheme: str
    level: str


@dataclass(frozen=True, slots=True)
class NearBirthday:
    """From so many days before a birthday through so many after: once for each birthday."""

    window: YearlyWindow

    def birthday(self, born: Birthday, day: date) -> date | None:
        """The birthday around which a day lies."""
        return self.window.around(born.month, born.day, day)

    def looks_back_to(self, day: date) -> date:
        """A birthday whose days are not over lies so far back at most."""
        return day - timedelta(days=self.window.days_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletReaches:
    """So many usable points are in a wallet; `takes` of them are spent on it, if any."""

    wallet: str
    points: int
    takes: int | None


class Measure(StrEnum):
    """What a period adds up."""

    SPEND = "spend"
    VISITS = "visits"
    POINTS = "points"


class Every(StrEnum):
    """The period."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEnds:
    """A calendar period is over, and in it the member came to `at_least` of a measure."""

    every: Every
    wait_days: int
    measure: Measure
    wallet: str
    at_least: int

    def period(self, day: date) -> tuple[date, date]:
        """The first and last day of the newest period that may be looked at on a day."""
        seen = day - timedelta(days=self.wait_days)
        months = _MONTHS[self.every]
        now = seen.replace(month=seen.month - (seen.month - 1) % months, day=1)
        return add_months(now, -months), now - timedelta(days=1)

    def looks_back_to(self, day: date) -> date:
        """The period's first day."""
        return self.period(day)[0]


@declares(RULE, Rule, until=Until.EARNING)
def read_rule(section: Section) -> Rule | None:
    """One `[[rule]]`."""
    rule_id = section.text("id")
    word = section.text("trigger")
    reader = OCCASIONS.get(word)
    if reader is None:
        if word:
            known = ", ".join(sorted(OCCASIONS))
            section.found("trigger", "NOT_CHOICE", given=word, known=known)
        return None
    happens = reader(section)
    limits = read_limits(section)
    if any(limit.unit is not LimitUnit.COUNT for limit in limits):
        section.found("limit", "COUNTS_ONLY")
    read = Rule(
        id=rule_id,
        names=section.names("name", rule_id),
        occasion=happens,
        when=read_when(section, campaign=True),
        by_business_day=read_clock(section),
        gives=read_gives(section),
        limits=limits or _usual_limits(happens),
        on_return=section.choice("on_return", OnReturn, OnReturn.REASSESS)
        if isinstance(happens, SalePaid)
        else OnReturn.KEEP,
    )
    if isinstance(happens, WalletReaches) and happens.takes and not _one_voucher(read.gives):
        section.found("gives", "ONE_VOUCHER_FOR_POINTS")
    section.close(("limit", "when", "name", "clock"))
    return read


def _usual_limits(happens: Occasion) -> tuple[Limit, ...]:
    """What is given for a balance that stays would be given again and again."""
    return (ONCE,) if isinstance(happens, WalletReaches) and not happens.takes else ()


def _one_voucher(gives: Gives) -> bool:
    vouchers = gives.of(GiveVoucher)
    return len(gives.gifts) == 1 and [one.count for one in vouchers] == [1]


@occasion("sale")
def read_sale(section: Section) -> SalePaid:
    """`trigger = "sale"`, with `each_spend = "100.00"` for every so much."""
    return SalePaid(section.money("each_spend") if "each_spend" in section else None)


@occasion("reload")
def read_reload(section: Section) -> Reloaded:
    """`trigger = "reload"`, `at_least = "30.00"`, `below = "50.00"`."""
    below = section.money("below") if "below" in section else None
    least = section.money("at_least")
    if below is not None and below <= least:
        section.found("below", "NOT_ABOVE_LEAST")
    return Reloaded(least, below)


@occasion("return")
def read_return(section: Section) -> CameBack:
    """`trigger = "return"`, with `goods = "faulty"` or `"good"` for such goods alone."""
    return CameBack(section.choice("goods", Goods, Goods.ANY))


@occasion("activity")
def read_activity(section: Section) -> Recorded:
    """`trigger = "activity"`, `what = "survey"`."""
    return Recorded(section.text("what"))


@occasion("sign_up")
def read_sign_up(section: Section) -> SignedUp:
    """`trigger = "sign_up"`."""
    return SignedUp()


@occasion("tier_met")
def read_tier_met(section: Section) -> LevelMet:
    """`trigger = "tier_met"`, `level = "gold"`; `scheme` where there are several."""
    levels = section.reading.levels
    scheme = section.text("scheme", next(iter(levels)) if len(levels) == 1 else None)
    level = section.text("level") if "level" in section else ""
    known = levels.get(scheme, {})
    if scheme and not known:
        section.found("scheme", "NOT_DECLARED", given=scheme, known=", ".join(levels))
    elif level and level not in known:
        section.found("level", "NOT_DECLARED", given=level, known=", ".join(known))
    return LevelMet(scheme, level)


@occasion("birthday")
def read_birthday(section: Section) -> NearBirthday:
    """`trigger = "birthday"`, `days_before = 3`, `days_after = 3`, `feb29 = "feb28"`."""
    return NearBirthday(read_yearly(section))


@occasion("wallet")
def read_wallet_reaches(section: Section) -> WalletReaches:
    """`trigger = "wallet"`, `wallet = "points"`, `reaches = 500`, `takes = 500`."""
    wallet = section.wallet()
    read = WalletReaches(
        wallet=wallet,
        points=section.points("reaches", wallet),
        takes=section.points("takes", wallet) if "takes" in section else None,
    )
    for key, points in (("reaches", read.points), ("takes", read.takes)):
        if points is not None and points < 1:
            section.found(key, "NOT_ABOVE_ZERO")
    if read.takes is not None and read.takes > read.points:
        section.found("takes", "TAKES_TOO_MUCH")
    return read


@occasion("period")
def read_period(section: Section) -> PeriodEnds:
    """`trigger = "period"`, `every = "year"`, `spend = "2000.00"`; or `visits`, or `points`."""
    every = section.choice("every", Every)
    wait = section.whole("wait_days", 0, most=WAIT_MOST)
    needs: dict[str, Callable[[Section, str], tuple[Measure, str, int]]] = {
        "spend": lambda table, key: (Measure.SPEND, "", table.money(key)),
        "visits": lambda table, key: (Measure.VISITS, "", table.whole(key, least=1)),
        "points": _earned_points,
    }
    measure, wallet, at_least = section.one_of(needs) or (Measure.SPEND, "", 1)
    return PeriodEnds(
        every=every, wait_days=wait, measure=measure, wallet=wallet, at_least=at_least
    )


def _earned_points(table: Section, key: str) -> tuple[Measure, str, int]:
    wallet = table.wallet()
    return Measure.POINTS, wallet, table.points(key, wallet)
