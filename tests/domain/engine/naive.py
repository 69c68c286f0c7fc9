"""What offers take off a small basket, priced piece by piece: what the search must agree with.

Nothing here uses the engine's pricing. Offers are read from the programme as data; money is counted
in fractions and rounded where LOYALTY says; a line of three is three pieces with a price each, and
what was weighed is one piece.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from posloyalty.domain.engine.context import Context
from posloyalty.domain.programme.effects.amount import Amount, AmountEach
from posloyalty.domain.programme.effects.bands import Bands, Mode, Of
from posloyalty.domain.programme.effects.bundle import Bundle
from posloyalty.domain.programme.effects.buy_get import BuyGet
from posloyalty.domain.programme.effects.cheapest_free import CheapestFree, From
from posloyalty.domain.programme.effects.fixed_price import FixedPrice
from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.programme.effects.items import Items
from posloyalty.domain.programme.effects.percent import Percent
from posloyalty.domain.programme.effects.picking import Take
from posloyalty.domain.programme.limit import LimitMode, LimitUnit
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.offer import Offer, PercentBase
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

PIECED = (Bundle, BuyGet, CheapestFree, Items, Gift)
FREE = Reduction(By.PERCENT)
UNBOUND = 10**6


@dataclass
class Line:
    """A line in canonical order: how much of it there is, what is left to pay, and its pieces that
    are in no group.
    """

    place: int
    product: Product
    quantity: Fraction
    price: Fraction
    amount: int
    free: int
    pool: int
    may: bool


@dataclass
class Counter:
    """A basket while offers are tried."""

    lines: list[Line]
    start: list[int] = field(default_factory=list)

    def copy(self) -> Counter:
        return Counter([Line(**vars(line)) for line in self.lines], list(self.start))


def half_up(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)


def rounded(value: Fraction, how: Rounding) -> int:
    """As a programme says that discounts are rounded."""
    if how is Rounding.HALF_EVEN:
        return round(value)
    return half_up(value) if how is Rounding.HALF_UP else int(value // 1)


def shares(total: int, weights: list[Fraction], room: list[int]) -> list[int]:
    """Largest remainder, written out; what does not fit goes round again."""
    given = [0] * len(weights)
    if not total:
        return given
    exact = [Fraction(total) * w / sum(weights) for w in weights]
    given = [int(e) for e in exact]
    order = sorted(range(len(weights)), key=lambda i: (-(exact[i] - given[i]), i))
    for i in order[: total - sum(given)]:
        given[i] += 1
    if all(g <= r for g, r in zip(given, room, strict=True)):
        return given
    kept = [min(g, r) for g, r in zip(given, room, strict=True)]
    spare = [Fraction(r - k) for r, k in zip(room, kept, strict=True)]
    more = shares(total - sum(kept), spare, [int(s) for s in spare])
    return [k + m for k, m in zip(kept, more, strict=True)]


def counter(context: Context) -> Counter:
    goods = context.goods
    found = []
    for place, line in enumerate(goods.lines):
        count = 1 if line.product.weighed else line.quantity_milli // 1000
        found.append(
            Line(
                place,
                line.product,
                Fraction(line.quantity_milli, 1000),
                Fraction(line.gross_minor, count),
                line.gross_minor,
                count,
                line.gross_minor,
                _may(line.product),
            )
        )
    return Counter(found, [line.amount for line in found])


def _may(product: Product) -> bool:
    """What offers may lower at all: never money in another form."""
    return product.discountable and not (product.gift_card or product.deposit)


def named(at: Counter, goods: LineFilter) -> list[Line]:
    """Goods and fees are never meant together."""
    return [
        line for line in at.lines if goods.matches(line.product) and line.product.fee == goods.fee
    ]


def meant(at: Counter, goods: LineFilter) -> list[Line]:
    return [line for line in named(at, goods) if line.may]


def on_fees(offer: Offer) -> bool:
    """Whether what it lowers is in no minimum spend, for being fees."""
    effect = offer.effect
    if isinstance(effect, Gift | Bundle):
        return False
    own = effect.get_on if isinstance(effect, BuyGet) else None
    return (own or offer.goods).fee


def take(at: Counter, offer: Offer, times: int) -> int:
    """Apply an offer in place; what it took off, 0 when it could not."""
    if isinstance(offer.effect, PIECED):
        return take_pieces(at, offer, times)
    lines = meant(at, offer.goods)
    source = at.start if offer.base is PercentBase.INITIAL else [line.amount for line in at.lines]
    base = [source[line.place] for line in lines]
    room = [line.amount for line in lines]
    quantities = [line.quantity for line in lines]
    effect = offer.effect
    if isinstance(effect, FixedPrice | AmountEach):
        each = []
        for amount, count, most in zip(base, quantities, room, strict=True):
            if isinstance(effect, FixedPrice):
                off = max(0, amount - rounded(effect.price_minor * count, effect.rounding))
            else:
                off = min(amount, rounded(effect.amount_minor * count, effect.rounding))
            each.append(min(off, most))
        total = sum(each)
        kept = capped(offer, total)
        given = each if kept == total else shares(kept, [Fraction(e) for e in each], room)
    else:
        total = capped(offer, min(total_of(effect, sum(base), sum(quantities)), sum(room)))
        given = shares(total, [Fraction(b) for b in base], room) if total else [0] * len(lines)
    for line, share in zip(lines, given, strict=True):
        if share:
            line.pool -= half_up(Fraction(share * line.pool, line.amount))
            line.amount -= share
    return sum(given)


def total_of(effect: object, amount: int, quantity: Fraction) -> int:
    if isinstance(effect, Percent):
        return rounded(amount * fraction(effect.rate), effect.rounding)
    if isinstance(effect, Amount):
        return min(amount, effect.amount_minor)
    assert isinstance(effect, Bands)
    measure = Fraction(amount) if effect.of is Of.SPEND else quantity * 1000
    if effect.mode is Mode.MARGINAL:
        return marginal(effect, amount, measure)
    reached = [step for step in effect.steps if step.start <= measure]
    if not reached:
        return 0
    reduction = reached[-1].reduction
    if reduction.by is By.PERCENT:
        return rounded(amount * fraction(reduction.rate), reduction.rounding)
    if reduction.by is By.PRICE:
        return max(0, amount - rounded(reduction.minor * quantity, reduction.rounding))
    return min(amount, reduction.minor)


def marginal(effect: Bands, amount: int, measure: Fraction) -> int:
    """Each unit of the measure at the rate of the step that it is in, at the average price."""
    off = Fraction(0)
    for number, step in enumerate(effect.steps):
        later = effect.steps[number + 1 :]
        end = min([measure, *(Fraction(one.start) for one in later)])
        off += max(Fraction(0), end - step.start) * fraction(step.reduction.rate)
    return rounded(off * amount / measure, effect.rounding) if measure else 0


def fraction(rate: Ratio) -> Fraction:
    return Fraction(rate.numerator, rate.denominator)


@dataclass(frozen=True)
class Piece:
    place: int
    price: Fraction


def loose(lines: list[Line]) -> list[Piece]:
    return [Piece(line.place, Fraction(line.price)) for line in lines for _ in range(line.free)]


def dear(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda one: (-one.price, one.place))


def cheap(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda one: (one.price, one.place))


def groups_of(at: Counter, offer: Offer) -> int:
    """How many groups there could be."""
    times = 0
    while pick(at, offer, times + 1) is not None:
        times += 1
    return times


def pick(at: Counter, offer: Offer, times: int) -> tuple[list[Piece], list[Piece]] | None:
    """The used and the lowered pieces of so many groups; None when there are too few."""
    effect = offer.effect
    if isinstance(effect, Items):
        pieces = loose(meant(at, offer.goods))
        if effect.less.by is By.PRICE and effect.take is Take.CHEAPEST:
            above = [p for p in cheap(pieces) if p.price > effect.less.minor]
            ordered = [*above, *(p for p in cheap(pieces) if p.price <= effect.less.minor)]
        else:
            ordered = dear(pieces) if effect.take is Take.DEAREST else cheap(pieces)
        if times > min(effect.most, len(pieces)):
            return None
        return ordered[:times], ordered[:times]
    if isinstance(effect, Gift):
        pieces = dear(loose(meant(at, effect.goods)))
        if times > min(effect.count, len(pieces)):
            return None
        return pieces[:times], pieces[:times]
    if isinstance(effect, CheapestFree):
        return pick_cheapest(loose(meant(at, offer.goods)), effect, times)
    if isinstance(effect, BuyGet):
        return pick_buy_get(at, offer, effect, times)
    assert isinstance(effect, Bundle)
    if effect.most and times > effect.most:
        return None
    return pick_bundle(at, effect, times)


def pick_cheapest(
    pieces: list[Piece], effect: CheapestFree, times: int
) -> tuple[list[Piece], list[Piece]] | None:
    if times * effect.of > len(pieces) or (effect.most and times > effect.most):
        return None
    if effect.source is From.GROUPS:
        used = dear(pieces)[: times * effect.of]
        lowered = [p for n, p in enumerate(used) if n % effect.of >= effect.of - effect.free]
        return used, lowered
    lowered = cheap(pieces)[: times * effect.free]
    rest = dear(pieces)
    for one in lowered:
        rest.remove(one)
    return [*lowered, *rest[: times * (effect.of - effect.free)]], lowered


def pick_buy_get(
    at: Counter, offer: Offer, effect: BuyGet, times: int
) -> tuple[list[Piece], list[Piece]] | None:
    bought = named(at, effect.buy_on or offer.goods)
    got = meant(at, effect.get_on or offer.goods)
    if effect.most and times > effect.most:
        return None
    both = {line.place for line in bought}
    buyable, gettable = loose(bought), loose(got)
    lowered: list[Piece] = []
    spare = len(buyable) - times * effect.buy
    for one in cheap(gettable) if effect.take is Take.CHEAPEST else dear(gettable):
        if len(lowered) == times * effect.get:
            break
        if one.place in both:
            if spare <= 0:
                continue
            spare -= 1
        lowered.append(one)
    rest = list(buyable)
    for one in lowered:
        if one.place in both:
            rest.remove(one)
    places = {line.place for line in got}
    rest = sorted(cheap(rest), key=lambda one: one.place in places)
    if len(lowered) < times * effect.get or len(rest) < times * effect.buy:
        return None
    return [*lowered, *rest[: times * effect.buy]], lowered


def pick_bundle(at: Counter, effect: Bundle, times: int) -> tuple[list[Piece], list[Piece]] | None:
    """The dearest set of pieces that fills all slots: greedily, each piece if it still fits."""
    slots = [
        {line.place for line in meant(at, goods)}
        for goods, count in zip(effect.goods, effect.counts, strict=True)
        for _ in range(count * times)
    ]
    chosen: list[Piece] = []
    for one in dear(loose([line for line in at.lines if line.may])):
        if fits([*chosen, one], slots):
            chosen.append(one)
    return (chosen, chosen) if len(chosen) == len(slots) else None


def fits(pieces: list[Piece], slots: list[set[int]]) -> bool:
    """Whether every piece finds a slot of its own (Kuhn)."""
    holder: dict[int, int] = {}

    def seat(piece: int, seen: set[int]) -> bool:
        for slot, places in enumerate(slots):
            if pieces[piece].place in places and slot not in seen:
                seen.add(slot)
                if slot not in holder or seat(holder[slot], seen):
                    holder[slot] = piece
                    return True
        return False

    return all(seat(piece, set()) for piece in range(len(pieces)))


def take_pieces(at: Counter, offer: Offer, times: int) -> int:
    found = pick(at, offer, times)
    if not times or found is None:
        return 0
    used, lowered = found
    places = sorted({one.place for one in lowered})
    counts = [sum(1 for one in lowered if one.place == place) for place in places]
    by_place = {line.place: line for line in at.lines}
    values = [
        Fraction(by_place[place].pool * count, by_place[place].free)
        for place, count in zip(places, counts, strict=True)
    ]
    less = FREE if isinstance(offer.effect, Gift) else offer.effect.less  # type: ignore[attr-defined]
    total, weights = reduced(less, values, counts, times)
    room = [
        min(by_place[place].amount, int(-(-value // 1)))
        for place, value in zip(places, values, strict=True)
    ]
    total = capped(offer, min(total, sum(room)))
    given = shares(total, weights, room) if total else [0] * len(places)
    for place in {one.place for one in used}:
        line, count = by_place[place], sum(1 for one in used if one.place == place)
        line.pool -= half_up(Fraction(line.pool * count, line.free))
        line.free -= count
    for place, share in zip(places, given, strict=True):
        by_place[place].amount -= share
        by_place[place].pool = min(by_place[place].pool, by_place[place].amount)
    return sum(given)


def reduced(
    less: Reduction, values: list[Fraction], counts: list[int], times: int
) -> tuple[int, list[Fraction]]:
    whole = sum(values, Fraction(0))
    if less.by is By.PERCENT:
        return rounded(whole * fraction(less.rate), less.rounding), values
    if less.by is By.GROUP_PRICE:
        return rounded(max(Fraction(0), whole - less.minor * times), less.rounding), values
    if less.by is By.GROUP_AMOUNT:
        return rounded(min(whole, Fraction(less.minor * times)), less.rounding), values
    each = [
        min(Fraction(less.minor * n), v)
        if less.by is By.AMOUNT
        else max(Fraction(0), v - less.minor * n)
        for v, n in zip(values, counts, strict=True)
    ]
    return rounded(sum(each, Fraction(0)), less.rounding), each


def most_times(offer: Offer) -> int:
    """How often limits let it apply in one sale; what was counted before is none of it here."""
    return min((one.most for one in offer.limits if one.unit is LimitUnit.COUNT), default=UNBOUND)


def capped(offer: Offer, total: int) -> int:
    """What an offer's own bound and its limits leave of a discount."""
    if offer.most_minor is not None:
        total = min(total, offer.most_minor)
    limits = [one for one in offer.limits if one.unit is LimitUnit.MONEY]
    if not limits:
        return total
    least = min(limits, key=lambda one: (one.most, one.mode.value))
    if total <= least.most:
        return total
    return 0 if least.mode is LimitMode.REJECT else least.most
