"""What the customer owns and may use in a sale: vouchers, rewards, benefits, and who knows of them.

Shape: a source is a function registered with `owns`; it gives an `Owned` for every single thing
that could be used now, each with its terms (an `Offer`) and what applying them uses (`Uses`). The
engine judges the terms as those of any offer. What is neither chosen nor `auto` is proposed with
its gain and never spent.

    @owns
    def vouchers(context: Context, basket: Basket) -> Iterable[Owned]: ...

A right with several uses left is given as often as it may be used in one sale. Terms may be shared:
the engine tells things apart by `uses` and gives each use in a sale an id of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import Basket, Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """One thing that could be used once.

    `choice` is what the basket holds when the customer says yes to it. `auto` uses it without
    asking. `line` limits it to one line of the basket. `barred` says why it cannot be used,
    whatever is in the basket, such as a voucher that has run out.
    """

    offer: Offer
    uses: Uses
    choice: Chosen
    auto: bool = False
    line: int | None = None
    barred: tuple[Reason, ...] = ()


OwnedSource = Callable[[Context, Basket], Iterable[Owned]]
SOURCES: list[OwnedSource] = []


def owns(source: OwnedSource) -> OwnedSource:
    """Register a source of owned things."""
    SOURCES.append(source)
    return source


def owned(context: Context, basket: Basket) -> tuple[Owned, ...]:
    """Everything that the customer could use in this sale, in an order of its own.

    The order goes by terms and right, so that neither sources nor choices decide anything.
    """
    found = [one for source in SOURCES for one in source(context, basket)]
    return tuple(sorted((_here(context, one) for one in found), key=_key))


def _here(context: Context, one: Owned) -> Owned:
    """A thing that this till may not honour by itself cannot be used, and says why."""
    right = one.uses.right
    why = None if right is None else context.store.held_back.get(right.id)
    return one if why is None else replace(one, barred=(*one.barred, why))


def _key(one: Owned) -> tuple[str, str, date, bytes, str]:
    """What ends first comes first; several uses of one thing stay in the order of their source."""
    uses, right = one.uses, one.uses.right
    ends = date.max if right is None or right.last_day is None else right.last_day
    right_id = b"" if right is None else right.id
    return (uses.kind, one.offer.id, ends, right_id, uses.code)
