"""`bundle`: goods that are bought together cost a price, or less by a share (LOYALTY P26).

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
        return self.less.by is not By.GROUP_PRICE

    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """The most bundles for which every slot can be filled at once."""
        pairs = zip(parts, self.counts, strict=True)
        high = min(pieces_in(part) // count for part, count in pairs)
        high = min(high, self.most) if self.most else high
        if high == 0 or _disjoint(parts):
            return high
        low = 0
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._slots(parts, middle).full else (low, middle - 1)
        return low

    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The dearest pieces that fill the slots."""
        if _disjoint(parts):
            picked: dict[int, int] = {}
            for part, count in zip(parts, self.counts, strict=True):
                picked |= first(ordered(part, Take.DEAREST), count * times)
        else:
            picked = self._slots(parts, times).picked()
        return Picked(picked, picked)

    def explanation(self) -> Reason:
        """BUNDLE_PRICE, BUNDLE_PERCENT or BUNDLE_AMOUNT."""
        return self.less.told("bundle", pieces=sum(self.counts))

    def _slots(self, parts: Sequence[Sequence[Stock]], times: int) -> Slots:
        return Slots(parts, [count * times for count in self.counts])


def _disjoint(parts: Sequence[Sequence[Stock]]) -> bool:
    places = [one.place for part in parts for one in part]
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
