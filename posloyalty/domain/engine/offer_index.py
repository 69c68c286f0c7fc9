"""Which offers of a programme can be about a basket: found by its goods, not by looking at all.

Shape: `fitting(offers, goods)` gives the offers that name a product, category or tag that is in the
basket, or none at all, in the programme's order. All others are about nothing in it. The index of a
programme is made once and kept for the last few programmes.
"""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.engine.context import Goods
from posloyalty.domain.programme.effect import PieceEffect
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.programme.offer import Offer

KEPT = 8
Key = tuple[str, object]


class OfferIndex:
    """The offers of one programme by what they are about."""

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        self.offers = offers
        self._always: list[int] = []
        self._by_key: dict[Key, list[int]] = {}
        for place, offer in enumerate(offers):
            keys = list(_keys(_about(offer)))
            for key in keys:
                self._by_key.setdefault(key, []).append(place)
            if not keys:
                self._always.append(place)

    def fitting(self, goods: Goods) -> list[Offer]:
        """The offers that may be about some goods."""
        found = set(self._always)
        for key in self._by_key.keys() & goods.by_name.keys():
            found.update(self._by_key[key])
        return [self.offers[place] for place in sorted(found)]


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


def _keys(goods: LineFilter) -> Iterable[Key]:
    if goods.products:
        return (("product", sku) for sku in goods.products)
    if goods.categories:
        return (("category", category) for category in goods.categories)
    return (("tag", tag) for tag in goods.tags)
