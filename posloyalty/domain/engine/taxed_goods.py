"""A sale's goods with their tax classes: what is taxed, and what is earned, at any amounts left.

Offers ask it of each deal that they weigh, before anything is spent; the sale itself asks it once
points have paid. Both by the same rules: taxes of what is left of each line, the earn
base of the programme's policy, one computation of what is earned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add

from posloyalty.domain.engine.before_tax import BeforeTax, before_tax
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.earning import LineMoney, earn
from posloyalty.domain.engine.free_pieces import free_milli
from posloyalty.domain.engine.offers import OfferOutcome
from posloyalty.domain.engine.quote import Earning
from posloyalty.domain.engine.redemption import RedemptionOutcome
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.programme.definition import EarnBase
from posloyalty.domain.programme.kinds.gift_card import OUTSIDE_TAX, taxed_as
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import Taxes, Taxing
from posloyalty.domain.values.quick_init import quickly_made

INCLUSIVE = TaxMode.INCLUSIVE


@quickly_made
@dataclass(frozen=True, slots=True)
class TaxedGoods:
    """`classes` are those of the lines in canonical order, among all `tax_classes` that there are;
    `before` is there where offers are about prices before tax.
    """

    context: Context
    tax_classes: Mapping[str, TaxClass]
    classes: tuple[TaxClass, ...]
    taxing: Taxing
    before: BeforeTax | None

    def earned_by(self, deal: Deal) -> int:
        """The points that the sale would earn by a deal, before any pay for it."""
        deal = deal if self.before is None else self.before.shown(deal)
        included = self._included(deal.amounts, self.taxing.of(deal.amounts), ())
        kept = () if self.context.programme.policies.reward_lowers_earn else deal.reward_off
        money = LineMoney(deal.amounts, (), included, deal.order_off, reward_off=kept)
        return sum(one.points for one in earn(self.context, money, deal.spend_minor))

    def after(
        self, offers: OfferOutcome, points: RedemptionOutcome
    ) -> tuple[Taxes, tuple[Earning, ...]]:
        """The taxes, and what the sale earns, once so many points have paid."""
        paid = _paid_in_points(self.context, points)
        taxes = self.taxing.of(list(map(add, points.amounts, paid)) if paid else points.amounts)
        money = LineMoney(
            points.amounts,
            points.redeemed,
            self._included(points.amounts, taxes, paid),
            offers.order_off,
            free_milli(self.context, offers.applied),
            offers.reward_off,
        )
        return taxes, earn(self.context, money, offers.spend_minor)

    def _included(
        self, amounts: Sequence[int], taxes: Taxes, paid: Sequence[int]
    ) -> tuple[int, ...]:
        """The tax inside each line's price that the earn base is net of; empty where none is
        asked.
        """
        policies = self.context.programme.policies
        if policies.earn_base is not EarnBase.NET_OF_TAX:
            return ()
        included = []
        for place, tax_class in enumerate(self.classes):
            share = taxes.shares[place] if tax_class.mode is INCLUSIVE else 0
            if share and paid and paid[place] and not policies.points_part_earns:
                # The tax of the part that money paid: the other part earns nothing.
                share -= share * paid[place] // (amounts[place] + paid[place])
            included.append(share)
        return tuple(included)


def taxed_goods(context: Context, tax_classes: Mapping[str, TaxClass]) -> TaxedGoods:
    """Of a frozen sale, by the shop's tax classes. Raises `UnknownTaxClass`."""
    goods = context.goods
    products = [line.product for line in goods.lines]
    codes = [
        taxed_as(context.programme, one) if one.gift_card else one.tax_class for one in products
    ]
    every_class = {**tax_classes, OUTSIDE_TAX.code: OUTSIDE_TAX}
    quantities = [line.quantity_milli for line in goods.lines]
    taxing = Taxing(codes, goods.keys, every_class, quantities)
    classes = tuple([every_class[code] for code in codes])
    before = before_tax(context, codes, every_class, taxing)
    return TaxedGoods(context, every_class, classes, taxing, before)


def _paid_in_points(context: Context, points: RedemptionOutcome) -> tuple[int, ...]:
    """What points that are payment, not a discount, paid of each line: it is taxed all the same.

    Empty where none are.
    """
    paid: dict[int, int] = {}
    for one in points.applied:
        for number, share in one.paid_shares:
            paid[number] = paid.get(number, 0) + share
    return tuple([paid.get(line.number, 0) for line in context.goods.lines]) if paid else ()
