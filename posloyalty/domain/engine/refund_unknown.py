"""Goods of a sale that this book does not hold: with a receipt that proves itself, or without one.

Nothing is known of the shares, so the goods go back at the price that is agreed on, in cash, up to
a bound, and points at the programme's base rate: its plain rules of so much for so much money, no
multiplier, level or offer. A receipt's own figures bound both further. The sale's day is unknown
here too: what is no longer spent or earned counts from today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.posting import SPEND, earned_meter
from posloyalty.domain.engine.quote import Quote, QuoteLine
from posloyalty.domain.engine.refund_quote import PointsBack, RefundQuote, RefundRefusal
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.condition import ALWAYS
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.returns import returns_of
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.product import Product, TaxClass
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import SaleLine, SaleTax
from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.calendar import store_day


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownGoods:
    """An article that comes back, how much of it, and the price that goes back for it as shown."""

    product: Product
    quantity_milli: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSale:
    """What is known of the sale. Without a receipt nothing is, and both bounds are None.

    `most_minor` is what is left of what the receipt says was paid, `most_points` what may be taken
    back of what it says was earned in its first wallet.
    """

    sale_id: bytes
    most_minor: int | None = None
    most_points: int | None = None

    @property
    def proven(self) -> bool:
        """Whether a receipt proves it."""
        return self.most_minor is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWish:
    """The goods, of what sale, and why; `refund_id` is made once."""

    refund_id: bytes
    goods: tuple[UnknownGoods, ...]
    sale: UnknownSale
    cause: str = ""
    faulty: bool = False


def quote_unknown(
    programme: Programme,
    wish: UnknownWish,
    state: MemberState | None,
    at: datetime,
    *,
    store: StoreContext,
    cash: CashRounding,
    tax_classes: Mapping[str, TaxClass],
) -> RefundQuote:
    """What the goods come to. Raises `RefundRefusal` NOTHING_CHOSEN, RECEIPT_NEEDED, ABOVE_FLOOR or
    ABOVE_RECEIPT (`most_minor`), VALUE_UNKNOWN for a gift card.
    """
    _check(wish)
    priced = _priced(programme, wish, state, at, store, tax_classes)
    lines = _limited(tuple(_line(line) for line in priced.lines), wish.sale.most_points)
    total = priced.payable_minor
    _check_bounds(programme, wish.sale, total)
    plan = EventPlan(
        event_id=wish.refund_id,
        at=at,
        day=store_day(at, programme.zone),
        programme_id=programme.id,
        costs=programme.shop_costs,
    )
    points = () if state is None else _take(plan, programme, state, lines, priced, wish.faulty)
    return RefundQuote(
        refund_id=wish.refund_id,
        sale_id=wish.sale.sale_id,
        kind=RefundKind.RETURN,
        cause=wish.cause,
        faulty=wish.faulty,
        at=at,
        day=store.business_day(at),
        whole=False,
        lines=lines,
        offers=(),
        taxes=tuple(
            SaleTax(
                tax_class=tax.tax_class,
                rate=tax.rate,
                mode=tax.mode,
                base_minor=tax.base_minor,
                tax_minor=tax.tax_minor,
                fixed_minor=tax.fixed_minor,
            )
            for tax in priced.taxes
        ),
        withheld=(),
        tenders=_cash(total, cash),
        points=points,
        rights=(),
        gross_minor=priced.gross_minor,
        offers_minor=0,
        redeemed_minor=0,
        tax_minor=priced.tax_minor,
        total_minor=total,
        does=plan.consequences(),
        after=None if state is None else plan.after(state),
    )


def _check(wish: UnknownWish) -> None:
    if not wish.goods or any(one.quantity_milli <= 0 or one.amount_minor < 0 for one in wish.goods):
        raise RefundRefusal("NOTHING_CHOSEN")
    for one in wish.goods:
        if one.product.gift_card:
            raise RefundRefusal("VALUE_UNKNOWN", number=one.product.name)


def _check_bounds(programme: Programme, sale: UnknownSale, total: int) -> None:
    floor = returns_of(programme).floor_minor
    if sale.most_minor is not None and total > sale.most_minor:
        raise RefundRefusal("ABOVE_RECEIPT", most_minor=sale.most_minor)
    if floor is None and not sale.proven:
        raise RefundRefusal("RECEIPT_NEEDED")
    if floor is not None and total > floor:
        raise RefundRefusal("ABOVE_FLOOR", most_minor=floor)


def _priced(
    programme: Programme,
    wish: UnknownWish,
    state: MemberState | None,
    at: datetime,
    store: StoreContext,
    tax_classes: Mapping[str, TaxClass],
) -> Quote:
    """The goods rung up at their prices by the plain rules alone: tax, and points at base rate."""
    plain = replace(
        programme,
        earn_rules=tuple(rule for rule in programme.earn_rules if rule.when == ALWAYS),
        multipliers=(),
        tier_schemes=(),
        offers=(),
        declared={},
    )
    somebody = None if state is None else _somebody(state)
    return evaluate(
        plain,
        _basket(programme, wish, somebody),
        somebody,
        at,
        tax_classes=tax_classes,
        store=store,
    )


def _somebody(state: MemberState) -> MemberState:
    """The member with nothing that could raise or cap what the goods earn."""
    return MemberState(
        member_id=state.member_id, status=MemberStatus.ACTIVE, joined_on=state.joined_on
    )


def _basket(programme: Programme, wish: UnknownWish, somebody: MemberState | None) -> Basket:
    return Basket(
        sale_id=wish.refund_id,
        currency=programme.currency,
        member_id=None if somebody is None else somebody.member_id,
        lines=tuple(
            BasketLine(
                number=number,
                product=one.product,
                quantity_milli=one.quantity_milli,
                unit_price_minor=one.product.price_minor or one.amount_minor,
                gross_minor=one.amount_minor,
                price_fixed=True,
            )
            for number, one in enumerate(wish.goods, start=1)
        ),
    )


def _line(quoted: QuoteLine) -> SaleLine:
    line, product = quoted.line, quoted.line.product
    return SaleLine(
        number=line.number,
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        unit=product.unit,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        gross_minor=line.gross_minor,
        offers=(),
        redeemed=(),
        net_minor=quoted.net_minor,
        tax_class=quoted.tax_class,
        tax_rate=quoted.tax_rate,
        tax_mode=quoted.tax_mode,
        tax_minor=quoted.tax_minor,
        earned=quoted.earned,
    )


def _limited(lines: tuple[SaleLine, ...], most: int | None) -> tuple[SaleLine, ...]:
    """The lines with no more points of the first wallet than the receipt says were earned."""
    wallets = [wallet for line in lines for wallet, _ in line.earned]
    if most is None or not wallets:
        return lines
    if not most:
        return tuple(replace(line, earned=()) for line in lines)
    first = wallets[0]
    shares = [dict(line.earned).get(first, 0) for line in lines]
    if sum(shares) <= most:
        return lines
    lower = allocate(most, shares, [line.number for line in lines])
    return tuple(
        replace(line, earned=tuple((w, share if w == first else n) for w, n in line.earned))
        for line, share in zip(lines, lower, strict=True)
    )


def _take(
    plan: EventPlan,
    programme: Programme,
    state: MemberState,
    lines: Iterable[SaleLine],
    priced: Quote,
    faulty: bool,
) -> tuple[PointsBack, ...]:
    postings, found = plan.postings(state), []
    sums: dict[str, int] = {}
    for line in lines:
        for wallet_id, points in line.earned:
            sums[wallet_id] = sums.get(wallet_id, 0) + points
    plan.count(SPEND, state.member_id, -priced.spend_minor)
    for wallet in programme.wallets:
        ledger, points = programme.ledger(wallet.id), sums.get(wallet.id, 0)
        postings.expire(ledger)
        if not points:
            continue
        # Money is not held for points whose earning nobody can show.
        owes = wallet.negative is NegativePolicy.NEGATIVE and not faulty
        policy = NegativePolicy.NEGATIVE if owes else NegativePolicy.WITHIN_BALANCE
        outcome = postings.take_back(ledger, points, policy=policy)
        plan.count(earned_meter(ledger), state.member_id, -points)
        found.append(
            PointsBack(
                wallet=wallet.id,
                earned=points,
                taken=outcome.taken,
                owed=outcome.owed,
                short=outcome.short,
            )
        )
    return tuple(found)


def _cash(total: int, cash: CashRounding) -> tuple[Tender, ...]:
    if not total:
        return ()
    coins = cash.payable(total)
    return (
        Tender(
            number=1,
            kind=TenderKind.CASH,
            amount_minor=total,
            given_minor=coins,
            rounding_minor=coins - total,
        ),
    )
