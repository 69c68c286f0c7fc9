"""Wallets: what members collect, how it is rounded, how long it lasts, how it is spent.

Points are integers in the wallet's minor unit: with `scale = 2`, 4.92 stars are 492. Spending is
worth `points` for `money`, exactly; what a member may spend is a multiple of `step` (LOYALTY 23).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from posloyalty.domain.ledger.postings import NegativePolicy
from posloyalty.domain.programme.expiry import Expiry, read_expiry
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

SCALE_MAX = 4
PENDING_DAYS_MAX = 400


class WalletUnit(StrEnum):
    """What the wallet counts."""

    POINTS = "points"
    MONEY = "money"
    STAMPS = "stamps"
    UNITS = "units"


class RedeemNeeds(StrEnum):
    """Which proof of the member spending asks for (SYNC 12)."""

    CARD = "card"  # a scanned, verified card; found by phone or name earns only
    ANY = "any"  # however the member was found


class CapMode(StrEnum):
    """What is left when a cap is met (LOYALTY case 3)."""

    TRIM = "trim"  # up to the cap
    REJECT = "reject"  # nothing of this sale


class CapPer(StrEnum):
    """Over what a cap counts."""

    SALE = "sale"
    DAY = "day"


class Stacking(StrEnum):
    """How several multipliers work together (LOYALTY case 2)."""

    ADDITIVE = "additive"  # x1.2 and x2 make x2.2
    MULTIPLICATIVE = "multiplicative"  # x1.2 and x2 make x2.4


@dataclass(frozen=True, slots=True)
class Spend:
    """`points` are worth `money_minor`; all points here are in the wallet's minor units."""

    points: int
    money_minor: int
    step: int
    least: int
    most_share: Ratio
    needs: RedeemNeeds

    def worth_minor(self, points: int) -> int:
        """The money that points pay, rounded down to the minor unit."""
        return points * self.money_minor // self.points

    def most_for(self, amount_minor: int) -> int:
        """The most points, in whole steps, whose worth is not above an amount."""
        points = amount_minor * self.points // self.money_minor
        return points - points % self.step

    def least_for(self, amount_minor: int) -> int:
        """The fewest points, in whole steps, that are worth an amount (I8: none burned for it)."""
        points = -(-amount_minor * self.points // self.money_minor)
        return -(-points // self.step) * self.step


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `points` per sale or per day of the programme's zone."""

    points: int
    per: CapPer
    mode: CapMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """One kind of value that members collect."""

    id: str
    names: Names
    unit: WalletUnit
    scale: int
    rounding: Rounding
    stacking: Stacking
    expiry: Expiry
    pending_days: int
    negative: NegativePolicy
    caps: tuple[Cap, ...]
    spend: Spend | None

    def usable_from(self, earned_on: date) -> date:
        """The first day on which points earned on a day may be spent."""
        return earned_on + timedelta(days=self.pending_days)


def read_wallet(section: Section) -> Wallet:
    """One `[[wallet]]`."""
    wallet_id = section.text("id")
    scale = section.whole("scale", 0, most=SCALE_MAX)
    read = Wallet(
        id=wallet_id,
        names=section.names("name", wallet_id),
        unit=section.choice("unit", WalletUnit, WalletUnit.POINTS),
        scale=scale,
        rounding=section.choice("rounding", Rounding, Rounding.FLOOR),
        stacking=section.choice("multipliers", Stacking, Stacking.ADDITIVE),
        expiry=read_expiry(section),
        pending_days=_pending(section),
        negative=section.choice("negative", NegativePolicy, NegativePolicy.NEGATIVE),
        caps=tuple(_cap(table, scale) for table in section.sections("cap")),
        spend=_spend(section, scale),
    )
    section.close()
    return read


def points_in_minor(section: Section, key: str, scale: int, default: int | None = None) -> int:
    """Points as people write them, such as 100 or "2.5", in the wallet's minor units."""
    rate = section.ratio(key, None if default is None else Ratio(default))
    minor: Ratio = rate * Ratio(10**scale)
    if minor.denominator != 1:
        section.found(key, "TOO_FINE", scale=scale)
        return 1
    return minor.numerator


def _pending(section: Section) -> int:
    if "pending" not in section:
        return 0
    table = section.section("pending")
    if table is None:
        return 0
    kind = table.text("kind")
    days = 0
    if kind == "days":
        days = table.whole("days", least=1, most=PENDING_DAYS_MAX)
    elif kind != "none":
        table.found("kind", "KIND_UNKNOWN", given=kind, known="days, none")
        return 0
    table.close()
    return days


def _cap(table: Section, scale: int) -> Cap:
    points = points_in_minor(table, "points", scale)
    cap = Cap(points, table.choice("per", CapPer), table.choice("mode", CapMode, CapMode.TRIM))
    table.close()
    return cap


def _spend(section: Section, scale: int) -> Spend | None:
    if "spend" not in section:
        return None
    table = section.section("spend")
    if table is None:
        return None
    points = points_in_minor(table, "points", scale)
    step = points_in_minor(table, "step", scale, 1) if "step" in table else 1
    read = Spend(
        points=max(1, points),
        money_minor=table.money("money"),
        step=max(1, step),
        least=points_in_minor(table, "least", scale, 0),
        most_share=table.ratio("most_share", Ratio(1), most=Ratio(1)),
        needs=table.choice("redeem_needs", RedeemNeeds, RedeemNeeds.CARD),
    )
    for key, value in (("points", points), ("step", step)):
        if value < 1:
            table.found(key, "NOT_ABOVE_ZERO")
    table.close()
    return read
