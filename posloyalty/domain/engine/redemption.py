"""Points as money: what could be spent now, and what the cashier's wish comes to.

The most useful amount is the largest that is worth no more than the sale, in whole steps, within
the balance and the programme's share of a sale: no point is burned without its worth. Points earned
in the running sale are not spent in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import sub
from typing import NamedTuple

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.funders import of_partners
from posloyalty.domain.engine.quote import (
    AppliedRedemption,
    Earning,
    UsableRedemption,
    WalletState,
)
from posloyalty.domain.engine.wallets import ending_points, may_spend, settled
from posloyalty.domain.programme.auto_use import AutoUse
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.wallet import RedeemNeeds, Spend, SpentAs, Wallet
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.portion import so_far
from posloyalty.domain.values.rounding import Rounding

# Members of an enumeration are looked up in Python each time they are named.
TENDER = SpentAs.TENDER
PAYMENT = SpentAs.PAYMENT
FLOOR = Rounding.FLOOR
CARD = RedeemNeeds.CARD

NEVER = AutoUse.NEVER
EXPIRING = AutoUse.EXPIRING

CARD_PROOF = "card"
USED_BY_ITSELF = Reason("USED_BY_ITSELF")


class RedemptionOutcome(NamedTuple):
    """What is spent, what could be, what is left of each line, and each line's redeemed money."""

    applied: tuple[AppliedRedemption, ...]
    usable: tuple[UsableRedemption, ...]
    amounts: tuple[int, ...]
    redeemed: tuple[int, ...]


def redeem(
    context: Context,
    basket: Basket,
    amounts: Sequence[int],
    wallets: Sequence[WalletState],
) -> RedemptionOutcome:
    """Spend what the basket wishes, as far as it is useful, wallet by wallet."""
    wishes = {wish.wallet: wish.points for wish in basket.redemptions}
    left = list(amounts)
    usable: list[UsableRedemption] = []
    applied: list[AppliedRedemption] = []
    for state in wallets:
        wallet = context.programme.wallet(state.wallet)
        if wallet.spend is None or wallet.spend.spent_as is TENDER:
            continue
        most = _usable(context, wallet, wallet.spend, state.balance, left, basket.proof)
        within = _within_room(context, wallet.spend, most)
        usable.append(within)
        wish, by_itself = wishes.get(wallet.id), False
        if wish is None:
            wish = _by_itself(context, wallet.id, wallet.spend, within)
            by_itself = True
        if min(wish, most.most_points) > within.most_points:
            continue  # never less than was asked for because of what this till may not know
        spent = _spent(context, wallet.spend, within, wish, left)
        spent = None if spent is None else _with_payment(context, wallet.spend, spent)
        if spent is not None and by_itself:
            spent = replace(spent, reasons=(*spent.reasons, USED_BY_ITSELF))
        if spent is not None:
            applied.append(spent)
            by_number = dict(spent.shares)
            for place, line in enumerate(context.goods.lines):
                left[place] -= by_number.get(line.number, 0)
    redeemed = tuple(map(sub, amounts, left)) if applied else (0,) * len(left)
    return RedemptionOutcome(tuple(applied), tuple(usable), tuple(left), redeemed)


def _by_itself(context: Context, wallet: str, spend: Spend, most: UsableRedemption) -> int:
    """What is spent without asking where nobody has said how much: in whole steps, and where only
    what ends soon is, no more of the others than there is.
    """
    using, state = spend.auto_use, context.state
    if using.when is NEVER or state is None:
        return 0
    points = most.most_points
    if using.when is EXPIRING:
        last = using.last(context.day)
        points = min(points, ending_points(context.programme, state, wallet, context.day, last))
    return points - points % spend.step


def with_earned(
    context: Context,
    wallets: Sequence[WalletState],
    spent: RedemptionOutcome,
    redeemed_with: Callable[[Sequence[WalletState]], RedemptionOutcome],
    earned_after: Callable[[RedemptionOutcome], Sequence[Earning]],
) -> RedemptionOutcome:
    """What can be spent where the sale's own points may pay in it: no more than there is with what
    is earned after it.

    What points pay earns less, so a first try with all that would be earned may come to too much;
    with what is earned after that try it never does, since less spent earns no less.
    """
    gains = _at_once(context, earned_after(spent))
    for _ in range(2):
        tried = redeemed_with(
            [replace(one, balance=one.balance + gains.get(one.wallet, 0)) for one in wallets]
        )
        then = _at_once(context, earned_after(tried))
        have = {one.wallet: one.balance + then.get(one.wallet, 0) for one in wallets}
        if all(one.points <= have[one.wallet] for one in tried.applied):
            return tried
        gains = then
    return spent


def _at_once(context: Context, earnings: Sequence[Earning]) -> dict[str, int]:
    """Points that can be used on the day on which they are earned."""
    day = context.day
    return {
        one.wallet: one.points
        for one in earnings
        if one.usable_from is not None and one.usable_from <= day
    }


def _usable(
    context: Context,
    wallet: Wallet,
    spend: Spend,
    balance: int,
    amounts: Sequence[int],
    proof: str | None,
) -> UsableRedemption:
    room = sum(amounts[place] for place in context.goods.redeemable)
    share = spend.most_share.apply(room, FLOOR)
    least = max(spend.least, spend.step)
    least = -(-least // spend.step) * spend.step
    by_sale = spend.most_for(share)
    by_balance = max(0, balance) - max(0, balance) % spend.step
    points = min(by_sale, by_balance)
    points = min(points, spend.least_for(spend.worth_minor(points)))
    reasons = [*context.barred, *context.held_back]
    if context.state is not None and not may_spend(context.programme, wallet, context.state):
        reasons.append(Reason("HEAD_SPENDS"))
    elif spend.needs is CARD and proof != CARD_PROOF:
        reasons.append(reason("NEEDS_CARD", proof=proof or ""))
    elif by_balance < least:
        short = least - max(0, balance)
        reasons.append(reason("TOO_FEW_POINTS", wallet=wallet.id, short_by_points=short))
    elif points < least:
        reasons.append(reason("SALE_TOO_SMALL", needed_minor=spend.worth_minor(least)))
    if reasons:
        points = 0
    else:
        reasons.append(_limit(wallet, spend, room, by_sale, by_balance))
    return UsableRedemption(
        wallet=wallet.id,
        balance=balance,
        most_points=points,
        most_minor=spend.worth_minor(points),
        step_points=spend.step,
        least_points=least,
        reasons=tuple(reasons),
        auto=spend.auto_use.when is not NEVER,
    )


def _within_room(context: Context, spend: Spend, most: UsableRedemption) -> UsableRedemption:
    """As much of it as this till may hand out by itself."""
    room = context.store.room(most.wallet)
    if room is None or most.most_points <= room.points:
        return most
    points = _useful(spend, room.points, most)
    by_word = min(_useful(spend, room.by_word, most), most.most_points)
    reasons = [reason("WITHIN_LEASE", wallet=most.wallet, most_points=points), room.reason]
    if by_word > points:
        reasons.append(reason("BY_WORD", wallet=most.wallet, most_points=by_word))
    return replace(
        most,
        most_points=points,
        most_minor=spend.worth_minor(points),
        reasons=tuple(reasons),
    )


def _useful(spend: Spend, room: int, most: UsableRedemption) -> int:
    """The most useful amount within a room; none below the least that may be spent."""
    points = room - room % spend.step
    points = min(points, spend.least_for(spend.worth_minor(points)))
    return points if points >= most.least_points else 0


def _limit(wallet: Wallet, spend: Spend, room: int, by_sale: int, by_balance: int) -> Reason:
    """What keeps the most useful amount from being larger."""
    if by_balance <= by_sale:
        return Reason("WITHIN_BALANCE")
    if spend.most is not None and by_sale == spend.most - spend.most % spend.step:
        return reason("WITHIN_MOST", wallet=wallet.id, most_points=spend.most)
    if spend.most_share < 1:
        return reason("WITHIN_SHARE", percent=spend.most_share * 100)
    return reason("WITHIN_SALE", payable_minor=room)


def _spent(
    context: Context,
    spend: Spend,
    most: UsableRedemption,
    wish: int,
    amounts: Sequence[int],
) -> AppliedRedemption | None:
    points = min(wish - wish % spend.step, most.most_points)
    if points < most.least_points:
        return None
    worth = spend.worth_minor(points)
    points = min(points, spend.least_for(worth))
    places = context.goods.redeemable
    keys = [context.goods.keys[place] for place in places]
    money = allocate(worth, [amounts[place] for place in places], keys)
    burned = allocate(points, money, keys)
    numbers = [context.goods.lines[place].number for place in places]
    reasons = [reason("REDEEMED", wallet=most.wallet, points=points, amount_minor=worth)]
    if points < wish:
        reasons.append(reason("REDEEMED_LESS", wallet=most.wallet, wished_points=wish))
    return AppliedRedemption(
        wallet=most.wallet,
        points=points,
        amount_minor=worth,
        shares=_by_number(numbers, money),
        point_shares=_by_number(numbers, burned),
        reasons=tuple(reasons),
    )


def _with_payment(context: Context, spend: Spend, spent: AppliedRedemption) -> AppliedRedemption:
    """With what of it is payment: all of a wallet that says so, else what partners stand for."""
    if spend.spent_as is PAYMENT:
        return replace(spent, paid_shares=spent.shares)
    if context.state is None:
        return spent
    ledger = context.programme.ledger(spent.wallet)
    lots = settled(context.programme, context.state).lots
    points = of_partners(lots, ledger, spent.points, context.day)
    if not points:
        return spent
    paid = so_far(spent.amount_minor, points, spent.points)
    goods = context.goods
    keys = dict(zip(goods.numbers, goods.keys, strict=True))
    numbers = [number for number, _ in spent.shares]
    money = [share for _, share in spent.shares]
    shares = allocate(paid, money, [keys[number] for number in numbers])
    told = reason("PARTNERS_PAY", wallet=spent.wallet, points=points, amount_minor=paid)
    return replace(spent, paid_shares=_by_number(numbers, shares), reasons=(*spent.reasons, told))


def _by_number(numbers: Sequence[int], shares: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((n, share) for n, share in zip(numbers, shares, strict=True) if share))
