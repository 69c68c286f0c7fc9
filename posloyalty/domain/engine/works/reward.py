"""Rewards at the counter: what the member's points would bring, and counting what was taken."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.counter_choice import Own, count_used, needs_card, offered
from posloyalty.domain.engine.giving import give
from posloyalty.domain.engine.limits import allowed, count_use, uses_left
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import shop_cost_meter
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.owned import Owned, owns
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.engine.wallets import ending_points, may_spend, settled, wallet_states
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.auto_use import AutoUse
from posloyalty.domain.programme.gives import GiveVoucher
from posloyalty.domain.programme.kinds.reward import REWARD, Reward
from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.values.fixed_point import format_fixed

TIMES_MOST = 20


@owns
def rewards(context: Context, basket: Basket) -> Iterator[Owned]:
    """Every reward of the catalogue, for a member."""
    if context.state is None or not context.programme.of(Reward):
        return
    balances = {
        one.wallet: one.balance
        for one in wallet_states(context.programme, context.state, context.day)
    }
    member = context.facts.member
    for reward in context.programme.of(Reward):
        if reward.offer is None:
            continue
        cost = reward.cost_for({} if member is None else member.ranks)
        thing = Own(
            uses=Uses(
                kind=REWARD,
                of=reward.id,
                cost=(reward.wallet, cost) if reward.wallet else None,
            ),
            choice=Chosen(kind=REWARD, of=reward.id),
            auto=_by_itself(context, reward, cost),
            barred=_refusals(context, basket, reward, cost, balances.get(reward.wallet, 0)),
            times=reward.per_sale or TIMES_MOST,
        )
        yield from offered(
            context,
            basket,
            reward.offer,
            [thing],
            per_sale=reward.per_sale,
            room=uses_left(context, counter(reward), reward.limits),
        )


def _by_itself(context: Context, reward: Reward, cost: int) -> bool:
    """Whether it is taken without asking: always, or once its points would end anyway."""
    using, state = reward.auto_use, context.state
    if using.when is not AutoUse.EXPIRING:
        return using.when is AutoUse.ALWAYS
    if state is None:
        return False
    last = using.last(context.day)
    return cost <= ending_points(context.programme, state, reward.wallet, context.day, last)


@works(Reward, Trigger.SALE, stage=Stage.BONUSES)
def count_taken(reward: Reward, moment: Moment, awards: Awards) -> None:
    """Count the rewards of the kind that the sale brought."""
    count_used(REWARD, reward.id, counter(reward), reward.limits, moment, awards)


@works(Reward, Trigger.ACTIVITY, stage=Stage.REWARDS)
def exchange(reward: Reward, moment: Moment, awards: Awards) -> None:
    """Points for what the reward gives, by itself: "reward/" with its id, and how often."""
    recorded, state = moment.recorded, moment.active
    if recorded is None or recorded.what != reward.recorded_as or not reward.gives.gifts:
        return
    if state is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    name = reward.names.in_language(moment.store.language)
    awards.require(reward, name)
    if any(_ended(gift.voucher, moment) for gift in reward.gives.of(GiveVoucher)):
        awards.refuse("NONE_LEFT", name=name)
    if allowed(awards, counter(reward), reward.limits, recorded.quantity) < recorded.quantity:
        awards.refuse("NONE_LEFT", name=name)
    count_use(awards, counter(reward), reward.limits, recorded.quantity)
    cost = (reward.shop_cost_minor or 0) * recorded.quantity
    awards.count(shop_cost_meter(counter(reward)), cost)
    for _ in range(recorded.quantity):
        _exchange_once(reward, name, state, awards)


def _ended(voucher_id: str, moment: Moment) -> bool:
    voucher = moment.programme.find(Voucher, voucher_id)
    return voucher is not None and voucher.valid.over(moment.day)


def _exchange_once(reward: Reward, name: str, state: MemberState, awards: Awards) -> None:
    member = awards.moment.facts.member
    cost = reward.cost_for({} if member is None else member.ranks)
    if cost:
        _check_spending(reward, name, cost, state, awards)
    before = len(awards.plan.consequences().rights)
    give(reward.gives, awards, rule_id=reward.id, name=name, reasons=_spent(reward, cost))
    if cost:
        # One right that was bought is named by its redemption, so that the two go back together.
        given = awards.plan.consequences().rights[before:]
        bought = given[0].right_id if len(given) == 1 else None
        ledger = awards.programme.ledger(reward.wallet)
        postings = awards.plan.postings(settled(awards.programme, state))
        postings.expire(ledger)
        postings.redeem(ledger, cost, bought=bought)


def _check_spending(
    reward: Reward, name: str, cost: int, state: MemberState, awards: Awards
) -> None:
    programme, wallet = awards.programme, awards.programme.wallet(reward.wallet)
    if not may_spend(programme, wallet, state):
        awards.refuse("HEAD_SPENDS")
    now = awards.plan.after(state)
    (left,) = (
        one.balance
        for one in wallet_states(programme, now, awards.moment.day)
        if one.wallet == wallet.id
    )
    if left < cost:
        short = format_fixed(cost - max(0, left), decimals=wallet.scale, grouping=True)
        awards.refuse("POINTS_MISSING", name=name, short=short)


def _spent(reward: Reward, cost: int) -> tuple[Reason, ...]:
    return (reason("TAKES_POINTS", wallet=reward.wallet, taken_points=cost),) if cost else ()


def counter(reward: Reward) -> str:
    """The key under which a reward is counted; its stock is a limit of the campaign."""
    return f"{REWARD}:{reward.id}"


def _refusals(
    context: Context, basket: Basket, reward: Reward, cost: int, balance: int
) -> tuple[Reason, ...]:
    """Why a reward cannot be had, whatever is in the basket."""
    assert context.state is not None  # nobody has no rewards
    if context.barred:
        return context.barred
    if reward.wallet:
        wallet = context.programme.wallet(reward.wallet)
        if not may_spend(context.programme, wallet, context.state):
            return (Reason("HEAD_SPENDS"),)
        if balance < cost:
            short = cost - max(0, balance)
            return (reason("TOO_FEW_POINTS", wallet=reward.wallet, short_by_points=short),)
        room = context.store.room(reward.wallet)
        if room is not None and room.points < cost:
            return (
                reason(
                    "POINTS_HERE",
                    wallet=reward.wallet,
                    most_points=room.points,
                    needed_points=cost,
                ),
                room.reason,
            )
    return needs_card(reward.needs, basket)
