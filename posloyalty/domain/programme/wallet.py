"""Wallets: what members collect, how it is rounded, how long it lasts, how it is spent.

Points are integers in the wallet's minor unit: with `scale = 2`, 4.92 stars are 492. Spending is
worth `points` for `money`, exactly; what a member may spend is a multiple of `step`.

    shop_cost = "0.008"           # what one whole point costs the shop once it is spent
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.programme.auto_use import Using, read_auto_use
from posloyalty.domain.programme.expiry import Expiry, read_expiry, read_warn_days
from posloyalty.domain.programme.limit import Limit, LimitMode, LimitPer, LimitUnit, read_limits
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.pending import Pending, read_pending
from posloyalty.domain.programme.section import SHOP_COST, Section
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

SCALE_MAX = 4
NEVER_BY_ITSELF = Using()


class WalletUnit(StrEnum):
    """What the wallet counts."""

    POINTS = "points"
    MONEY = "money"
    STAMPS = "stamps"
    UNITS = "units"


class WalletOf(StrEnum):
    """Whose a wallet is."""

    MEMBER = "member"
    HOUSEHOLD = "household"  # the members of a household share it


class SpentAs(StrEnum):
    """What points are when they pay: the shop's own lower the price that is taxed,
    those that a partner funded are payment and do not; money of a wallet may be a tender, which
    pays what is due as a gift card does.
    """

    DISCOUNT = "discount"
    PAYMENT = "payment"
    TENDER = "tender"


class RedeemNeeds(StrEnum):
    """Which proof of the member spending asks for."""

    CARD = "card"  # a scanned, verified card; found by phone or name earns only
    ANY = "any"  # however the member was found


class Stacking(StrEnum):
    """How several multipliers work together."""

    ADDITIVE = "additive"  # x1.2 and x2 make x2.2
    MULTIPLICATIVE = "multiplicative"  # x1.2 and x2 make x2.4


@dataclass(frozen=True, slots=True)
class Spend:
    """`points` are worth `money_minor`; all points here are in the wallet's minor units.

    `most` is the most that one sale takes, None without a bound. Only a wallet of money is a
    tender. `auto_use` says whether they are spent without asking.
    """

    points: int
    money_minor: int
    step: int
    least: int
    most_share: Ratio
    needs: RedeemNeeds
    most: int | None = None
    spent_as: SpentAs = SpentAs.DISCOUNT
    auto_use: Using = NEVER_BY_ITSELF

    def worth_minor(self, points: int) -> int:
        """The money that points pay, rounded down to the minor unit."""
        return points * self.money_minor // self.points

    def most_for(self, amount_minor: int) -> int:
        """The most points, in whole steps, whose worth is not above an amount."""
        points = amount_minor * self.points // self.money_minor
        if self.most is not None:
            points = min(points, self.most)
        return points - points % self.step

    def least_for(self, amount_minor: int) -> int:
        """The fewest points, in whole steps, that are worth an amount: none is wasted."""
        points = -(-amount_minor * self.points // self.money_minor)
        return -(-points // self.step) * self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """One kind of value that members collect.

    `limits` are about everything that the wallet takes in; `warn_days` is how long before points
    end their owner is told. `shop_cost` is what a point costs the shop, as a `Lot` keeps it; None
    where the file does not say.
    """

    id: str
    names: Names
    unit: WalletUnit
    of: WalletOf
    scale: int
    rounding: Rounding
    stacking: Stacking
    expiry: Expiry
    warn_days: int
    pending: Pending
    negative: NegativePolicy
    limits: tuple[Limit, ...]
    spend: Spend | None
    shop_cost: Ratio | None = None

    def usable_from(self, earned_on: date) -> date | None:
        """The first day on which points earned on a day may be spent; None until an event."""
        return self.pending.usable_from(earned_on)


def read_wallet(section: Section) -> Wallet:
    """One `[[wallet]]`."""
    wallet_id = section.text("id")
    unit = section.choice("unit", WalletUnit, WalletUnit.POINTS)
    # Money is counted as the currency is.
    finest = section.reading.currency.exponent if unit is WalletUnit.MONEY else 0
    scale = section.whole("scale", finest, most=SCALE_MAX)
    read = Wallet(
        id=wallet_id,
        names=section.names("name", wallet_id),
        unit=unit,
        of=section.choice("of", WalletOf, WalletOf.MEMBER),
        scale=scale,
        rounding=section.choice("rounding", Rounding, Rounding.FLOOR),
        stacking=section.choice("multipliers", Stacking, Stacking.ADDITIVE),
        expiry=read_expiry(section),
        warn_days=read_warn_days(section),
        pending=read_pending(section),
        negative=section.choice("negative", NegativePolicy, NegativePolicy.NEGATIVE),
        limits=_limits(section, scale),
        spend=_spend(section, unit, scale),
        shop_cost=_shop_cost(section, scale),
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


def _shop_cost(section: Section, scale: int) -> Ratio | None:
    """The money for one whole point, as minor units for each minor unit of the wallet."""
    if SHOP_COST not in section:
        return None
    return per_minor(section.ratio(SHOP_COST), scale, section.reading.currency)


def per_minor(cost: Ratio, scale: int, money: Currency) -> Ratio:
    """Money for one whole point as minor units for each minor unit of its wallet."""
    return cost * Ratio(10**money.exponent, 10**scale)


def _limits(section: Section, scale: int) -> tuple[Limit, ...]:
    """`limit`, and `cap = [{ points = 100, per = "day" }]`, the short form for members."""
    limits = read_limits(section, "limit", scale=scale)
    if any(limit.unit is not LimitUnit.POINTS for limit in limits):
        section.found("limit", "POINTS_ONLY")
    return (*(_cap(table, scale) for table in section.sections("cap")), *limits)


def _cap(table: Section, scale: int) -> Limit:
    limit = Limit(
        unit=LimitUnit.POINTS,
        most=points_in_minor(table, "points", scale),
        per=table.choice("per", (LimitPer.SALE, LimitPer.DAY)),
        mode=table.choice("mode", LimitMode, LimitMode.TRIM),
    )
    table.close()
    return limit


def _spend(section: Section, unit: WalletUnit, scale: int) -> Spend | None:
    if "spend" not in section:
        return None
    table = section.section("spend")
    if table is None:
        return None
    points, money_minor = _rate(table, unit, scale)
    step = points_in_minor(table, "step", scale, 1) if "step" in table else 1
    read = Spend(
        points=max(1, points),
        money_minor=money_minor,
        step=max(1, step),
        least=points_in_minor(table, "least", scale, 0),
        most_share=table.ratio("most_share", Ratio(1), most=Ratio(1)),
        needs=table.choice("redeem_needs", RedeemNeeds, RedeemNeeds.CARD),
        most=points_in_minor(table, "most", scale) if "most" in table else None,
        spent_as=table.choice("as", SpentAs, SpentAs.DISCOUNT),
        auto_use=read_auto_use(table),
    )
    if read.spent_as is SpentAs.TENDER and read.auto_use != NEVER_BY_ITSELF:
        table.found("auto_use", "TENDER_IS_ASKED_FOR")
    if read.spent_as is SpentAs.TENDER and unit is not WalletUnit.MONEY:
        table.found("as", "TENDER_NEEDS_MONEY")
    for key, value in (("points", points), ("step", step)):
        if value < 1:
            table.found(key, "NOT_ABOVE_ZERO")
    table.close()
    return read


def _rate(table: Section, unit: WalletUnit, scale: int) -> tuple[int, int]:
    """How many points are worth how much; money in a wallet is worth itself unless said so."""
    if unit is WalletUnit.MONEY and "points" not in table and "money" not in table:
        return 10**scale, 10**table.reading.currency.exponent
    return points_in_minor(table, "points", scale), table.money("money")
