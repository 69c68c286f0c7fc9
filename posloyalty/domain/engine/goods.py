"""The goods on the counter in one canonical order, so that the order of scanning is none.

Shape: `arrange(lines)` gives `Goods`: tuples that run alike, one place for each line, and what
rules ask of them. What follows from a line or a product alone stands on those already, so that a
further scan arranges what is there and reckons only what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.shop.basket import BasketLine, LineKey
from posloyalty.domain.shop.product import Product, ProductName

MILLI = 1000
USUAL = attrgetter("usual")
KEY = attrgetter("key")
NUMBER = attrgetter("number")
Places = tuple[int, ...]
"""Places of lines in canonical order, from the lowest."""


class Measured(NamedTuple):
    """The quantity of some lines together and of each, and their keys."""

    quantity_milli: int
    quantities: tuple[int, ...]
    keys: tuple[LineKey, ...]


# Made of every basket and of every new corner: what is not frozen is made in a quarter of the time.
@dataclass(slots=True)
class Goods:
    """The lines by product and content, with what rules ask of them; all tuples run alike.

    `keys` break ties of allocations, `numbers` are the lines' own, `pieces` how many each line has.
    `discountable` and `redeemable` are places of lines that offers may lower, and that points may
    pay: never money in another form. `fees` are those of fees, which only an offer that asks for
    them may lower. `every` are all places; `measured_gross` is what the goods
    that count for a minimum spend come to, before offers. `found` are the places of filters that
    somebody asked for, `by_name` those of each product, tag and category, reckoned with the first
    filter that is not among them.
    """

    lines: tuple[BasketLine, ...]
    keys: tuple[LineKey, ...]
    numbers: tuple[int, ...]
    gross: tuple[int, ...]
    pieces: tuple[int, ...]
    discountable: Places
    redeemable: Places
    measured: Places
    earning: Places
    fees: Places
    every: Places
    measured_gross: int
    measures: dict[Places, Measured] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    found: dict[LineFilter, Places] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    by_name: dict[ProductName, Places] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _shown: tuple[int, ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def shown(self) -> tuple[int, ...]:
        """The shown price of one piece of each line, in thousandths of a minor unit."""
        if self._shown is None:
            pairs = zip(self.gross, self.pieces, strict=True)
            self._shown = tuple([gross * MILLI // max(1, pieces) for gross, pieces in pairs])
        return self._shown

    def measure(self, places: Places) -> Measured:
        """How much there is of the goods at some places; reckoned once."""
        found = self.measures.get(places)
        if found is None:
            quantities = tuple([self.lines[place].quantity_milli for place in places])
            keys = self.keys
            if places is not self.every:
                keys = tuple([keys[place] for place in places])
            found = self.measures[places] = Measured(sum(quantities), quantities, keys)
        return found

    def at(self, places: Sequence[int]) -> Goods:
        """The goods at some places by themselves, in the same order."""
        lines = tuple([self.lines[place] for place in places])
        return _arranged(lines, tuple([self.gross[place] for place in places]))

    def lowerable(self, wanted: LineFilter) -> Places:
        """Those of the goods, or fees, that a filter means which offers may lower."""
        if wanted.fee:
            lines = self.lines
            own = self._within(wanted, self.fees)
            return tuple([place for place in own if lines[place].product.discountable])
        return self._within(wanted, self.discountable)

    def countable(self, wanted: LineFilter) -> Places:
        """Those that a filter means which are goods, and no money in another form; or the fees."""
        return self._within(wanted, self.fees if wanted.fee else self.measured)

    def named(self, wanted: LineFilter) -> Places:
        """The places of the goods that a filter means; looked for once."""
        if wanted is ALL_GOODS:
            return self.every
        known = self.found.get(wanted)
        if known is None:
            known = self.found[wanted] = self._named(wanted)
        return known

    def _within(self, wanted: LineFilter, allowed: Places) -> Places:
        if wanted is ALL_GOODS:
            return allowed
        places = self.found.get(wanted)
        if places is None:
            places = self.named(wanted)
        if allowed is self.every:
            return places
        may = frozenset(allowed)
        return tuple([place for place in places if place in may])

    def _named(self, wanted: LineFilter) -> Places:
        by_name = self.by_name
        if not by_name:
            by_name.update(_by_name([line.product for line in self.lines]))
        found = [by_name[name] for name in wanted.names if name in by_name]
        if not wanted.names:
            places = self.every
        elif len(found) == 1:
            places = found[0]
        else:
            places = tuple(sorted({place for one in found for place in one}))
        if wanted.by_names_alone or not places:
            return places
        return tuple([place for place in places if wanted.matches(self.lines[place].product)])


def arrange(lines: Sequence[BasketLine]) -> Goods:
    """The lines in canonical order: by product, then content; equal lines by their number."""
    # Twice by one thing each: Python compares plain keys in a third of the time of nested ones.
    ordered = tuple(sorted(sorted(lines, key=NUMBER), key=KEY))
    return _arranged(ordered, tuple([line.gross_minor for line in ordered]))


def _arranged(lines: tuple[BasketLine, ...], gross: tuple[int, ...]) -> Goods:
    products = [line.product for line in lines]
    every = tuple(range(len(lines)))
    discountable = redeemable = measured = earning = every
    fees: Places = ()
    if not all(map(USUAL, products)):
        discountable = _where(every, [one.goods and one.discountable for one in products])
        redeemable = _where(every, [not (one.gift_card or one.deposit) for one in products])
        measured = _where(every, [one.goods for one in products])
        earning = _where(every, [one.earning for one in products])
        fees = _where(every, [one.fee and not (one.gift_card or one.deposit) for one in products])
    return Goods(
        lines=lines,
        keys=tuple([line.key for line in lines]),
        numbers=tuple([line.number for line in lines]),
        gross=gross,
        pieces=tuple([line.pieces for line in lines]),
        discountable=discountable,
        redeemable=redeemable,
        measured=measured,
        earning=earning,
        fees=fees,
        every=every,
        measured_gross=sum(gross if measured is every else [gross[place] for place in measured]),
    )


def _where(every: Places, holds: Sequence[bool]) -> Places:
    """The places of which something holds; nearly always of all."""
    return every if all(holds) else tuple([place for place in every if holds[place]])


def _by_name(products: Sequence[Product]) -> dict[ProductName, Places]:
    found: dict[ProductName, list[int]] = {}
    for place, product in enumerate(products):
        for name in product.names:
            if name in found:
                found[name].append(place)
            else:
                found[name] = [place]
    return {name: tuple(places) for name, places in found.items()}


def bits(mask: int) -> list[int]:
    """The places of the bits that are set, from the lowest."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def mask_of(*groups: Sequence[int]) -> int:
    """The bits at the places of some groups."""
    mask = 0
    for places in groups:
        for place in places:
            mask |= 1 << place
    return mask
