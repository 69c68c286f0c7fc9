"""Which offers of a programme can be about a basket: found by its goods, not by looking at all.

Shape: `index_of(offers).fitting(goods)` gives the offers that mean a product that is in the basket,
or all goods, prepared, in the programme's order, and the lines that each filter means. All other
offers are about nothing in it. Which filters
mean a product is found out when it is first seen, and kept: a basket is then one look at each line.
The index of a programme is made once and kept for the last few programmes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from posloyalty.domain.engine.goods import Goods, Places
from posloyalty.domain.engine.prepared import Preparation, Prepared
from posloyalty.domain.programme.effect import PieceEffect
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.shop.product import Product, ProductName

KEPT = 8
PRODUCTS_KEPT = 20_000
NOWHERE: Places = ()
Meaning = tuple[tuple[ProductName, ...], tuple[int, ...]]


class Fitting(NamedTuple):
    """The offers that may be about some goods, and the lines of filters by number, as bits."""

    offers: list[Prepared]
    reach: dict[int, int]


class OfferIndex:
    """The offers of one programme by what they are about. Filters and offers go by number."""

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        self.offers = offers
        preparation = Preparation(offers)
        self._prepared = preparation.offers
        self._filters = preparation.filters
        self._nowhere = dict.fromkeys(self._filters, NOWHERE)
        self._by_name: dict[ProductName, list[int]] = {}
        self._nameless: list[int] = []
        for number, wanted in enumerate(self._filters):
            for name in wanted.names:
                self._by_name.setdefault(name, []).append(number)
            if not wanted.names:
                self._nameless.append(number)
        self._always: list[int] = []
        self._about: list[list[int]] = [[] for _ in self._filters]
        numbers = {wanted: number for number, wanted in enumerate(self._filters)}
        for place, offer in enumerate(offers):
            wanted = _about(offer)
            about = self._always if wanted == ALL_GOODS else self._about[numbers[wanted]]
            about.append(place)
        self._meaning: dict[bytes, Meaning] = {}
        # What follows from the offers and is asked with every sale, as `Programme.reckoned`; offers
        # that stand in several programmes, such as one with a budget, have it once.
        self.reckoned: dict[object, Any] = {}

    def fitting(self, goods: Goods) -> Fitting:
        """The offers that may be about some goods; which of them each filter means is noted."""
        meaning = self._meaning
        places: dict[int, list[int]] = {}
        for place, line in enumerate(goods.lines):
            product = line.product
            known = meaning.get(product.id)
            if known is None or known[0] != product.names:
                known = self._looked_up(product)
            for number in known[1]:
                if number in places:
                    places[number].append(place)
                else:
                    places[number] = [place]
        found = set(self._always)
        reach: dict[int, int] = {}
        meant = goods.found
        meant.update(self._nowhere)
        for number, own in places.items():
            meant[self._filters[number]] = tuple(own)
            reach[number] = sum([1 << place for place in own])
            found.update(self._about[number])
        return Fitting([self._prepared[place] for place in sorted(found)], reach)

    def _looked_up(self, product: Product) -> Meaning:
        """The filters that mean a product, and the names that it had: they say all about it."""
        named = [number for name in product.names for number in self._by_name.get(name, ())]
        every = sorted({*named, *self._nameless})
        meant = tuple([number for number in every if self._filters[number].matches(product)])
        if len(self._meaning) >= PRODUCTS_KEPT:
            self._meaning.clear()
        self._meaning[product.id] = known = (product.names, meant)
        return known


_INDEXES: dict[int, OfferIndex] = {}


def index_of(offers: tuple[Offer, ...]) -> OfferIndex:
    """The index of a programme's offers. It holds the offers, so that their identity names it."""
    found = _INDEXES.get(id(offers))
    if found is None or found.offers is not offers:
        if len(_INDEXES) >= KEPT:
            _INDEXES.clear()
        found = _INDEXES[id(offers)] = OfferIndex(offers)
    return found


def _about(offer: Offer) -> LineFilter:
    """What must be in the basket for an offer to lower anything."""
    effect = offer.effect
    if isinstance(effect, Gift) and effect.source is not Source.BASKET:
        return ALL_GOODS  # it may be added
    if not isinstance(effect, PieceEffect):
        return offer.goods
    part = effect.parts[effect.lowers[0]] if effect.parts else ALL_GOODS
    return offer.goods if part is None else part
