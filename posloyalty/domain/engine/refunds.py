"""What a refund comes to: `quote_refund(programme, sale, wish, known, instant)` gives a quote.

Pure and deterministic, like `evaluate`: on the stored allocations, by the programme that the sale
pinned. The order is fixed: what ran out is booked; the sale's counts are undone; points that paid
go back; works react; rights go back and are withdrawn; stored value moves; what the sale had earned
is taken back last, so that everything the member gets back is there when it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from posloyalty.domain.engine import works
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.refund_goods import GoodsBack, goods_back
from posloyalty.domain.engine.refund_meters import undo_base, undo_others
from posloyalty.domain.engine.refund_points import (
    PointsAccount,
    book_expiry,
    restore_spent,
    take_earned,
)
from posloyalty.domain.engine.refund_quote import (
    Original,
    PointsBack,
    RefundFacts,
    RefundQuote,
    RefundWish,
    Waiver,
)
from posloyalty.domain.engine.refund_rights import give_back_used, withdraw_issued
from posloyalty.domain.engine.refund_terms import broken_terms
from posloyalty.domain.engine.refund_value import restore_tenders, take_sold_value
from posloyalty.domain.engine.returned import Returned, as_sold
from posloyalty.domain.engine.risk import card_refunds
from posloyalty.domain.engine.undoing import Undoing, holders, with_lots
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.returns import VoidWhen, returns_of
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.refund import (
    GIFT_KEPT,
    POINTS_SPENT,
    THRESHOLD_MISSED,
    RefundKind,
    Withheld,
)
from posloyalty.domain.shop.tender import CashRounding, Tender
from posloyalty.domain.shop.tender_back import (
    Paid,
    hold_back,
    in_coins,
    money_back,
    paid_so_far,
    spread_back,
)
from posloyalty.domain.values.calendar import store_day

__all__ = ["quote_refund"]

_WORKS = works  # imported so that what they register is known


def quote_refund(
    programme: Programme,
    original: Original,
    wish: RefundWish,
    known: RefundFacts,
    at: datetime,
    *,
    store: StoreContext,
    cash: CashRounding,
) -> RefundQuote:
    """The refund of a sale at an instant; `programme` is the version that the sale pinned.

    A void that comes too late by the programme is a return of everything. Raises `RefundRefusal`.
    """
    wish = _in_time(programme, original, wish, at, store)
    goods = goods_back(original, wish)
    undoing = _begun(programme, goods, wish, known, at, store)
    account = PointsAccount()
    book_expiry(undoing)
    undo_base(undoing)
    restore_spent(undoing, account)
    run_works(undoing.awards.moment, undoing.awards)
    rights = [*give_back_used(undoing), *withdraw_issued(undoing, account)]
    take_sold_value(undoing)
    undo_others(undoing)
    withheld = _within(
        goods.net_minor,
        (*broken_terms(goods, wish, programme, known, store), *undoing.awards.withheld),
    )
    held, tenders = _money(undoing, account, withheld, cash)
    withheld = (*withheld, *held)
    points = account.figures()
    plan, state = undoing.plan, undoing.state
    return RefundQuote(
        refund_id=wish.refund_id,
        sale_id=original.sale.id,
        kind=wish.kind,
        cause=wish.cause,
        faulty=wish.faulty,
        at=at,
        day=store.business_day(at),
        whole=goods.whole,
        lines=goods.lines,
        offers=goods.offers(),
        taxes=goods.taxes(),
        withheld=withheld,
        tenders=tenders,
        points=points,
        rights=tuple(rights),
        gross_minor=sum(line.gross_minor for line in goods.lines),
        offers_minor=sum(share for line in goods.lines for _, share in line.offers),
        redeemed_minor=sum(money for line in goods.lines for _, _, money in line.redeemed),
        tax_minor=sum(line.tax_minor for line in goods.lines),
        total_minor=goods.net_minor - sum(kept.amount_minor for kept in withheld),
        waivable=_waivable(withheld, points),
        does=plan.consequences(),
        after=None if state is None else plan.after(state),
        awards=undoing.awards.given,
        told=undoing.awards.told,
        watched=card_refunds(programme, tenders, known.card_refunds),
    )


def _in_time(
    programme: Programme, original: Original, wish: RefundWish, at: datetime, store: StoreContext
) -> RefundWish:
    """A void of another day's sale, where the programme voids the same day's only, is a return."""
    late = original.sale.day != store.business_day(at)
    if wish.kind is RefundKind.RETURN or not late:
        return wish
    if returns_of(programme).void is VoidWhen.ANY_DAY:
        return wish
    goods = (line for line in original.sale.lines if not line.donation)
    left = [(line.number, original.left_milli(line)) for line in goods]
    back = tuple((number, milli) for number, milli in left if milli)
    return replace(wish, kind=RefundKind.RETURN, back=back)


def _begun(
    programme: Programme,
    goods: GoodsBack,
    wish: RefundWish,
    known: RefundFacts,
    at: datetime,
    store: StoreContext,
) -> Undoing:
    sale = goods.original.sale
    state = known.state
    if state is not None:
        state = with_lots(state, known.lots, holders(state, programme, goods.original.did))
    plan = EventPlan(
        event_id=wish.refund_id,
        at=at,
        day=store_day(at, programme.zone),
        programme_id=programme.id,
        costs=programme.shop_costs,
    )
    returned = Returned(
        sale=sale,
        day=store_day(sale.at, programme.zone),
        did=goods.original.did,
        undone=goods.original.undone,
        goods=as_sold(sale, goods.lines, known.products),
        kept=as_sold(sale, goods.kept, known.products),
        whole=goods.whole,
        void=wish.kind is RefundKind.VOID,
        faulty=wish.faulty,
        rights=known.rights,
        others=known.others,
    )
    moment = _moment(programme, state, returned, wish.refund_id, at, store)
    return Undoing(
        plan=plan,
        awards=Awards(moment, plan),
        goods=goods,
        wish=wish,
        programme=programme,
        known=known,
        state=state,
    )


def _moment(
    programme: Programme,
    state: MemberState | None,
    returned: Returned,
    refund_id: bytes,
    at: datetime,
    store: StoreContext,
) -> Moment:
    nothing = Basket(sale_id=refund_id, currency=programme.currency)
    context = freeze(programme, nothing, state, at, store)
    return Moment(
        trigger=Trigger.RETURN,
        programme=programme,
        store=store,
        event_id=refund_id,
        at=at,
        day=context.day,
        facts=context.facts,
        business_facts=context.business_facts,
        state=state,
        active=context.active,
        returned=returned,
    )


def _within(room: int, withheld: Iterable[Withheld]) -> tuple[Withheld, ...]:
    """No more is kept back than comes back: a return never costs the customer money."""
    found = []
    for kept in withheld:
        amount = min(kept.amount_minor, room)
        room -= amount
        if amount:
            found.append(replace(kept, amount_minor=amount))
    return tuple(found)


def _money(
    undoing: Undoing, account: PointsAccount, withheld: tuple[Withheld, ...], cash: CashRounding
) -> tuple[tuple[Withheld, ...], tuple[Tender, ...]]:
    """The tenders, and what is held against them where the wallet offsets points already spent."""
    goods, wish, sale = undoing.goods, undoing.wish, undoing.sale
    earlier = [tender for refund, _ in goods.original.earlier for tender in refund.tenders]
    paid = paid_so_far(sale.tenders, earlier, goods.paid_by())
    total = goods.net_minor - sum(kept.amount_minor for kept in withheld)
    amounts = spread_back(total, paid, wish.order or undoing.returns.tenders)
    restore_tenders(undoing, amounts, paid)
    take_earned(undoing, account)
    held = _held(account, amounts, paid)
    amounts = hold_back(amounts, paid, sum(kept.amount_minor for kept in held))
    tenders = money_back(amounts, paid, cash=cash, references=dict(wish.references))
    return held, in_coins(tenders, paid, cash)


def _held(
    account: PointsAccount, amounts: Iterable[int], paid: Iterable[Paid]
) -> tuple[Withheld, ...]:
    """What spent points are worth, as far as money that is not stored value goes back."""
    room = sum(amount for amount, one in zip(amounts, paid, strict=True) if not one.stored)
    found = []
    for back in account.figures():
        amount = min(back.held_minor, room)
        room -= amount
        if amount != back.held_minor:
            account.add(back.wallet, held_minor=amount - back.held_minor)
        if amount:
            found.append(Withheld(POINTS_SPENT, amount, back.wallet))
    return tuple(found)


def _waivable(withheld: Iterable[Withheld], points: Iterable[PointsBack]) -> frozenset[Waiver]:
    """What stands against the customer and could be let go."""
    kept = {one.code for one in withheld if one.amount_minor > 0}
    found = {
        Waiver.THRESHOLD: THRESHOLD_MISSED in kept,
        Waiver.GIFT: GIFT_KEPT in kept,
        Waiver.POINTS: any(one.owed or one.held_minor for one in points),
    }
    return frozenset(waiver for waiver, stands in found.items() if stands)
