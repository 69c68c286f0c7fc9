"""Tier schemes: levels that members meet by what they did inside a window of days.

A purchase on day d meets a level when the figures counted in the window of d reach what the level
needs, this purchase included; the level is then held as the scheme's `hold` says. Nothing else is
kept: who holds which level when follows from what was counted, in whatever order it arrived
(`engine/tier_history.py`).

Defaults: a level counts at once (`start = "now"`), points of bonuses do not count towards one,
those still pending do, a return that takes the progress below keeps the level through its last day,
and a level that runs out leaves what was met besides it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.earn_rule import MULTIPLIER_MAX, read_wallet_id
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.tier_hold import (
    Grace,
    Hold,
    HoldForEver,
    HoldPeriods,
    read_grace,
    read_hold,
)
from posloyalty.domain.programme.tier_need import (
    Measure,
    Metric,
    Need,
    read_from,
    read_need,
    rises,
)
from posloyalty.domain.programme.tier_window import ONE_DAY, TierWindow, read_window
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.ratio import Ratio

CHALLENGE_DAYS_MAX: Final = 1000


class RateAt(StrEnum):
    """Which level's multiplier a sale earns at that crosses a threshold."""

    START = "start"  # the level held before the sale
    SPLIT = "split"  # the part above the threshold at the new level's


class Start(StrEnum):
    """From when a level that was met counts."""

    NOW = "now"  # in the very sale, where `rate_at` splits it
    NEXT_SALE = "next_sale"  # from the next sale, or stay, on
    NEXT_PERIOD = "next_period"  # from the first day of the window's next period on


class Downgrade(StrEnum):
    """What becomes of a level that ran out."""

    REASSESS = "reassess"  # what was met besides it, however low
    ONE = "one"  # one level lower at most, held as if it had been met that day
    NONE = "none"  # nothing: levels never run out


class OnReturn(StrEnum):
    """What becomes of a level whose progress a return takes back."""

    KEEP = "keep"  # held through its last day
    REASSESS = "reassess"  # from that day on as if what came back had never been bought


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level: what it needs, its multiplier, and its benefits in words for the screen."""

    id: str
    names: Names
    need: Need
    times: Ratio
    benefits: tuple[Names, ...] = ()

    @property
    def threshold(self) -> int:
        """The figure of a level that needs only one; 0 where there are several."""
        single = self.need.single
        return 0 if single is None else single.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A way to a level: so much within `days` from the day of taking it up.

    With `trial` the level is held for those days already; whoever does not make it falls back to
    what was earned.
    """

    id: str
    names: Names
    level: str
    days: int
    need: Need
    trial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TierScheme:
    """Levels from the lowest; a rank is a place in them counted from 1, 0 is below the first.

    `wallet` is the one whose earning the levels' multipliers raise.
    """

    id: str
    names: Names
    base_names: Names
    wallet: str
    window: TierWindow
    hold: Hold
    grace: Grace
    start: Start
    downgrade: Downgrade
    on_return: OnReturn
    count_bonus: bool
    pending_counts: bool
    rate_at: RateAt
    levels: tuple[Level, ...]
    challenges: tuple[Challenge, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every figure that a level or a challenge looks at, each once."""
        needs = [level.need for level in self.levels]
        needs += [challenge.need for challenge in self.challenges]
        return tuple(dict.fromkeys(c.measure for need in needs for c in need.criteria))

    def held_through(self, met_on: date, joined_on: date) -> date:
        """The last day of a level met on a day, without its grace; FOREVER when it has none."""
        return self.hold.through(met_on, self.window, joined_on)

    def starts_on(self, met_on: date, joined_on: date) -> date:
        """The first day on which a level met on a day counts."""
        period = self.window.period(met_on, joined_on)
        if self.start is not Start.NEXT_PERIOD or period is None:
            return met_on
        return period[1] + ONE_DAY

    def looks_back_to(self, day: date) -> date | None:
        """The first day that can matter on a day by itself; None when one sum of all will do.

        Where returns reassess, or a level that is to come must not hide the one that holds, what
        may have met a level that is still held is looked at again.
        """
        starts = [self._window_back(day)]
        starts += [day - (challenge.days - 1) * ONE_DAY for challenge in self.challenges]
        return min((start for start in starts if start is not None), default=None)

    def _window_back(self, day: date) -> date | None:
        first = self.window.reaches_back(day)
        if first is None and any(m.metric is Metric.VISIT_DAYS for m in self.measures):
            return date.min  # days do not add up to one sum
        next_period = self.start is Start.NEXT_PERIOD
        if not (next_period or self.on_return is OnReturn.REASSESS):
            return first
        # A fall that is broken one level lower is held on, as often as there are levels.
        falls = len(self.levels) if self.downgrade is Downgrade.ONE and next_period else 1
        for _ in range(falls):
            day = self.hold.reaches_back(self.grace_back(day), self.window)
            if day == date.min:
                return day
        return self.window.reaches_back(day) or day

    def grace_back(self, day: date) -> date:
        """The day by which a level whose grace ends on a day may have run out."""
        return Grace(-self.grace.months, -self.grace.days).end(day) - ONE_DAY

    def rank_of(self, level_id: str) -> int:
        """A level's rank; 0 for a level that this version of the programme does not know."""
        for rank, level in enumerate(self.levels, start=1):
            if level.id == level_id:
                return rank
        return 0

    def level_at(self, rank: int) -> Level | None:
        """The level of a rank; None below the first."""
        return self.levels[rank - 1] if rank else None

    def times_at(self, rank: int) -> Ratio:
        """The multiplier of a rank; 1 below the first level."""
        return self.levels[rank - 1].times if rank else Ratio(1)

    def challenge(self, challenge_id: str) -> Challenge | None:
        """A challenge by its id."""
        return next((one for one in self.challenges if one.id == challenge_id), None)


def read_tier_scheme(section: Section, wallets: dict[str, Wallet]) -> TierScheme:
    """One `[[tier_scheme]]`."""
    scheme_id = section.text("id")
    wallet = read_wallet_id(section, wallets)
    measure = _measure(section, wallet)
    downgrade = section.choice("downgrade", Downgrade, Downgrade.REASSESS)
    read = TierScheme(
        id=scheme_id,
        names=section.names("name", scheme_id),
        base_names=section.names("base_name", ""),
        wallet=wallet,
        window=read_window(section),
        hold=_hold(section, downgrade),
        grace=read_grace(section),
        start=section.choice("start", Start, Start.NOW),
        downgrade=downgrade,
        on_return=section.choice("on_return", OnReturn, OnReturn.KEEP),
        count_bonus=section.flag("count_bonus", default=False),
        pending_counts=section.flag("pending_counts", default=True),
        rate_at=section.choice("rate_at", RateAt, RateAt.START),
        levels=tuple(_level(table, measure) for table in section.sections("level", some=True)),
        challenges=tuple(_challenge(table, wallet) for table in section.sections("challenge")),
    )
    section.close()
    _check(section, read)
    return read


def _hold(section: Section, downgrade: Downgrade) -> Hold:
    given = [key for key in ("hold", "hold_months") if key in section]
    if downgrade is not Downgrade.NONE:
        return read_hold(section)
    if given:
        read_hold(section)
        section.found(given[0], "NEVER_RUNS_OUT")
    return HoldForEver()


def _measure(section: Section, wallet: str) -> Measure:
    """The figure that `from` is about."""
    metric = section.choice("metric", Metric, Metric.EARNED_POINTS)
    if metric in (Metric.EARNED_POINTS, Metric.UNITS):
        return Measure(metric, wallet)
    return Measure(metric, section.text("meter") if metric is Metric.COUNTED else "")


def _level(table: Section, measure: Measure) -> Level:
    level_id = table.text("id")
    needs_more = "need" in table
    level = Level(
        id=level_id,
        names=table.names("name", level_id),
        need=read_need(table, measure.of) if needs_more else read_from(table, measure),
        times=table.ratio("times", Ratio(1), most=MULTIPLIER_MAX),
        benefits=table.names_list("benefits"),
    )
    table.close(("need", "from"))
    return level


def _challenge(table: Section, wallet: str) -> Challenge:
    challenge_id = table.text("id")
    read = Challenge(
        id=challenge_id,
        names=table.names("name", challenge_id),
        level=table.text("level"),
        days=table.whole("days", least=1, most=CHALLENGE_DAYS_MAX),
        need=read_need(table, wallet),
        trial=table.flag("trial", default=False),
    )
    table.close()
    return read


def _check(section: Section, read: TierScheme) -> None:
    """What a scheme's keys must be among themselves."""
    pairs = zip(read.levels, read.levels[1:], strict=False)
    rising = all(rises(lower.need, higher.need) for lower, higher in pairs)
    if not rising and section.sound("level"):
        section.found("level", "NOT_RISING")
    ids = [level.id for level in read.levels]
    for place, challenge in enumerate(read.challenges):
        if challenge.level not in ids:
            path = (*section.path, "challenge", place, "level")
            facts = {"given": challenge.level, "known": ", ".join(ids)}
            section.reading.found(path, "NOT_DECLARED", key="level", **facts)
    if read.start is Start.NEXT_PERIOD:
        if _has_no_periods(read):
            section.found("start", "NEEDS_PERIODS")
        elif not read.hold.by_period:
            section.found("start", "NEEDS_HOLD_BY_PERIOD")
    if isinstance(read.hold, HoldPeriods) and _has_no_periods(read):
        section.found("hold", "NEEDS_PERIODS")
    if read.rate_at is RateAt.SPLIT and not _splits(read):
        section.found("rate_at", "SPLIT_NEEDS_POINTS")


def _has_no_periods(read: TierScheme) -> bool:
    return read.window.period(date(2024, 1, 1), date(2024, 1, 1)) is None


def _splits(read: TierScheme) -> bool:
    """Whether a sale can be split where it crosses a threshold: in points of its own wallet."""
    own = Measure(Metric.EARNED_POINTS, read.wallet)
    singles = [level.need.single for level in read.levels]
    return read.start is Start.NOW and all(one and one.measure == own for one in singles)
