"""Candidates: offers whose conditions hold, with the lines and pieces of the basket they are about.

A candidate is everything that the search needs to know of an offer in one basket, found out once.
`Stage` is the order in which offers apply (LOYALTY 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import cast

from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.programme.effect import EachEffect, Effect, PieceEffect, TotalEffect
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.offer import Offer, PercentBase, Scope
from posloyalty.domain.shop.basket import LineKey


class Stage(IntEnum):
    """The order in which offers apply. What is given is given before order offers look at what the
    rest comes to: a free gift raises no band and meets no threshold.
    """

    LINE = 3
    BUNDLE = 4
    GIFT = 5
    ORDER = 6
    VOUCHER = 7  # whatever the customer owns


_STAGES = {Scope.LINE: Stage.LINE, Scope.BUNDLE: Stage.BUNDLE, Scope.ORDER: Stage.ORDER}


@dataclass(slots=True, kw_only=True, eq=False)
class Candidate:
    """An offer that could apply.

    `effect` is in one of the three fields after it, by its shape; `even` says that less before it
    never leaves more after it. `id` tells it apart from every other candidate: an offer that the
    customer owns several times is several candidates. `targets` are the places of the lines that it
    may lower, `parts` those of the parts of a group of pieces. `wide` says that it is one discount
    on everything that offers may lower. `owned` is None for a public offer. `most_minor` and
    `most_times` are what limits leave of it, None without one. `times` and `worth` are how many
    groups it makes of the basket before any other offer, and the most that it could take off it.
    """

    id: str
    stage: Stage
    offer: Offer
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
    def order(self) -> tuple[int, int, str]:
        """The place in which it applies; never where it stands in a file."""
        return (self.stage, self.offer.priority, self.id)

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


def stage_of(offer: Offer, owned: Owned | None) -> Stage:
    """The stage in which an offer applies."""
    if owned is not None:
        return Stage.VOUCHER
    if offer.scope is Scope.ORDER and gives(offer.effect):
        return Stage.GIFT
    return _STAGES[offer.scope]


def gives(effect: Effect) -> bool:
    """Whether an effect gives goods for nothing beside what is bought."""
    return isinstance(effect, PieceEffect) and effect.gift


def candidate(
    offer: Offer,
    goods: Goods,
    *,
    effect: Effect | None = None,
    owned: Owned | None = None,
    name: str = "",
    most_minor: int | None = None,
    most_times: int | None = None,
    whole_or_nothing: bool = False,
    added: frozenset[int] | None = None,
) -> Candidate | None:
    """The offer with its lines; None when it is about nothing in the basket.

    `effect` is the offer's own, bound to the member; `name` the candidate's id where it is not the
    offer's; `added` the only places that a gift may be taken from; the rest is what limits leave.
    """
    effect = offer.effect if effect is None else effect
    only = None if owned is None else owned.line
    shape = _shape(type(effect))
    whole = cast(TotalEffect, effect) if shape is TotalEffect else None
    group = cast(PieceEffect, effect) if shape is PieceEffect else None
    initial = offer.base is PercentBase.INITIAL
    parts: tuple[tuple[int, ...], ...] = ()
    if group is not None:
        parts = _parts(offer, group, goods, only)
        if not all(parts):
            return None
        lowered = {place for part in group.lowers for place in parts[part]}
        if added is not None:
            lowered &= added
            parts = tuple(tuple(place for place in part if place in added) for part in parts)
        targets = tuple([place for place in goods.discountable if place in lowered])
    else:
        targets = _matching(offer.goods, goods, goods.discountable, only)
    if not targets:
        return None
    measured = goods.measure(targets)
    return Candidate(
        id=name or offer.id,
        stage=stage_of(offer, owned),
        offer=offer,
        effect=effect,
        whole=whole,
        each=cast(EachEffect, effect) if shape is EachEffect else None,
        group=group,
        even=not (initial or whole_or_nothing or (whole is not None and not whole.smooth)),
        targets=targets,
        quantity_milli=measured.quantity_milli,
        quantities=measured.quantities,
        keys=measured.keys,
        parts=parts,
        wide=whole is not None and len(targets) == len(goods.discountable),
        initial=initial,
        most_minor=_least(offer.most_minor, most_minor),
        most_times=most_times,
        whole_or_nothing=whole_or_nothing,
        owned=owned,
    )


@cache
def _shape(kind: type[Effect]) -> type[Effect]:
    """Which of the three shapes the effects of a class have; asked once of each class."""
    shapes: tuple[type[Effect], ...] = (TotalEffect, EachEffect, PieceEffect)
    return next((shape for shape in shapes if issubclass(kind, shape)), kind)


def _parts(
    offer: Offer, effect: PieceEffect, goods: Goods, only: int | None
) -> tuple[tuple[int, ...], ...]:
    """The places of each part; goods that no offer may lower stand only in parts that stay."""
    lowers = effect.lowers
    return tuple(
        [
            _matching(
                offer.goods if part is None else part,
                goods,
                goods.discountable if number in lowers else goods.measured,
                only if number in lowers else None,
            )
            for number, part in enumerate(effect.parts)
        ]
    )


def _matching(
    wanted: LineFilter, goods: Goods, places: Sequence[int], only: int | None
) -> tuple[int, ...]:
    lines = goods.lines
    found = goods.named(wanted)
    if len(places) < len(goods.every):
        allowed = frozenset(places)
        found = tuple(place for place in found if place in allowed)
    return found if only is None else tuple(p for p in found if lines[p].number == only)


def _least(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)
