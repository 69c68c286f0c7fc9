"""One offer against the lines that it is about: its discount, to the last minor unit.

Rounded once per offer and sale on the price as shown, then spread by largest remainder, so that a
return of one line takes back exactly its share. No line goes below zero.

Shape: `Pile` is what is left: the amount of every line, and for offers about pieces, how many
pieces of each line are in no group yet and what those come to. A piece takes part in one group.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import gt
from typing import NamedTuple

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.picks import Pick
from posloyalty.domain.programme.effect import EachEffect, PieceEffect
from posloyalty.domain.programme.reduction import By
from posloyalty.domain.shop.basket import LineKey
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.rounding import Rounding, divide

# Members of an enumeration are looked up in Python each time they are named.
HALF_UP = Rounding.HALF_UP
CEILING = Rounding.CEILING
GROUP_PRICE = By.GROUP_PRICE
GROUP_AMOUNT = By.GROUP_AMOUNT
PERCENT = By.PERCENT
AMOUNT = By.AMOUNT


class Pile(NamedTuple):
    """What is left of each line: `amounts`; and `free` pieces, which come to `values`.

    The last two are empty where no offer is about pieces.
    """

    amounts: tuple[int, ...]
    free: tuple[int, ...] = ()
    values: tuple[int, ...] = ()


class Off(NamedTuple):
    """A discount: the share of each target, what is left after it, and what a gift came to."""

    shares: tuple[int, ...]
    total: int
    pile: Pile


NOTHING = Off((), 0, Pile(()))


def first_pile(goods: Goods, *, pieces: bool) -> Pile:
    """The basket before any offer."""
    if not pieces:
        return Pile(goods.gross)
    return Pile(goods.gross, goods.pieces, goods.gross)


def apply(
    found: Candidate,
    pile: Pile,
    start: Sequence[int],
    times: int = 0,
) -> Off:
    """The discount of a candidate of so many groups of pieces, if it makes any; `start` are the
    amounts at the start of its stage.
    """
    if found.group is not None:
        return _of_pieces(found, found.group, pile, times)
    amounts = pile.amounts
    if found.only is not None:
        total = _off_one(found, found.only, amounts, start)
        return Off((total,), total, _lowered_at(found.only, pile, total) if total else pile)
    left = [amounts[place] for place in found.targets]
    base = [start[place] for place in found.targets] if found.initial else left
    if found.whole is not None:
        remaining = sum(left)
        total = whole_discount(found, remaining, sum(base) if found.initial else remaining)
        shares = spread(total, base, left, found.keys)
    else:
        assert found.each is not None
        shares = _of_each(found, found.each, left, base)
    return _lowered(found, pile, shares)


def whole_discount(found: Candidate, remaining_minor: int, base_minor: int) -> int:
    """The discount of a candidate with one total, on goods of which so much remains."""
    assert found.whole is not None
    return _capped(found, min(found.whole.total(base_minor, found.quantity_milli), remaining_minor))


def given_pieces(found: Candidate, pile: Pile, times: int) -> tuple[tuple[int, int], ...]:
    """How many pieces of each place a gift gives."""
    assert found.picks is not None
    pick = found.picks.of(pile.free, times)
    return tuple(sorted(zip(pick.lowered, pick.counts, strict=True)))


def most_times(found: Candidate, pile: Pile) -> int:
    """How many groups of its pieces are left."""
    assert found.picks is not None
    times = found.picks.most_times(pile.free)
    return times if found.most_times is None else min(times, found.most_times)


def most_off(found: Candidate, pile: Pile, start: Sequence[int], times: int | None = None) -> int:
    """A bound on what a candidate takes off what is left, or off anything less.

    `times` bounds its groups of pieces, where that is known already.
    """
    if found.group is not None:
        times = most_times(found, pile) if times is None else times
        return _most_of_pieces(found, found.group, pile, times)
    amounts = pile.amounts
    if found.only is not None:
        return min(_of_line(found, found.only, amounts, start), _most(found, amounts[found.only]))
    left = sum([amounts[place] for place in found.targets])
    base = sum([start[place] for place in found.targets]) if found.initial else left
    if found.whole is not None:
        return min(left, found.whole.total(base, found.quantity_milli), _most(found, left))
    effect = found.each
    assert effect is not None
    source = start if found.initial else amounts
    each = sum(
        [
            effect.each(source[place], quantity)
            for place, quantity in zip(found.targets, found.quantities, strict=True)
        ]
    )
    return min(left, each, _most(found, left))


def _off_one(found: Candidate, place: int, amounts: Sequence[int], start: Sequence[int]) -> int:
    """The discount of a candidate that is about one line: there is nothing to spread."""
    off = _of_line(found, place, amounts, start)
    return off if found.most_minor is None else _capped(found, off)


def _of_line(found: Candidate, place: int, amounts: Sequence[int], start: Sequence[int]) -> int:
    """The same before its bound; never more than is left of the line."""
    left = amounts[place]
    base = start[place] if found.initial else left
    if found.whole is not None:
        off = found.whole.total(base, found.quantity_milli)
    else:
        assert found.each is not None
        off = found.each.each(base, found.quantity_milli)
    return off if off < left else left


def _most(found: Candidate, otherwise: int) -> int:
    return otherwise if found.most_minor is None else found.most_minor


def _capped(found: Candidate, total: int) -> int:
    most, own = found.most_minor, found.offer.most_minor
    if most is None or total <= most:
        return total
    # The offer's own bound trims, before a limit lets in all of it or nothing.
    return 0 if found.whole_or_nothing and (own is None or own > most) else most


def _of_each(
    found: Candidate, effect: EachEffect, left: Sequence[int], base: Sequence[int]
) -> tuple[int, ...]:
    each = [
        min(effect.each(amount, quantity), most)
        for amount, quantity, most in zip(base, found.quantities, left, strict=True)
    ]
    total = sum(each)
    kept = _capped(found, total)
    return tuple(each) if kept == total else spread(kept, each, left, found.keys)


def _of_pieces(found: Candidate, effect: PieceEffect, pile: Pile, times: int) -> Off:
    assert found.picks is not None
    amounts, free, pools = pile
    pick = found.picks.of(free, times)
    places, denominator = pick.lowered, pick.denominator
    values = [pools[place] * part for place, part in zip(places, pick.factors, strict=True)]
    total, weights = effect.reduction.off(values, pick.counts, denominator, times)
    room = [
        min(amounts[place], -(-value // denominator))
        for place, value in zip(places, values, strict=True)
    ]
    total = _capped(found, min(total, sum(room)))
    new_amounts, new_free, new_values = list(amounts), list(free), list(pools)
    for place, count, held in pick.used:
        new_values[place] -= divide(pools[place] * count, held, HALF_UP)
        new_free[place] -= count
    shares = (0,) * len(found.targets)
    if total:
        lowered = spread(total, weights, room, pick.keys)
        for place, share in zip(places, lowered, strict=True):
            new_amounts[place] -= share
            new_values[place] = min(new_values[place], new_amounts[place])
        shares = lowered if places == found.targets else _all_shares(found, pick, lowered)
    return Off(shares, total, Pile(tuple(new_amounts), tuple(new_free), tuple(new_values)))


def _all_shares(found: Candidate, pick: Pick, lowered: Sequence[int]) -> tuple[int, ...]:
    """The share of every target, from those of the ones that are lowered."""
    shares = [0] * len(found.targets)
    for at, share in zip(pick.at, lowered, strict=True):
        shares[at] = share
    return tuple(shares)


def _most_of_pieces(found: Candidate, effect: PieceEffect, pile: Pile, times: int) -> int:
    if not times:
        return 0
    free, values = pile.free, pile.values
    pieces = [
        (-(-values[place] // free[place]), free[place]) for place in found.targets if free[place]
    ]
    pieces.sort(reverse=True)
    reduction, per_group = effect.reduction, effect.lowered_per_group
    if reduction.by is GROUP_PRICE:
        return max(0, _dearest(pieces, per_group) - reduction.minor) * times
    if reduction.by is GROUP_AMOUNT:
        return reduction.minor * times
    best = _dearest(pieces, per_group * times)
    if reduction.by is PERCENT:
        off = reduction.rate.apply(best, CEILING)
    elif reduction.by is AMOUNT:
        off = min(best, reduction.minor * per_group * times)
    else:
        above = [(max(0, value - reduction.minor), count) for value, count in pieces]
        off = _dearest(above, per_group * times)
    return min(off, _most(found, off))


def _dearest(pieces: Sequence[tuple[int, int]], count: int) -> int:
    total = 0
    for value, held in pieces:
        part = min(held, count)
        total += value * part
        count -= part
        if not count:
            break
    return total


def _lowered(found: Candidate, pile: Pile, shares: tuple[int, ...]) -> Off:
    amounts = list(pile.amounts)
    if not pile.free:
        for place, share in zip(found.targets, shares, strict=True):
            amounts[place] -= share
        return Off(shares, sum(shares), Pile(tuple(amounts)))
    values = list(pile.values)
    for place, share in zip(found.targets, shares, strict=True):
        if share:
            values[place] -= _value_part(share, values[place], amounts[place])
            amounts[place] -= share
    return Off(shares, sum(shares), Pile(tuple(amounts), pile.free, tuple(values)))


def _lowered_at(place: int, pile: Pile, share: int) -> Pile:
    """What is left after something off one line."""
    amounts, free, values = pile
    amount = amounts[place]
    left = (*amounts[:place], amount - share, *amounts[place + 1 :])
    if not free:
        return Pile(left)
    value = values[place]
    value -= _value_part(share, value, amount)
    return Pile(left, free, (*values[:place], value, *values[place + 1 :]))


def _value_part(share: int, value: int, amount: int) -> int:
    """The part of what lowers a whole line that its pieces bear which are free yet."""
    return divide(share * value, amount, HALF_UP) if value != amount else share


def spread(
    total: int, weights: Sequence[int], most: Sequence[int], keys: Sequence[LineKey]
) -> tuple[int, ...]:
    """Spread by weight, no share above its line; what did not fit goes where there is room."""
    if not total:
        return (0,) * len(weights)
    if len(weights) == 1:
        return (total,)
    shares = allocate(total, weights, keys)
    if not any(map(gt, shares, most)):
        return shares
    kept = [min(share, room) for share, room in zip(shares, most, strict=True)]
    room = [top - share for top, share in zip(most, kept, strict=True)]
    rest = allocate(total - sum(kept), room, keys)
    return tuple(share + more for share, more in zip(kept, rest, strict=True))
