"""Candidates: offers whose conditions hold, with the lines and pieces of the basket they are about.

A candidate is everything that the search needs to know of an offer in one basket, found out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from posloyalty.domain.engine.goods import Goods, Places, mask_of
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.picks import Picks
from posloyalty.domain.engine.prepared import Prepared, Shape, Stage
from posloyalty.domain.programme.effect import EachEffect, Effect, PieceEffect, TotalEffect
from posloyalty.domain.programme.line_filter import LineFilter

if TYPE_CHECKING:
    from posloyalty.domain.engine.discount import Off

__all__ = ["Bounds", "Candidate", "Stage", "candidate"]


class Bounds(NamedTuple):
    """What limits leave of an offer, None without one; `whole_or_nothing` where money is not
    trimmed to it.
    """

    most_minor: int | None = None
    most_times: int | None = None
    whole_or_nothing: bool = False


UNBOUND = Bounds()


class Candidate:
    """An offer that could apply, told apart by identity.

    `id` tells it apart from every other candidate: an offer that the customer owns several times is
    several candidates. `order` is the place in which it applies; never where it stands in a
    file. `on_spend` says that it asks for a minimum spend. `effect` is in one of the three
    fields after it, by its shape; `even` says that less before it never leaves more after it.
    `targets` are the places of the lines that it may lower, `only` the place where there is
    just one. `parts` are the places of the parts of a group of `pieces`, and `picks` say which
    of them it takes. `wide` says that it is one discount on everything that offers may lower,
    `gift` that it gives goods, which are then in no minimum spend, `fee` that it lowers fees,
    which are in none either. `owned` is None for a public offer, `cost` the wallet and points
    that it takes. `most_minor` and `most_times` are what limits leave of it, None without one.
    `times` and `worth` are how many groups it makes of the basket before any other offer, and
    the most that it could take off it; `alone` is what so many take off it, where that was
    reckoned.
    """

    # Made of every offer that could apply, at every scan: plain slots are a third of the cost of a
    # frozen data class.
    __slots__ = (
        "alone",
        "bounds",
        "cost",
        "each",
        "effect",
        "even",
        "fee",
        "gift",
        "group",
        "id",
        "initial",
        "keys",
        "most_minor",
        "most_times",
        "offer",
        "on_spend",
        "only",
        "order",
        "owned",
        "parts",
        "picks",
        "pieces",
        "quantities",
        "quantity_milli",
        "ready",
        "stage",
        "targets",
        "times",
        "whole",
        "whole_or_nothing",
        "wide",
        "worth",
    )

    def __init__(
        self,
        ready: Prepared,
        goods: Goods,
        effect: Effect,
        shape: Shape,
        targets: Places,
        parts: tuple[Places, ...],
        bounds: Bounds,
        owned: Owned | None,
        name: str,
    ) -> None:
        offer = ready.offer
        measured = goods.measure(targets)
        self.ready = ready
        self.bounds = bounds
        self.id = name or offer.id
        self.stage = ready.stage
        self.order = (ready.stage, offer.priority, name) if name else ready.order
        self.offer = offer
        self.on_spend = ready.on_spend
        self.effect = effect
        self.whole: TotalEffect | None = shape.whole
        self.each: EachEffect | None = shape.each
        self.group: PieceEffect | None = shape.group
        self.pieces = shape.group is not None
        self.gift = shape.group is not None and shape.group.gift
        self.fee = ready.fee
        self.even = shape.even and not bounds.whole_or_nothing
        self.targets = targets
        self.only: int | None = targets[0] if len(targets) == 1 else None
        self.quantity_milli = measured.quantity_milli
        self.quantities = measured.quantities
        self.keys = measured.keys
        self.parts = parts
        group = shape.group
        self.picks = None if group is None else Picks(group, goods, parts, targets)
        wide = shape.whole is not None and len(targets) == len(goods.discountable)
        self.wide = wide and not self.fee
        self.initial = ready.initial
        self.most_minor: int | None = offer.most_minor
        if bounds.most_minor is not None:
            self.most_minor = _least(offer.most_minor, bounds.most_minor)
        self.most_times: int | None = bounds.most_times
        self.whole_or_nothing = bounds.whole_or_nothing
        self.owned = owned
        self.cost: tuple[str, int] | None = None if owned is None else owned.uses.cost
        self.times = 1
        self.worth = 0
        self.alone: Off | None = None

    def __repr__(self) -> str:
        return f"Candidate({self.id!r})"

    @property
    def known_by(self) -> object:
        """What it is but for its goods; None where that is not all."""
        ready, bounds = self.ready, self.bounds
        # Bound to the member, or of goods that were added for it: more than a part's goods decides.
        alone = ready.number < 0 or ready.binds or ready.added_only or ready.on_spend
        if alone or self.owned is not None:
            return None
        return ready.number if bounds is UNBOUND else (ready.number, bounds)

    @property
    def reach(self) -> int:
        """The lines that it may lower, as bits."""
        return mask_of(self.targets)

    @property
    def grows(self) -> bool:
        """Whether it is public and, where it stands alone, best taken as often as it can be."""
        group = self.group
        return self.even and self.owned is None and (group is None or group.nested)


def candidate(
    ready: Prepared,
    goods: Goods,
    *,
    effect: Effect,
    shape: Shape,
    bounds: Bounds = UNBOUND,
    owned: Owned | None = None,
    name: str = "",
    added: frozenset[int] = frozenset(),
) -> Candidate | None:
    """The offer with its lines; None when it is about nothing in the basket.

    `effect` is the offer's own, bound to the member, in its `shape`; `name` the candidate's id
    where it is not the offer's; `added` the only places that a gift may be taken from.
    """
    line = None if owned is None else owned.line
    parts: tuple[Places, ...] = ()
    if shape.group is None:
        targets = _on_line(goods.lowerable(ready.goods), goods, line)
    else:
        parts = _parts(ready.parts, goods, line)
        if not all(parts):
            return None
        if ready.added_only:
            parts = tuple([tuple([p for p in part if p in added]) for part in parts])
        targets = _lowered(ready.parts, parts)
    if not targets:
        return None
    return Candidate(ready, goods, effect, shape, targets, parts, bounds, owned, name)


def _parts(
    wanted: tuple[tuple[LineFilter, bool], ...], goods: Goods, only: int | None
) -> tuple[Places, ...]:
    """The places of each part; goods that no offer may lower stand only in parts that stay."""
    return tuple(
        [
            _on_line(goods.lowerable(part), goods, only) if lowered else goods.countable(part)
            for part, lowered in wanted
        ]
    )


def _lowered(wanted: tuple[tuple[LineFilter, bool], ...], parts: tuple[Places, ...]) -> Places:
    """The places of all the parts that are lowered, each once."""
    if len(parts) == 1:
        return parts[0]
    lowered = [part for part, (_, cheaper) in zip(parts, wanted, strict=True) if cheaper]
    if len(lowered) == 1:
        return lowered[0]
    return tuple(sorted({place for part in lowered for place in part}))


def _on_line(places: Places, goods: Goods, only: int | None) -> Places:
    if only is None:
        return places
    return tuple([place for place in places if goods.lines[place].number == only])


def _least(own: int | None, other: int) -> int:
    return other if own is None else min(own, other)
