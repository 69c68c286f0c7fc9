"""Tier schemes: levels that members meet by what they earned inside a rolling window of months.

A purchase on day d meets a level when the points earned in (d - months, d] reach its threshold,
this purchase included; the level is then held through d + hold_months. Month arithmetic is clamped
to the month's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posloyalty.domain.programme.earn_rule import MULTIPLIER_MAX, read_wallet_id
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.wallet import Wallet, points_in_minor
from posloyalty.domain.values.calendar import add_months, months_before
from posloyalty.domain.values.ratio import Ratio

MONTHS_MAX = 120


class Metric(StrEnum):
    """What counts towards a level."""

    EARNED_POINTS = "earned_points"


class RateAt(StrEnum):
    """Which level's multiplier a sale earns at that crosses a threshold (LOYALTY case 8)."""

    START = "start"  # the level held before the sale
    SPLIT = "split"  # the part above the threshold at the new level's


@dataclass(frozen=True, slots=True)
class Level:
    """A level: its threshold in the wallet's minor units and its multiplier."""

    id: str
    names: Names
    threshold: int
    times: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class TierScheme:
    """Levels from the lowest; a rank is a place in them counted from 1, 0 is below the first."""

    id: str
    names: Names
    base_names: Names
    wallet: str
    window_months: int
    hold_months: int
    rate_at: RateAt
    levels: tuple[Level, ...]

    def window_start(self, day: date) -> date:
        """The day after which earnings count on a day."""
        return months_before(day, self.window_months)

    def held_through(self, met_on: date) -> date:
        """The last day of a level met on a day."""
        return add_months(met_on, self.hold_months)

    def rank_of(self, level_id: str) -> int:
        """A level's rank; 0 for a level that this version of the programme does not know."""
        for rank, level in enumerate(self.levels, start=1):
            if level.id == level_id:
                return rank
        return 0

    def rank_at(self, points: int) -> int:
        """The highest rank whose threshold points reach."""
        return sum(1 for level in self.levels if level.threshold <= points)

    def times_at(self, rank: int) -> Ratio:
        """The multiplier of a rank; 1 below the first level."""
        return self.levels[rank - 1].times if rank else Ratio(1)


def read_tier_scheme(section: Section, wallets: dict[str, Wallet]) -> TierScheme:
    """One `[[tier_scheme]]`."""
    scheme_id = section.text("id")
    wallet = read_wallet_id(section, wallets)
    section.choice("metric", Metric, Metric.EARNED_POINTS)
    months = _window(section)
    scale = wallets[wallet].scale if wallet in wallets else 0
    read = TierScheme(
        id=scheme_id,
        names=section.names("name", scheme_id),
        base_names=section.names("base_name", ""),
        wallet=wallet,
        window_months=months,
        hold_months=section.whole("hold_months", least=1, most=MONTHS_MAX),
        rate_at=section.choice("rate_at", RateAt, RateAt.START),
        levels=tuple(_level(table, scale) for table in section.sections("level", some=True)),
    )
    section.close()
    thresholds = [level.threshold for level in read.levels]
    if sorted(set(thresholds)) != thresholds:
        section.found("level", "NOT_RISING")
    return read


def _window(section: Section) -> int:
    table = section.section("window")
    if table is None:
        return 1
    kind = table.text("kind")
    if kind != "rolling_months":
        table.found("kind", "KIND_UNKNOWN", given=kind, known="rolling_months")
        return 1
    months = table.whole("months", least=1, most=MONTHS_MAX)
    table.close()
    return months


def _level(table: Section, scale: int) -> Level:
    level_id = table.text("id")
    level = Level(
        id=level_id,
        names=table.names("name", level_id),
        threshold=points_in_minor(table, "from", scale),
        times=table.ratio("times", Ratio(1), most=MULTIPLIER_MAX),
    )
    table.close()
    return level
