"""`bundle`: goods that are bought together cost a price, or less by a share.

    [offer.bundle]
    price = "40.00"               # or percent = "10%", or amount = "5.00" off the bundle
    slot = [{ on = { tag = ["coffee"] } }, { on = { tag = ["cake"] }, count = 2 }]
    most = 3                      # in a sale; without it as many as there are

The dearest pieces that fit go into bundles first. What a bundle costs less is spread over its
pieces by their price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posloyalty.domain.programme.effect import Effect, Picked, PieceEffect, Scope, Stock, effect
from posloyalty.domain.programme.effects.items import PIECES_MAX
from posloyalty.domain.programme.effects.picking import Slots, Take, first, ordered, pieces_in
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter, read_filter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.reduction import (
    REDUCTION_KEYS,
    By,
    Reduction,
    read_reduction,
)
from posloyalty.domain.programme.section import Section

# Members of an enumeration are looked up in Python each time they are named.
GROUP_PRICE = By.GROUP_PRICE
DEAREST = Take.DEAREST

SLOTS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle(PieceEffect):
    """A slot of `goods` for each of `counts`; `most` bundles in a sale, 0 without bound."""

    goods: tuple[LineFilter, ...]
    counts: tuple[int, ...]
    less: Reduction
    most: int

    @property
    def parts(self) -> tuple[LineFilter | None, ...]:
        """The slots."""
        return self.goods

    @property
    def lowers(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(range(len(self.goods)))

    @property
    def reduction(self) -> Reduction:
        """By what they cost less."""
        return self.less

    @property
    def lowered_per_group(self) -> int:
        """How many of a group."""
        return sum(self.counts)

    @property
    def nested(self) -> bool:
        """Goods that cost less than the bundle's price make one more bundle a loss."""
        return self.less.by is not GROUP_PRICE

    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """The most bundles for which every slot can be filled at once."""
        slots = self._slots(parts)
        high = min([pieces_in(part) // count for part, count in slots])
        high = min(high, self.most) if self.most else high
        if high == 0 or _disjoint(slots):
            return high
        low = 0
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _filled(slots, middle).full else (low, middle - 1)
        return low

    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The dearest pieces that fill the slots."""
        slots = self._slots(parts)
        if _disjoint(slots):
            picked: dict[int, int] = {}
            for part, count in slots:
                picked |= first(ordered(part, DEAREST), count * times)
        else:
            picked = _filled(slots, times).picked()
        return Picked(picked, picked)

    def explanation(self) -> Reason:
        """BUNDLE_PRICE, BUNDLE_PERCENT or BUNDLE_AMOUNT."""
        return self.less.told("bundle", pieces=sum(self.counts))

    def _slots(self, parts: Sequence[Sequence[Stock]]) -> list[_Slot]:
        """The slots with what fits them; several of the same goods are one of so many pieces."""
        counts: dict[tuple[int, ...], int] = {}
        stock: dict[tuple[int, ...], Sequence[Stock]] = {}
        for part, count in zip(parts, self.counts, strict=True):
            places = tuple([one.place for one in part])
            counts[places] = counts.get(places, 0) + count
            stock[places] = part
        return [(stock[places], count) for places, count in counts.items()]


_Slot = tuple[Sequence[Stock], int]


def _filled(slots: Sequence[_Slot], times: int) -> Slots:
    return Slots([part for part, _ in slots], [count * times for _, count in slots])


def _disjoint(slots: Sequence[_Slot]) -> bool:
    if len(slots) == 1:
        return True
    places = [one.place for part, _ in slots for one in part]
    return len(places) == len(set(places))


@effect("bundle", Scope.BUNDLE)
def read_bundle(section: Section, key: str, scope: Scope) -> Effect:
    """Read the slots and the price."""
    table = section.section(key)
    if table is None:
        table = Section({"price": "1"}, section.path, section.reading)
    slots = table.sections("slot", some=True)
    if len(slots) > SLOTS_MAX:
        table.found("slot", "TOO_MANY", most=SLOTS_MAX)
    goods, counts = [], []
    for slot in slots:
        goods.append(read_filter(slot) if "on" in slot else ALL_GOODS)
        counts.append(slot.whole("count", 1, least=1, most=PIECES_MAX))
        slot.close(("on",))
    read = Bundle(
        goods=tuple(goods),
        counts=tuple(counts),
        less=read_reduction(table, group=True),
        most=table.whole("most", least=1, most=PIECES_MAX) if "most" in table else 0,
    )
    table.close(("most", *REDUCTION_KEYS))
    return read
