"""Offers on the price before tax: the goods as the search sees them, and the way back.

A policy of the programme (`discount_on = "before_tax"`). Offers, their amounts and
prices, bounds and minimum spends are then about prices without tax, whether a class shows its tax
included or adds it, so that one amount means the same over goods of any class. The search is given
the goods at those prices and every tax as added: the best deal is the least to pay with that tax.

The way back: what is off the price before tax falls off the price as shown with its tax, rounded
once for each class and sale, half-up, and is spread over the class's lines by what is off them.
What is given costs nothing and what no offer touched its price, to the last minor unit; of lines in
between no share leaves less than the price before tax. A line's share is spread over its offers by
what each took off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from posloyalty.domain.engine.candidates import Stage
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.discount import spread
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.quote import NextStep
from posloyalty.domain.engine.taken import Deal, Taken
from posloyalty.domain.programme.definition import DiscountOn, Programme
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import Taxing
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

ONE = Ratio(1)


@dataclass(frozen=True, slots=True)
class BeforeTax:
    """`context` and `tax_classes` are for the search; `goods` as they are shown, with the lines'
    `classes`.
    """

    context: Context
    tax_classes: Mapping[str, TaxClass]
    goods: Goods
    classes: tuple[TaxClass, ...]
    taxing: Taxing

    def shown(self, deal: Deal) -> Deal:
        """The deal in prices as shown. What its targets came to before stays without tax: it is
        what the offers looked at.
        """
        amounts = self._left(deal.amounts)
        shares = self._by_taken(deal, amounts)
        taken = tuple(one._replace(shares=own) for one, own in zip(deal.taken, shares, strict=True))
        before = [one for one in taken if one.found.stage < Stage.ORDER and not one.found.fee]
        lowered = sum(sum(one.shares) for one in before)
        added = sum(part.added_minor for part in self.taxing.of(amounts).classes)
        return Deal(
            taken,
            amounts,
            self.goods.measured_gross - lowered,
            sum(amounts) + added,
            complete=deal.complete,
        )

    def steps(self, steps: Sequence[NextStep], deal: Deal) -> tuple[NextStep, ...]:
        """Thresholds ahead in prices as shown, where all goods of an offer have one rate."""
        rates = {one.found.id: self._rates(one) for one in deal.taken}
        return tuple(
            replace(
                step,
                missing_minor=rate.apply(step.missing_minor, Rounding.CEILING),
                saves_minor=rate.apply(step.saves_minor, Rounding.DOWN),
            )
            for step in steps
            for rate in rates[step.offer_id]
            if len(rates[step.offer_id]) == 1
        )

    def _rates(self, one: Taken) -> set[Ratio]:
        return {with_tax(self.classes[place]) for place in one.targets}

    def _left(self, left: Sequence[int]) -> tuple[int, ...]:
        """What is left of each line as it is shown."""
        net, gross = self.context.goods.gross, self.goods.gross
        shown = list(gross)
        partly: dict[str, list[int]] = {}
        for place, amount in enumerate(left):
            if amount == net[place]:
                continue
            shown[place] = 0
            if amount:
                partly.setdefault(self.classes[place].code, []).append(place)
        for places in partly.values():
            off = [net[place] - left[place] for place in places]
            room = [gross[place] - left[place] for place in places]
            rate = with_tax(self.classes[places[0]])
            total = min(rate.apply(sum(off), Rounding.HALF_UP), sum(room))
            shares = spread(total, off, room, [self.goods.keys[place] for place in places])
            for place, share in zip(places, shares, strict=True):
                shown[place] = gross[place] - share
        return tuple(shown)

    def _by_taken(self, deal: Deal, amounts: Sequence[int]) -> list[tuple[int, ...]]:
        """The shown shares of what is taken, each by its targets."""
        by_place: dict[int, list[tuple[int, int, int]]] = {}
        for at, one in enumerate(deal.taken):
            for number, (place, share) in enumerate(zip(one.targets, one.shares, strict=True)):
                if share:
                    by_place.setdefault(place, []).append((at, number, share))
        shares = [[0] * len(one.shares) for one in deal.taken]
        for place, parts in by_place.items():
            off = self.goods.gross[place] - amounts[place]
            keys = [at for at, _, _ in parts]
            spread_off = allocate(off, [share for _, _, share in parts], keys)
            for (at, number, _), share in zip(parts, spread_off, strict=True):
                shares[at][number] = share
        return [tuple(own) for own in shares]


def before_tax(
    context: Context, codes: Sequence[str], tax_classes: Mapping[str, TaxClass], taxing: Taxing
) -> BeforeTax | None:
    """The goods before tax; None where the programme's offers are about prices as shown."""
    if context.programme.policies.discount_on is DiscountOn.SHOWN:
        return None
    goods = context.goods
    classes = tuple(tax_classes[code] for code in codes)
    taxes = taxing.of(goods.gross).shares
    net = tuple(
        gross - tax if own.mode is TaxMode.INCLUSIVE else gross
        for gross, tax, own in zip(goods.gross, taxes, classes, strict=True)
    )
    without = replace(goods, gross=net, measured_gross=sum(net[place] for place in goods.measured))
    added = {code: replace(one, mode=TaxMode.EXCLUSIVE) for code, one in tax_classes.items()}
    return BeforeTax(replace(context, goods=without), added, goods, classes, taxing)


def with_tax(tax_class: TaxClass) -> Ratio:
    """By how much the price as shown falls for what is off the price before tax."""
    return ONE + tax_class.rate if tax_class.mode is TaxMode.INCLUSIVE else ONE


def before_tax_share(programme: Programme, tax_classes: Mapping[str, TaxClass]) -> Ratio:
    """How much of money as shown offers may take off their prices, so as to stay within it."""
    if programme.policies.discount_on is DiscountOn.SHOWN or not tax_classes:
        return ONE
    return max(with_tax(one) for one in tax_classes.values()).inverse()
