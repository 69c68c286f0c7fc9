"""How often an owned thing is offered in one sale, on which goods, and why not more often.

Shape: a source describes each single use as an `Own`; `offered(...)` makes them `Owned`, the chosen
ones first. As many are offered as are chosen, and one more to propose; what goes beyond a bound is
barred with its reason. A `free` piece is given the dearest piece that no earlier use has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.campaigns import campaign_of
from posloyalty.domain.engine.campaigns import room as left_of
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.limits import count_use
from posloyalty.domain.engine.moment import Moment
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import Limit, LimitUnit
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.terms import FreePiece
from posloyalty.domain.programme.wallet import RedeemNeeds
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.values.quantity import ONE_MILLI

CARD_PROOF = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One thing that could be used `times` in a sale."""

    uses: Uses
    choice: Chosen
    auto: bool
    barred: tuple[Reason, ...] = ()
    times: int = 1


def offered(
    context: Context,
    basket: Basket,
    terms: Offer,
    things: Sequence[Own],
    *,
    per_sale: int | None,
    room: int | None,
) -> Iterable[Owned]:
    """Every use that the sale may make of things of one kind, the chosen ones first: `per_sale` and
    `room`, what its limits leave, are how many at most, and so is what its campaign has left.
    """
    room = min((one for one in (room, _left(context, terms)) if one is not None), default=None)
    chosen = Counter(basket.chosen)
    wanted: list[tuple[Own, Chosen]] = []
    spare: list[Own] = []
    for thing in things:
        own = [one for one in basket.chosen if _same(one, thing.choice)]
        wanted += [(thing, one) for one in own[: thing.times]]
        if len(own) < thing.times:
            spare.append(thing)
    spare.sort(key=lambda thing: (bool(thing.barred), not thing.auto))
    free = terms.effect
    pieces = _dearest(context, terms, free) if isinstance(free, FreePiece) else None
    used = 0
    for thing, choice in (*wanted, *((one, one.choice) for one in spare)):
        barred, line = thing.barred, choice.line
        if not barred and per_sale is not None and used >= per_sale:
            barred = (reason("ENOUGH_FOR_A_SALE", most=per_sale),)
        elif not barred and room is not None and used >= room:
            barred = (Reason("LIMIT_REACHED"),)
        elif not barred and pieces is not None:
            line = next((one for one in pieces if line in (None, one)), None)
            barred = (Reason("NO_GOODS"),) if line is None else ()
        is_chosen = chosen[choice] > 0
        if is_chosen:
            chosen[choice] -= 1
        elif barred and any(one is thing for one, _ in wanted):
            continue  # it is used already; why not once more nobody asked
        auto = thing.auto and not barred
        if not barred and (is_chosen or auto):
            used += 1
            if pieces is not None and line is not None:
                pieces.remove(line)
        yield Owned(
            offer=terms, uses=thing.uses, choice=choice, auto=auto, line=line, barred=barred
        )


def count_used(
    kind: str, of: str, key: str, limits: Iterable[Limit], moment: Moment, awards: Awards
) -> None:
    """Count how many things of a kind, such as the vouchers "mug", a sale used."""
    used = () if moment.sold is None else moment.sold.used
    times = sum(1 for one in used if (one.kind, one.of) == (kind, of))
    if times:
        count_use(awards, key, limits, times)


def _left(context: Context, terms: Offer) -> int | None:
    """How often the terms' campaign may still give something; None where nothing bounds it, or
    where it is used up, which its own condition says.
    """
    programme = context.programme
    campaign = programme.find(Campaign, campaign_of(terms))
    if campaign is None:
        return None
    return left_of(programme, campaign, context.store, LimitUnit.COUNT) or None


def needs_card(needs: RedeemNeeds, basket: Basket) -> tuple[Reason, ...]:
    """Why somebody found by other means than their card may not use it."""
    if needs is RedeemNeeds.ANY or basket.proof == CARD_PROOF:
        return ()
    return (reason("NEEDS_CARD", proof=basket.proof or ""),)


def _same(made: Chosen, offered: Chosen) -> bool:
    """Whether a choice is of this thing, whatever line it names."""
    left = (made.kind, made.of, made.right_id, made.code)
    return left == (offered.kind, offered.of, offered.right_id, offered.code)


def _dearest(context: Context, terms: Offer, free: FreePiece) -> list[int]:
    """The line of each piece that the terms are about, the dearest first."""
    goods = context.goods
    pieces = []
    for place in goods.lowerable(terms.goods):
        line = goods.lines[place]
        count = -(-line.quantity_milli // ONE_MILLI)
        price = free.each(line.gross_minor, line.quantity_milli)
        pieces += [(-price, -line.unit_price_minor, place, line.number)] * count
    return [number for *_, number in sorted(pieces)]
