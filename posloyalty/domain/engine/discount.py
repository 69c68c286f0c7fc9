"""One offer against the lines that it is about: its discount, to the last minor unit.

Rounded once per offer and sale on the price as shown, then spread by largest remainder, so that a
return of one line takes back exactly its share (LOYALTY 3.2). No line goes below zero (I6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from posloyalty.domain.engine.context import Goods, LineKey
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.programme.offer import Offer, PercentBase, Scope
from posloyalty.domain.values.allocation import allocate


class Stage(IntEnum):
    """The order in which offers apply (LOYALTY 3.2)."""

    LINE = 1
    BUNDLE = 2
    ORDER = 3
    VOUCHER = 4  # whatever the customer owns


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer whose conditions hold (but for a minimum spend) and the lines that it lowers.

    `id` tells it apart from every other candidate: an offer that the customer owns several times is
    several candidates. `owned` is None for a public offer.
    """

    id: str
    stage: Stage
    offer: Offer
    targets: tuple[int, ...]
    quantities: tuple[int, ...]
    keys: tuple[LineKey, ...]
    wide: bool
    owned: Owned | None = None

    @property
    def order(self) -> tuple[int, int, str]:
        """The place in which it applies; never where it stands in a file."""
        return (self.stage, self.offer.priority, self.id)

    @property
    def initial(self) -> bool:
        """Whether it is reckoned on the amounts at the start of its stage."""
        return self.offer.base is PercentBase.INITIAL


def candidate(
    offer: Offer, goods: Goods, *, owned: Owned | None = None, name: str = ""
) -> Candidate | None:
    """The offer with its lines; None when it is about nothing in the basket.

    `name` is the candidate's id where it is not the offer's.
    """
    lines = goods.lines
    targets = tuple(p for p in goods.discountable if offer.goods.matches(lines[p].product))
    if owned is not None and owned.line is not None:
        targets = tuple(place for place in targets if lines[place].number == owned.line)
    if not targets:
        return None
    stage = Stage.ORDER if offer.scope is Scope.ORDER else Stage.LINE
    return Candidate(
        id=name or offer.id,
        stage=stage if owned is None else Stage.VOUCHER,
        owned=owned,
        offer=offer,
        targets=targets,
        quantities=tuple(lines[place].quantity_milli for place in targets),
        keys=tuple(goods.keys[place] for place in targets),
        wide=targets == goods.discountable and offer.effect.total(0) is not None,
    )


def whole_discount(offer: Offer, remaining_minor: int, base_minor: int) -> int:
    """The discount of an offer with one total, on goods of which so much remains."""
    total = offer.effect.total(base_minor) or 0
    if offer.most_minor is not None:
        total = min(total, offer.most_minor)
    return min(total, remaining_minor)


def line_discounts(
    found: Candidate, remaining: Sequence[int], initial: Sequence[int]
) -> tuple[int, ...]:
    """The discount of every target, in order; `remaining` and `initial` are of all lines."""
    offer = found.offer
    left = [remaining[place] for place in found.targets]
    base = [initial[place] for place in found.targets] if found.initial else left
    if offer.effect.total(0) is not None:
        total = whole_discount(offer, sum(left), sum(base))
        return _spread(total, base, left, found.keys)
    each = [
        min(offer.effect.each(amount, quantity), most)
        for amount, quantity, most in zip(base, found.quantities, left, strict=True)
    ]
    if offer.most_minor is not None and sum(each) > offer.most_minor:
        return _spread(offer.most_minor, each, left, found.keys)
    return tuple(each)


def _spread(
    total: int, weights: Sequence[int], most: Sequence[int], keys: Sequence[LineKey]
) -> tuple[int, ...]:
    """Spread by weight, no share above its line; what did not fit goes where there is room."""
    if not total:
        return (0,) * len(weights)
    shares = allocate(total, weights, keys)
    if all(share <= room for share, room in zip(shares, most, strict=True)):
        return shares
    kept = [min(share, room) for share, room in zip(shares, most, strict=True)]
    room = [top - share for top, share in zip(most, kept, strict=True)]
    rest = allocate(total - sum(kept), room, keys)
    return tuple(share + more for share, more in zip(kept, rest, strict=True))
