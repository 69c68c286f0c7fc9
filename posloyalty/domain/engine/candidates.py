"""Candidates: offers whose conditions hold, with the lines and pieces of the basket they are about.

A candidate is everything that the search needs to know of an offer in one basket, found out once.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.goods import Goods, Places
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.prepared import Prepared, Shape, Stage
from posloyalty.domain.programme.effect import EachEffect, Effect, PieceEffect, TotalEffect
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.shop.basket import LineKey

__all__ = ["Bounds", "Candidate", "Stage", "candidate"]


@dataclass(slots=True, kw_only=True, eq=False)
class Candidate:
    """An offer that could apply.

    `id` tells it apart from every other candidate: an offer that the customer owns several times is
    several candidates. `order` is the place in which it applies; never where it stands in a file.
    `on_spend` says that it asks for a minimum spend. `effect` is in one of the three fields after
    it, by its shape; `even` says that less before it never leaves more after it. `targets` are the
    places of the lines that it may lower, `parts` those of the parts of a group of pieces. `wide`
    says that it is one discount on everything that offers may lower. `owned` is None for a public
    offer. `most_minor` and `most_times` are what limits leave of it, None without one. `times` and
    `worth` are how many groups it makes of the basket before any other offer, and the most that it
    could take off it.
    """

    id: str
    stage: Stage
    order: tuple[int, int, str]
    offer: Offer
    on_spend: bool
    effect: Effect
    whole: TotalEffect | None
    each: EachEffect | None
    group: PieceEffect | None
    even: bool
    targets: tuple[int, ...]
    quantity_milli: int
    quantities: tuple[int, ...]
    keys: tuple[LineKey, ...]
    parts: tuple[tuple[int, ...], ...]
    wide: bool
    initial: bool
    most_minor: int | None
    most_times: int | None
    whole_or_nothing: bool
    owned: Owned | None = None
    times: int = 1
    worth: int = 0

    @property
    def pieces(self) -> bool:
        """Whether it is about pieces."""
        return self.group is not None

    @property
    def gift(self) -> bool:
        """Whether it gives goods, which are then in no minimum spend."""
        return self.group is not None and self.group.gift

    @property
    def cost(self) -> tuple[str, int] | None:
        """The wallet and points that it takes."""
        return None if self.owned is None else self.owned.uses.cost


@dataclass(frozen=True, slots=True)
class Bounds:
    """What limits leave of an offer, None without one; `whole_or_nothing` where money is not
    trimmed to it.
    """

    most_minor: int | None = None
    most_times: int | None = None
    whole_or_nothing: bool = False


UNBOUND = Bounds()


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
    offer = ready.offer
    only = None if owned is None else owned.line
    parts: tuple[Places, ...] = ()
    if shape.group is None:
        targets = _on_line(goods.lowerable(ready.goods), goods, only)
    else:
        parts = _parts(ready.parts, goods, only)
        if not all(parts):
            return None
        if ready.added_only:
            parts = tuple([tuple([p for p in part if p in added]) for part in parts])
        targets = _lowered(ready.parts, parts)
    if not targets:
        return None
    measured = goods.measure(targets)
    return Candidate(
        id=name or offer.id,
        stage=ready.stage,
        order=(ready.stage, offer.priority, name) if name else ready.order,
        offer=offer,
        on_spend=ready.on_spend,
        effect=effect,
        whole=shape.whole,
        each=shape.each,
        group=shape.group,
        even=shape.even and not bounds.whole_or_nothing,
        targets=targets,
        quantity_milli=measured.quantity_milli,
        quantities=measured.quantities,
        keys=measured.keys,
        parts=parts,
        wide=shape.whole is not None and len(targets) == len(goods.discountable),
        initial=ready.initial,
        most_minor=_least(offer.most_minor, bounds.most_minor),
        most_times=bounds.most_times,
        whole_or_nothing=bounds.whole_or_nothing,
        owned=owned,
    )


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
    lowered = [part for part, (_, cheaper) in zip(parts, wanted, strict=True) if cheaper]
    if len(lowered) == 1:
        return lowered[0]
    return tuple(sorted({place for part in lowered for place in part}))


def _on_line(places: Places, goods: Goods, only: int | None) -> Places:
    if only is None:
        return places
    return tuple([place for place in places if goods.lines[place].number == only])


def _least(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)
