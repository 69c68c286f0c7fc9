"""Which offers of a programme can be about a basket: found by its goods, not by looking at all.

Shape: `index_of(offers).fitting(goods)` gives what the index knows of each line's product, a
`Meaning`, and from these the offers that mean a product of the basket, or all goods, prepared, in
the programme's order. All other offers are about nothing in it. What follows from a product is
found out when it is first seen, and kept: a basket is then one look at each line. The index of a
programme is made once and kept for the last few programmes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, NamedTuple

from posloyalty.domain.engine.goods import Goods, Places
from posloyalty.domain.engine.prepared import ASKED_ALONE, Preparation, Prepared
from posloyalty.domain.programme.effect import PieceEffect
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.shop.product import Product, ProductName

KEPT = 8
PRODUCTS_KEPT = 20_000
NOWHERE: Final[Places] = ()
FIRST: Final[Places] = (0,)


class Strand(NamedTuple):
    """Sets of rivals among the cornered offers on a product, as bits: `touches` are those that look
    at it, `lowers` those that may lower it. `ready` is an offer that stands for all of them: they
    ask the same, whose bit is `asks`, 0 where they ask nothing; or it is alone.
    """

    ready: Prepared
    asks: int
    touches: int
    lowers: int


@dataclass(slots=True)
class Meaning:
    """What a product means to the offers. `number` names all that searches look at of it; `product`
    is the one that was seen last, of all whose facts are the same.

    `filters` are those that mean it, and `alone` their places where it is the only line. `about`
    are the numbers of the offers that are about it, `open` those of them that are not cornered,
    `cornered` are the cornered offers that look at it, and `enough` those of them that look at
    nothing else. `strands` are the cornered ones by what they ask, and `bounded` those of them that
    have limits, or conditions of which none is the like.
    """

    number: int
    product: Product
    filters: tuple[int, ...]
    alone: dict[LineFilter, Places]
    about: tuple[int, ...]
    open: tuple[int, ...]
    cornered: tuple[Prepared, ...]
    enough: tuple[Prepared, ...]
    strands: tuple[Strand, ...]
    bounded: tuple[Strand, ...]


class Fitting:
    """The offers that may be about some goods; `meanings` run along their lines."""

    __slots__ = ("_goods", "_index", "meanings")

    def __init__(self, index: OfferIndex, goods: Goods, meanings: list[Meaning]) -> None:
        self._index = index
        self._goods = goods
        self.meanings = meanings

    @property
    def offers(self) -> list[Prepared]:
        """All of them; which of the goods each of their filters means is noted on the goods."""
        self._goods.found.update(self._index.nowhere)
        self._index.note(self._goods, self.meanings)
        return self._those({number for one in self.meanings for number in one.about})

    @property
    def open(self) -> list[Prepared]:
        """Those that are not cornered."""
        return self._those({number for one in self.meanings for number in one.open})

    def cornered(self, goods: Goods, places: Sequence[int]) -> Sequence[Prepared]:
        """The cornered ones whose filters all mean some of a corner's goods, which are those at
        some places; what they mean is noted on the goods.
        """
        own = [self.meanings[place] for place in places]
        if len(own) == 1:
            goods.found.update(own[0].alone)
            return own[0].enough
        meant = self._index.note(goods, own)
        every = {ready.number: ready for one in own for ready in one.cornered}
        return [one for one in every.values() if len(one.filters) == 1 or meant >= {*one.filters}]

    def _those(self, numbers: set[int]) -> list[Prepared]:
        numbers.update(self._index.always)
        return [self._index.prepared[number] for number in sorted(numbers)]


class OfferIndex:
    """The offers of one programme by what they are about. Filters and offers go by number.

    `prepared` are the offers, `always` the numbers of those that may be about any basket, `nowhere`
    the places of filters that mean nothing.
    """

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        self.offers = offers
        preparation = Preparation(offers)
        self.prepared = preparation.offers
        self._filters = preparation.filters
        self.nowhere = dict.fromkeys(self._filters, NOWHERE)
        self._by_name: dict[ProductName, list[int]] = {}
        self._nameless: list[int] = []
        for number, wanted in enumerate(self._filters):
            for name in wanted.names:
                self._by_name.setdefault(name, []).append(number)
            if not wanted.names:
                self._nameless.append(number)
        always: list[int] = []
        self._about: list[list[int]] = [[] for _ in self._filters]
        self._looking: list[list[Prepared]] = [[] for _ in self._filters]
        numbers = {wanted: number for number, wanted in enumerate(self._filters)}
        for ready in self.prepared:
            wanted = _about(ready.offer)
            about = always if wanted == ALL_GOODS else self._about[numbers[wanted]]
            about.append(ready.number)
            for number in ready.filters if ready.cornered else ():
                self._looking[number].append(ready)
        self.always = tuple(always)
        self._rivals = _rivals(self.prepared)
        self._groups = frozenset([one.offer.group for one in self.prepared if one.cornered])
        self._count = count()
        self._meaning: dict[bytes, Meaning] = {}
        # What follows from the offers and is asked with every sale, as `Programme.reckoned`; offers
        # that stand in several programmes, such as one with a budget, have it once.
        self.reckoned: dict[object, Any] = {}

    def fitting(self, goods: Goods) -> Fitting:
        """The offers that may be about some goods."""
        meaning = self._meaning
        meanings = []
        for line in goods.lines:
            product = line.product
            known = meaning.get(product.id)
            if known is None:
                known = self._looked_up(product)
            elif known.product is not product:
                if known.product.facts == product.facts:
                    known.product = product
                else:
                    known = self._looked_up(product)
            meanings.append(known)
        return Fitting(self, goods, meanings)

    def touches_corners(self, offer: Offer) -> bool:
        """Whether an offer that is none of these may exclude cornered ones, whatever they mean."""
        choosy = offer.alone_in_class or offer.combines_with is not None
        return choosy or bool(offer.group and offer.group in self._groups)

    def note(self, goods: Goods, meanings: list[Meaning]) -> Set[int]:
        """Note on goods which of them each filter of the offers means; those that mean any."""
        places: dict[int, list[int]] = {}
        for place, known in enumerate(meanings):
            for number in known.filters:
                if number in places:
                    places[number].append(place)
                else:
                    places[number] = [place]
        filters, meant = self._filters, goods.found
        for number, own in places.items():
            meant[filters[number]] = tuple(own)
        return places.keys()

    def _looked_up(self, product: Product) -> Meaning:
        """What follows from a product, found out anew."""
        named = [number for name in product.names for number in self._by_name.get(name, ())]
        every = sorted({*named, *self._nameless})
        meant = tuple([number for number in every if self._filters[number].matches(product)])
        about = sorted({place for number in meant for place in self._about[number]})
        looking = {one.number: one for number in meant for one in self._looking[number]}
        strands, bounded = self._strands(looking.values(), set(about))
        if len(self._meaning) >= PRODUCTS_KEPT:
            self._meaning.clear()
        # A number is never given twice, so that nothing kept under an old one is found.
        self._meaning[product.id] = known = Meaning(
            number=next(self._count),
            product=product,
            filters=meant,
            alone=dict.fromkeys([self._filters[number] for number in meant], FIRST),
            about=tuple(about),
            open=tuple([place for place in about if not self.prepared[place].cornered]),
            cornered=tuple(looking.values()),
            enough=tuple([one for one in looking.values() if set(meant).issuperset(one.filters)]),
            strands=strands,
            bounded=bounded,
        )
        return known

    def _strands(
        self, looking: Iterable[Prepared], about: set[int]
    ) -> tuple[tuple[Strand, ...], tuple[Strand, ...]]:
        """The cornered offers that look at a product, by what they ask; those with bounds apart."""
        alike: dict[int, Strand] = {}
        bounded = []
        for ready in looking:
            touches = self._rivals[ready.number]
            asks = 1 << ready.asks if ready.asks >= 0 else 0
            own = Strand(ready, asks, touches, touches if ready.number in about else 0)
            if ready.offer.limits or ready.asks == ASKED_ALONE:
                bounded.append(own)
            else:
                one = alike.get(asks, own)
                touches, lowers = one.touches | own.touches, one.lowers | own.lowers
                alike[asks] = one._replace(touches=touches, lowers=lowers)
        return tuple(alike.values()), tuple(bounded)


def _rivals(offers: Iterable[Prepared]) -> dict[int, int]:
    """The bit of each cornered offer's set of rivals; an offer without a group is one by itself."""
    sets: dict[object, int] = {}
    return {
        one.number: 1 << sets.setdefault(one.offer.group or one.number, len(sets))
        for one in offers
        if one.cornered
    }


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
