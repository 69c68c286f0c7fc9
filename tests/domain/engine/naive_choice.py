"""Which of all legal deals is the best one, reckoned without the engine: least to pay, most earned,
fewest of the customer's own things, then the earlier offers (LOYALTY 3.3); and where a quote of a
rolled case differs from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from posloyalty.domain.engine import owned as seam
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.goods import arrange
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import DiscountOn, OffersWin, Programme
from posloyalty.domain.programme.earning.per_piece import PerPiece
from posloyalty.domain.programme.earning.per_spend import PerSpend
from posloyalty.domain.shop.basket import Chosen
from posloyalty.domain.shop.product import TaxMode
from tests.domain.engine.drawn_offers import owned
from tests.domain.engine.made import NOON, STORE, TAX, basket, lot, member, quote, rules
from tests.domain.engine.naive import fraction, half_up, shares
from tests.domain.engine.naive_deals import Played, Thing, by_priority, every_deal, public
from tests.domain.engine.rolled_deals import Rolled

Lines = tuple[int, ...]


@dataclass(frozen=True)
class Till:
    """A rolled case as the brute force looks at it; `gross` are the lines' prices as shown."""

    made: Programme
    context: Context
    things: tuple[Thing, ...]
    points: int
    gross: Lines

    @property
    def before_tax(self) -> bool:
        return self.made.policies.discount_on is DiscountOn.BEFORE_TAX

    def best(self) -> Played:
        """The deal that the engine has to take."""
        every = [*public(self.context), *self.things]
        if self.made.policies.offers_win is OffersWin.PRIORITY:
            return by_priority(self.context, every, self.points)
        deals = every_deal(self.context, every, self.points)
        return min(
            deals,
            key=lambda one: (
                self.compared(one.lines),
                -self.earned(self.shown(one.lines)),
                one.owned,
                one.rank,
            ),
        )

    def compared(self, lines: Lines) -> int:
        """What deals are compared by: the least to pay, with the tax that comes on top."""
        return sum(lines) + self._taxes(lines, every=self.before_tax)

    def payable(self, lines: Lines) -> int:
        """What is paid at last."""
        shown = self.shown(lines)
        return sum(shown) + self._taxes(shown, every=False)

    def earned(self, shown: Lines) -> int:
        """All that goods earn which earn, cut off once."""
        goods, total = self.context.goods, Fraction(0)
        for rule in self.made.earn_rules:
            lines = [p for p in goods.earning if rule.goods.matches(goods.lines[p].product)]
            how = rule.earning
            if isinstance(how, PerSpend):
                total += fraction(how.per_minor) * sum(shown[place] for place in lines)
            else:
                assert isinstance(how, PerPiece)
                pieces = sum(goods.lines[p].quantity_milli for p in lines if shown[p])
                total += fraction(how.points) * Fraction(pieces, 1000)
        return int(total)

    def shown(self, lines: Lines) -> Lines:
        """What is left of the prices as shown: of each class, what is off with its tax, once."""
        if not self.before_tax:
            return lines
        net, found = self.context.goods.gross, list(self.gross)
        partly: dict[str, list[int]] = defaultdict(list)
        for place, left in enumerate(lines):
            if left != net[place]:
                found[place] = 0
                if left:
                    partly[self._code(place)].append(place)
        for code, places in partly.items():
            off = [net[place] - lines[place] for place in places]
            room = [self.gross[place] - lines[place] for place in places]
            included = TAX[code].mode is TaxMode.INCLUSIVE
            rate = 1 + fraction(TAX[code].rate) * included
            total = min(half_up(sum(off) * rate), sum(room))
            parts = shares(total, [Fraction(one) for one in off], room)
            for place, part in zip(places, parts, strict=True):
                found[place] = self.gross[place] - part
        return tuple(found)

    def _taxes(self, lines: Lines, *, every: bool) -> int:
        by_class: dict[str, int] = defaultdict(int)
        for place, amount in enumerate(lines):
            by_class[self._code(place)] += amount
        return sum(
            half_up(amount * fraction(TAX[code].rate))
            for code, amount in by_class.items()
            if every or TAX[code].mode is TaxMode.EXCLUSIVE
        )

    def _code(self, place: int) -> str:
        return self.context.goods.lines[place].product.tax_class


def till(case: Rolled) -> Till:
    made = rules(*case.texts, earn=case.earns)
    goods = basket(*case.goods, member=True)  # type: ignore[arg-type]
    context = freeze(made, goods, member(), NOON, STORE)
    gross = context.goods.gross
    if made.policies.discount_on is DiscountOn.BEFORE_TAX:
        context = without_tax(context)
    return Till(made, context, tuple(things_of(case)), case.points, gross)


def without_tax(context: Context) -> Context:
    """The same goods without the tax in their prices, found once for each class and spread."""
    lines = context.goods.lines
    net = [line.gross_minor for line in lines]
    places: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        places[line.product.tax_class].append(place)
    for code, own in places.items():
        rate = fraction(TAX[code].rate)
        if TAX[code].mode is TaxMode.INCLUSIVE and rate:
            gross = [net[place] for place in own]
            inside = half_up(sum(gross) * rate / (1 + rate))
            parts = shares(inside, [Fraction(one) for one in gross], gross)
            for place, part in zip(own, parts, strict=True):
                net[place] -= part
    goods = arrange([replace(x, gross_minor=n) for x, n in zip(lines, net, strict=True)])
    return replace(context, goods=goods)


def things_of(case: Rolled) -> list[Thing]:
    found: list[Thing] = []
    for text, cost in case.things:
        offer = rules(text).offers[0]
        before = sum(1 for one in found if one.offer.id == offer.id)
        name = f"{offer.id}~{before + 1}" if before else offer.id
        found.append(Thing(name, offer, owned=True, cost=cost))
    return found


def quoted(case: Rolled, goods: Sequence[tuple[object, str]] | None = None) -> Quote:
    """The till's answer, with everything chosen that the customer owns."""
    things = things_of(case)
    choices = [Chosen(kind="thing", of=one.offer.id) for one in things]
    own = [replace(owned(x), choice=c) for x, c in zip(things, choices, strict=True)]
    of = basket(*(case.goods if goods is None else goods), member=True)  # type: ignore[arg-type]
    for choice in choices:
        of = of.choosing(choice)
    state = member(lot(case.points)) if case.points and things else member()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seam, "SOURCES", [lambda _context, _basket: tuple(own)])
        return quote(rules(*case.texts, earn=case.earns), of, state)


def taken(found: Quote) -> tuple[tuple[str, int], ...]:
    return tuple((one.offer_id, one.amount_minor) for one in found.offers)


def differences(case: Rolled, found: Quote) -> dict[str, tuple[object, object]]:
    """What of a quote is not as it should be: what there is, and what there should be."""
    own, best = till(case), till(case).best()
    names = {one.name for one in own.things}
    shown = own.shown(best.lines)
    asked: dict[str, tuple[object, object]] = {
        "payable": (found.payable_minor, own.payable(best.lines)),
        "earned": (sum(one.points for one in found.earnings), own.earned(shown)),
        "owned": (sum(name in names for name, _ in taken(found)), best.owned),
    }
    return {what: pair for what, pair in asked.items() if pair[0] != pair[1]}
