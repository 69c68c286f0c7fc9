"""Which offers of a programme can be about a basket: found by its goods, not by looking at all.

Shape: `index_of(offers).fitting(goods)` gives the offers that name a product, category or tag that
is in the basket, or none at all, prepared, in the programme's order. All others are about nothing
in it. The index of a programme is made once and kept for the last few programmes.
"""

from __future__ import annotations

from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.prepared import Preparation, Prepared
from posloyalty.domain.programme.effect import PieceEffect
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.shop.product import ProductName

KEPT = 8


class OfferIndex:
    """The offers of one programme by what they are about."""

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        self.offers = offers
        self._prepared = Preparation(offers).offers
        self._always: list[int] = []
        self._by_name: dict[ProductName, list[int]] = {}
        for place, offer in enumerate(offers):
            names = _about(offer).names
            for name in names:
                self._by_name.setdefault(name, []).append(place)
            if not names:
                self._always.append(place)

    def fitting(self, goods: Goods) -> list[Prepared]:
        """The offers that may be about some goods."""
        found = set(self._always)
        for name in self._by_name.keys() & goods.by_name.keys():
            found.update(self._by_name[name])
        return [self._prepared[place] for place in sorted(found)]


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
