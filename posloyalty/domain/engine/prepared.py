"""What follows from an offer alone, found out once: its shape, its stage, the goods it is about.

Shape: `prepare(offer)` gives a `Prepared`; `Preparation` does it for all the offers of a programme,
and gives equal conditions one number and equal goods one filter, so that a basket is asked each
question once, however many offers ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from typing import Final, cast

from posloyalty.domain.programme.condition import AllOf
from posloyalty.domain.programme.conditions.min_spend import minimum_alone, minimums
from posloyalty.domain.programme.effect import EachEffect, Effect, PieceEffect, TotalEffect
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.programme.offer import Offer, PercentBase, Scope
from posloyalty.domain.programme.reason import Reason

NOTHING_ASKED = -1
ASKED_ALONE = -2
NO_NUMBER = -1
NO_MINIMUMS: Final[frozenset[int]] = frozenset()


class Stage(IntEnum):
    """The order in which offers apply. What is given is given before order offers look at what the
    rest comes to: a free gift raises no band and meets no threshold.
    """

    LINE = 3
    BUNDLE = 4
    GIFT = 5
    ORDER = 6
    VOUCHER = 7  # whatever the customer owns


BUNDLE = Stage.BUNDLE
_STAGES = {Scope.LINE: Stage.LINE, Scope.BUNDLE: Stage.BUNDLE, Scope.ORDER: Stage.ORDER}


@dataclass(frozen=True, slots=True)
class Shape:
    """An effect in the one of three fields that is its shape; `even` says that less before it never
    leaves more after it.
    """

    whole: TotalEffect | None
    each: EachEffect | None
    group: PieceEffect | None
    even: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An offer with what follows from it.

    `number` is its place in the programme, `NO_NUMBER` for one that is prepared by itself. `asks`
    is the number of its conditions, `NOTHING_ASKED` without any, `ASKED_ALONE` where they have
    none. `on_spend` says that they look at a minimum spend, `late` that what other offers leave may
    meet it or not; `minimums` are the amounts, and `least` is the one where nothing else is asked.
    `goods` are what it is about, `parts` those of each part of a group of pieces and whether it is
    lowered; `fee` says that what it lowers are fees. `told` is why it takes off what it does,
    where that is always the same. `filters` are the numbers of all these filters in the
    programme, and `cornered` says that nothing but the goods that they mean decides what the
    offer takes off. Offers of one group that do the same to the same goods have one number
    `alike`, which is `NO_NUMBER` where there is no other.
    """

    offer: Offer
    number: int
    stage: Stage
    order: tuple[int, int, str]
    shape: Shape
    binds: bool
    initial: bool
    asks: int
    on_spend: bool
    late: bool
    minimums: frozenset[int]
    least: int | None
    goods: LineFilter
    parts: tuple[tuple[LineFilter, bool], ...]
    added_only: bool
    fee: bool
    told: Reason | None = None
    filters: tuple[int, ...] = ()
    cornered: bool = False
    alike: int = NO_NUMBER


def prepare(offer: Offer, *, owned: bool = False) -> Prepared:
    """One offer, as a public one or as the terms of something that the customer owns."""
    stage = Stage.VOUCHER if owned else stage_of(offer)
    shape = shape_of(offer.effect, offer.base)
    on_spend = offer.when.measures_spend
    effect = offer.effect
    parts = _parts(offer, shape.group)
    lowered = [goods for goods, cheaper in parts if cheaper] if parts else [offer.goods]
    return Prepared(
        offer=offer,
        number=NO_NUMBER,
        stage=stage,
        order=(stage, offer.priority, offer.id),
        shape=shape,
        binds=type(effect).bound is not Effect.bound,
        initial=offer.base is PercentBase.INITIAL,
        asks=ASKED_ALONE if offer.when.parts else NOTHING_ASKED,
        on_spend=on_spend,
        late=on_spend and stage >= Stage.GIFT,
        minimums=frozenset(minimums(offer.when)) if on_spend else NO_MINIMUMS,
        least=minimum_alone(offer.when) if on_spend else None,
        goods=offer.goods,
        parts=parts,
        added_only=type(effect) is Gift and effect.source is Source.ADDED,
        fee=any(goods.fee for goods in lowered),
    )


def stage_of(offer: Offer) -> Stage:
    """The stage in which a public offer applies."""
    effect = offer.effect
    if offer.scope is Scope.ORDER and isinstance(effect, PieceEffect) and effect.gift:
        return Stage.GIFT
    return _STAGES[offer.scope]


def shape_of(effect: Effect, base: PercentBase) -> Shape:
    """The shape of an effect whose percentages are of a base."""
    kind = _kind(type(effect))
    whole = cast(TotalEffect, effect) if kind is TotalEffect else None
    return Shape(
        whole,
        cast(EachEffect, effect) if kind is EachEffect else None,
        cast(PieceEffect, effect) if kind is PieceEffect else None,
        base is not PercentBase.INITIAL and (whole is None or whole.smooth),
    )


class Preparation:
    """The offers of one programme, prepared, in its order; `filters` are all that they ask for."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self._asked: dict[tuple[AllOf, bool], int] = {}
        self._named: dict[LineFilter, LineFilter] = {ALL_GOODS: ALL_GOODS}
        every = [self._prepared(number, offer) for number, offer in enumerate(offers)]
        self.filters = tuple([one for one in self._named if one is not ALL_GOODS])
        numbers = {one: number for number, one in enumerate(self.filters)}
        cornered, alike = _cornered(every), _alike(every)
        self.offers = tuple(
            [
                replace(
                    ready,
                    filters=tuple([numbers[one] for one in _wanted(ready) if one in numbers]),
                    cornered=ready.number in cornered,
                    alike=alike.get(ready.number, NO_NUMBER),
                )
                for ready in every
            ]
        )

    def _prepared(self, number: int, offer: Offer) -> Prepared:
        ready = prepare(offer)
        return replace(
            ready,
            number=number,
            asks=self._number(offer) if offer.when.parts else NOTHING_ASKED,
            goods=self._one(ready.goods),
            parts=tuple([(self._one(goods), lowered) for goods, lowered in ready.parts]),
            told=_told(ready),
        )

    def _number(self, offer: Offer) -> int:
        try:
            return self._asked.setdefault((offer.when, offer.by_business_day), len(self._asked))
        except TypeError:  # a kind of condition from outside that is no value
            return ASKED_ALONE

    def _one(self, goods: LineFilter) -> LineFilter:
        return self._named.setdefault(goods, goods)


def _wanted(ready: Prepared) -> list[LineFilter]:
    """The goods that an offer looks at."""
    return [goods for goods, _ in ready.parts] if ready.parts else [ready.goods]


def _cornered(offers: Sequence[Prepared]) -> set[int]:
    """The offers that look at nothing but goods of their own, and at no offer that does."""
    if any(one.offer.alone_in_class or one.offer.combines_with is not None for one in offers):
        return set()
    alone = {one.number for one in offers if _is_alone(one)}
    open_groups = {one.offer.group for one in offers if one.number not in alone}
    closed = [one for one in offers if not one.offer.group or one.offer.group not in open_groups]
    return alone & {one.number for one in closed}


def _alike(offers: Sequence[Prepared]) -> dict[int, int]:
    """The first of those that do the same, by the number of each that is not the only one."""
    sets: dict[object, list[int]] = {}
    for one in offers:
        offer = one.offer
        same = (offer.group, one.stage, offer.effect, one.goods, offer.base, offer.most_minor)
        try:
            sets.setdefault(same if offer.group else one.number, []).append(one.number)
        except TypeError:  # a kind of effect from outside that is no value
            continue
    return {one: every[0] for every in sets.values() if len(every) > 1 for one in every}


def _is_alone(ready: Prepared) -> bool:
    group = ready.shape.group
    elsewhere = ready.offer.exclusive or ready.on_spend or ready.binds or ready.stage > BUNDLE
    given = ready.added_only or (group is not None and (group.gift or not ready.parts))
    wanted = _wanted(ready)
    return not (elsewhere or given or ALL_GOODS in wanted or any(one.fee for one in wanted))


def _told(ready: Prepared) -> Reason | None:
    effect = ready.offer.effect
    same = type(effect).explained is Effect.explained and not ready.binds
    return effect.explanation() if same else None


def _parts(offer: Offer, group: PieceEffect | None) -> tuple[tuple[LineFilter, bool], ...]:
    if group is None:
        return ()
    lowers = group.lowers
    return tuple(
        [
            (offer.goods if part is None else part, number in lowers)
            for number, part in enumerate(group.parts)
        ]
    )


@cache
def _kind(kind: type[Effect]) -> type[Effect]:
    """Which of the three shapes the effects of a class have; asked once of each class."""
    shapes: tuple[type[Effect], ...] = (TotalEffect, EachEffect, PieceEffect)
    return next((shape for shape in shapes if issubclass(kind, shape)), kind)
