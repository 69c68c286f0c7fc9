"""`[[cause]]`: what the shop and its customers give away.

    [[cause]]
    id = "shoes"
    name = "A pair for a pair"
    pledge = { units = 1, unit = "pairs", on = { tag = ["shoes"] } }   # for every piece sold

    [[cause]]
    id = "third"
    share = { of = "profit", rate = "1/3", period = "month" }          # granted by a run

    [[cause]]
    id = "trees"
    round_up = "1.00"                                                  # at the counter
    amounts = [{ money = "1.00" }, { money = "5.00" }]
    points = { points = 100, money = "1.00" }                          # members give points

A pledge may be money instead: `pledge = { money = "0.10" }`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.period import CalendarSpan
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio

UNITS_MOST = 1_000_000
AMOUNTS_MOST = 6


class ShareOf(StrEnum):
    """What a share is taken of."""

    SALES = "sales"  # what was paid for the goods meant, as the sales counted it
    PROFIT = "profit"  # as head office states it for the period


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """So much for every piece, or kilogram, of the goods: `units` of something, or money."""

    goods: LineFilter
    units: int = 0
    unit: Names | None = None
    money_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A rate of a period's sales or profit; `carry_loss`: a loss lowers what later profits give."""

    of: ShareOf
    rate: Ratio
    period: CalendarSpan
    goods: LineFilter
    carry_loss: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsGiven:
    """Members may give points of a wallet, each `points` worth `money_minor` to the cause."""

    wallet: str
    points: int
    money_minor: int
    least: int

    def worth_minor(self, points: int) -> int:
        """What points are worth to the cause, rounded down to the minor unit."""
        return points * self.money_minor // self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A cause, and the ways in which something goes to it."""

    id: str
    names: Names
    pledge: Pledge | None
    share: Share | None
    round_up_minor: int | None
    amounts: tuple[int, ...]
    points: PointsGiven | None

    @property
    def recorded_as(self) -> str:
        """What giving points for it is recorded as."""
        return self.id

    def owner(self, programme_id: str) -> bytes:
        """Under whose id its meters count."""
        return derive_id("cause", programme_id, self.id)

    def rounded_up(self, payable_minor: int) -> int:
        """What is missing to the next whole step; nothing where it is whole already."""
        step = self.round_up_minor
        return 0 if step is None else -payable_minor % step

    def allows(self, amount_minor: int) -> bool:
        """Whether it takes an amount at the counter."""
        return amount_minor in self.amounts


@declares("cause", Cause, until=Until.ITS_OWN_END)
def read_cause(section: Section) -> Cause:
    """One `[[cause]]`."""
    cause_id = section.text("id")
    read = Cause(
        id=cause_id,
        names=section.names("name", cause_id),
        pledge=_pledge(section),
        share=_share(section),
        round_up_minor=section.money("round_up") if "round_up" in section else None,
        amounts=_amounts(section),
        points=_points(section),
    )
    ways = (read.pledge, read.share, read.round_up_minor, read.points)
    if not any(way is not None for way in ways) and not read.amounts:
        section.found("id", "CAUSE_GIVES_NOTHING")
    section.close(("amounts", "pledge", "points", "round_up", "share"))
    return read


def _pledge(section: Section) -> Pledge | None:
    table = section.section("pledge") if "pledge" in section else None
    if table is None:
        return None
    given = table.one_of(
        {
            "units": lambda t, key: (t.whole(key, least=1, most=UNITS_MOST), 0),
            "money": lambda t, key: (0, t.money(key)),
        }
    )
    units, money_minor = given or (0, 0)
    read = Pledge(
        goods=read_filter(table),
        units=units,
        unit=table.names("unit", "") if "units" in table else None,
        money_minor=money_minor,
    )
    if units and "unit" not in table:
        table.found("unit", "MISSING_KEY")
    table.close(("money", "on", "unit", "units"))
    return read


def _share(section: Section) -> Share | None:
    table = section.section("share") if "share" in section else None
    if table is None:
        return None
    of = table.choice("of", ShareOf)
    sales = of is ShareOf.SALES
    read = Share(
        of=of,
        rate=table.ratio("rate", most=Ratio(1)),
        period=table.choice("period", CalendarSpan, CalendarSpan.MONTH),
        goods=read_filter(table) if sales else LineFilter(),
        carry_loss=not sales and table.flag("carry_loss", default=False),
    )
    table.close(("on",) if sales else ("carry_loss",))
    return read


def _amounts(section: Section) -> tuple[int, ...]:
    """Amounts that the till offers to give."""
    found = []
    for table in section.sections("amounts"):
        found.append(table.money("money"))
        table.close()
    if len(found) > AMOUNTS_MOST:
        section.found("amounts", "TOO_MANY", most=AMOUNTS_MOST)
    return tuple(sorted(set(found)))


def _points(section: Section) -> PointsGiven | None:
    table = section.section("points") if "points" in section else None
    if table is None:
        return None
    wallet = table.wallet()
    read = PointsGiven(
        wallet=wallet,
        points=max(1, table.points("points", wallet)),
        money_minor=table.money("money"),
        least=table.points("least", wallet, 1) if "least" in table else 1,
    )
    table.close(("least",))
    return read
