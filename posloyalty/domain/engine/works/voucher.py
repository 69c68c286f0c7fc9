"""Vouchers at the counter: what the member owns, what a bearer shows, and counting its use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.counter_choice import Own, count_used, needs_card, offered
from posloyalty.domain.engine.giving import BEARER, Source, issue_voucher
from posloyalty.domain.engine.limits import uses_left
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.owned import Owned, owns
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right, RightState
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Codes, Voucher
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket, Chosen

HANDED_MOST: Final = 500


@owns
def vouchers(context: Context, basket: Basket) -> Iterator[Owned]:
    """Every voucher that could be used now, and those that were chosen although they cannot."""
    for voucher in context.programme.of(Voucher):
        things = list(_public(context, basket, voucher) if voucher.code else ())
        things += _held(context, basket, voucher)
        if things:
            yield from offered(
                context,
                basket,
                voucher.offer,
                things,
                per_sale=voucher.per_sale,
                room=uses_left(context, counter(voucher), voucher.limits),
            )


@works(Voucher, Trigger.SALE, stage=Stage.BONUSES)
def count_handed_in(voucher: Voucher, moment: Moment, awards: Awards) -> None:
    """Count the vouchers of the kind that the sale used."""
    count_used(VOUCHER, voucher.id, counter(voucher), voucher.limits, moment, awards)


@works(Voucher, Trigger.ACTIVITY, stage=Stage.REWARDS)
def hand_out(voucher: Voucher, moment: Moment, awards: Awards) -> None:
    """A person hands vouchers out: to a member, or without one as codes for whoever has them.

    What is recorded is "voucher/" with the kind's id, and how many.
    """
    recorded, operator = moment.recorded, moment.operator
    if recorded is None or recorded.what != by_hand(voucher.id) or voucher.code:
        return
    if operator is not None and not operator.is_at_least(voucher.by_hand):
        awards.refuse("NOT_ALLOWED", name=operator.name)
    if recorded.quantity > HANDED_MOST:
        awards.refuse("TOO_MUCH_AT_ONCE", most=HANDED_MOST)
    if moment.state is None and voucher.codes is Codes.NONE:
        awards.refuse("NO_MEMBER")
    name = voucher.names.in_language(moment.store.language)
    owner = BEARER if moment.state is None else moment.state.member_id
    source = Source(
        rule_id=voucher.id, name=name, reasons=(Reason("GIVEN_BY_HAND"),), member_id=owner
    )
    for _ in range(recorded.quantity):
        issue_voucher(voucher, awards, source)


def by_hand(voucher_id: str) -> str:
    """What is recorded when a voucher of a kind is handed out."""
    return f"{VOUCHER}/{voucher_id}"


def counter(voucher: Voucher) -> str:
    """The key under which the use of a kind is counted."""
    return f"{VOUCHER}:{voucher.id}"


def _public(context: Context, basket: Basket, voucher: Voucher) -> Iterable[Own]:
    """A public code is there for whoever shows it."""
    choice = Chosen(kind=VOUCHER, of=voucher.id, code=voucher.code)
    if choice not in basket.chosen:
        return ()
    uses = Uses(kind=VOUCHER, of=voucher.id, code=voucher.code)
    return (Own(uses=uses, choice=choice, auto=False, barred=context.barred),)


def _held(context: Context, basket: Basket, voucher: Voucher) -> Iterator[Own]:
    """The rights of the member, and those whose codes were shown; what ends first comes first."""
    day = context.day
    own = () if context.state is None else context.state.rights
    rights = {right.id: right for right in (*context.store.shown, *own) if _is(right, voucher)}
    named = {one.right_id for one in basket.chosen}
    shown = {right.id for right in context.store.shown}
    for right in sorted(rights.values(), key=_ends):
        state = right.state(day)
        if state not in (RightState.GOOD, RightState.WAITING) and right.id not in named:
            continue
        yield Own(
            uses=Uses(
                kind=VOUCHER,
                of=voucher.id,
                right=right,
                code=right.code if right.id in shown else "",
            ),
            choice=Chosen(
                kind=VOUCHER,
                of=voucher.id,
                right_id=right.id,
                code=right.code if right.id in shown else "",
            ),
            auto=voucher.auto(right, day),
            barred=refusals(context, basket, voucher, right),
            times=min(voucher.per_sale, right.left or voucher.per_sale),
        )


def refusals(
    context: Context, basket: Basket, voucher: Voucher, right: Right
) -> tuple[Reason, ...]:
    """Why a voucher cannot be used, whatever is in the basket."""
    own = context.state is not None and right.owner == context.state.member_id
    if own and context.barred:
        return context.barred
    if not (own or right.bearer or voucher.transferable):
        return (Reason("MEMBERS_ONLY" if context.state is None else "VOUCHER_OF_OTHER"),)
    return _state(right, context.day) or needs_card(voucher.needs, basket)


def _state(right: Right, day: date) -> tuple[Reason, ...]:
    match right.state(day):
        case RightState.GOOD:
            return ()
        case RightState.USED:
            return (Reason("VOUCHER_USED"),)
        case RightState.CANCELLED:
            return (Reason("VOUCHER_WITHDRAWN"),)
        case RightState.EXPIRED:
            assert right.last_day is not None  # otherwise it never runs out
            return (reason("VOUCHER_EXPIRED", on=right.last_day),)
        case RightState.WAITING if right.from_day is not None and day < right.from_day:
            return (reason("VOUCHER_NOT_YET", on=right.from_day),)
        case _:
            return (Reason("VOUCHER_HELD"),)


def _is(right: Right, voucher: Voucher) -> bool:
    return right.kind == VOUCHER and right.of == voucher.id


def _ends(right: Right) -> tuple[date, bytes]:
    return (right.last_day or date.max, right.id)
