"""`gift`: goods that come free with a purchase.

    [offer.gift]
    on = { product = ["MUG", "BAG"] }
    count = 1                     # so many of them, which the customer chooses
    price = "18.00"               # charged at a return that breaks the offer; told on the receipt
    shop_cost = "9.50"            # what a piece costs the shop; nobody at the counter reads it
    source = "basket_or_added"    # or "basket", "added"

A gift is taken from the units in the basket when there are some; else the till offers to add one.
With `added` only what was added as a gift counts, with `basket` the till offers nothing. A gift is
never in the minimum spend of its own offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.effect import Effect, Picked, PieceEffect, Scope, Stock, effect
from posloyalty.domain.programme.effects.items import PIECES_MAX
from posloyalty.domain.programme.effects.picking import Take, first, ordered, pieces_in
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter, read_filter
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.programme.section import SHOP_COST, Section

_FREE = Reduction(By.PERCENT)


class Source(StrEnum):
    """Where a gift comes from."""

    BASKET_OR_ADDED = "basket_or_added"
    BASKET = "basket"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift(PieceEffect):
    """`count` pieces of the goods, free. `price_minor` is charged for one that stays at a return
    that breaks the offer; None charges nothing. `shop_cost_minor` is what one piece costs the
    shop, None where the file does not say.
    """

    goods: LineFilter
    count: int
    price_minor: int | None
    source: Source
    shop_cost_minor: int | None = None

    @property
    def parts(self) -> tuple[LineFilter | None, ...]:
        """The goods that are given."""
        return (self.goods,)

    @property
    def lowers(self) -> tuple[int, ...]:
        """All of them."""
        return (0,)

    @property
    def gift(self) -> bool:
        """They are given."""
        return True

    @property
    def reduction(self) -> Reduction:
        """By what they cost less."""
        return _FREE

    @property
    def lowered_per_group(self) -> int:
        """How many of a group."""
        return 1

    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """Every piece by itself, within the count."""
        return min(self.count, pieces_in(parts[0]))

    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The dearest of them."""
        picked = first(ordered(parts[0], Take.DEAREST), times)
        return Picked(picked, picked)

    def explanation(self) -> Reason:
        """GIFT, and how many."""
        return reason("GIFT", pieces=self.count)


@effect("gift", Scope.ORDER)
def read_gift(section: Section, key: str, scope: Scope) -> Effect:
    """Read the goods and their stated price."""
    table = section.section(key)
    if table is None:
        return Gift(goods=ALL_GOODS, count=1, price_minor=None, source=Source.BASKET)
    if "on" not in table:
        table.text("on")
    read = Gift(
        goods=read_filter(table),
        count=table.whole("count", 1, least=1, most=PIECES_MAX),
        price_minor=table.money("price", least=0) if "price" in table else None,
        source=table.choice("source", Source, Source.BASKET_OR_ADDED),
        shop_cost_minor=table.money(SHOP_COST, least=0) if SHOP_COST in table else None,
    )
    table.close(("on", "price", SHOP_COST))
    return read
