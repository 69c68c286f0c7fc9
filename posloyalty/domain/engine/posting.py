"""What a paid sale does: transfers, tier levels, rights and meters, planned from a quote.

The steps are in a fixed order: what ran out before the sale is booked as expired, then points are
redeemed, then earned, each debt repaid from what is earned first; then the sale is counted, and
whatever the programme declares does its work, the tier schemes among it. Nothing of the sale is
decided here; the quote has decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posloyalty.domain.engine import works
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.caps import count_in
from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences, EventPlan
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.funders import funder_at, funder_of_campaign
from posloyalty.domain.engine.later import Later
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import (
    PURCHASES,
    SPEND,
    capped_meter,
    earned_meter,
    taken_in_meter,
)
from posloyalty.domain.engine.moment import Moment, Sold, SoldLine, Trigger
from posloyalty.domain.engine.quote import (
    AppliedOffer,
    AppliedRedemption,
    Earning,
    Quote,
    QuoteLine,
)
from posloyalty.domain.engine.stored_value import (
    CardPayment,
    on_card,
    pay_with,
    tell_holds,
)
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.shop.refund import GIFT_TERMS
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.values.quick_init import quickly_made

__all__ = [
    "NOTHING",
    "PURCHASES",
    "SPEND",
    "SalePostings",
    "earned_meter",
    "plan_sale",
    "sold_as",
    "sold_by",
]

_WORKS = works  # imported so that what they register is known


@quickly_made
@dataclass(frozen=True, slots=True)
class SalePostings:
    """What a sale does, and the member's state after it; None where nobody is attached."""

    does: Consequences
    after: MemberState | None
    awards: tuple[Award, ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The member's lots after the sale."""
        return () if self.after is None else self.after.lots

    @property
    def debts(self) -> tuple[tuple[str, int], ...]:
        """The member's debts after the sale."""
        return () if self.after is None else self.after.debts


NOTHING = SalePostings(NO_CONSEQUENCES, None)


def sold_by(quote: Quote) -> Sold:
    """The goods of a quoted sale as works see them."""
    return sold_as(
        quote.lines,
        quote.offers,
        quote.redemptions,
        quote.earnings,
        spend_minor=quote.spend_minor,
        payable_minor=quote.payable_minor,
    )


def sold_as(
    lines: Sequence[QuoteLine],
    offers: Sequence[AppliedOffer],
    redemptions: Sequence[AppliedRedemption],
    earnings: Sequence[Earning],
    *,
    spend_minor: int,
    payable_minor: int,
) -> Sold:
    """The same from the parts of a quote. The goods are looked at by few works: they are made when
    somebody asks for them.
    """
    return Sold(
        lines=Later(lambda: _sold_lines(lines)),
        spend_minor=spend_minor,
        payable_minor=payable_minor,
        offers=tuple([(offer.offer_id, offer.amount_minor) for offer in offers]),
        earned={earning.wallet: earning.points for earning in earnings},
        redeemed={one.wallet: one.points for one in redemptions},
        used=tuple([offer.uses for offer in offers if offer.uses is not None]),
        counts=tuple([count for offer in offers for count in offer.counts]),
        gifts=tuple([(offer.offer_id, *gift) for offer in offers for gift in offer.gifts]),
        shop_costs=tuple(
            [(one.offer_id, one.costs_shop) for one in offers if one.shop_cost is not None]
        ),
        campaign_points=tuple(
            [
                (campaign, earning.wallet, points)
                for earning in earnings
                for campaign, points in earning.campaigns
            ]
        ),
    )


def _sold_lines(lines: Sequence[QuoteLine]) -> tuple[SoldLine, ...]:
    return tuple(
        SoldLine(
            number=line.line.number,
            product=line.line.product,
            quantity_milli=line.line.quantity_milli,
            net_minor=line.net_minor,
            base_minor=line.net_minor if line.line.product.earning else 0,
            gross_minor=line.line.gross_minor,
            card=line.line.card,
        )
        for line in sorted(lines, key=lambda one: one.line.number)
    )


def plan_sale(
    context: Context,
    sold: Sold,
    *,
    event_id: bytes,
    at: datetime,
    redemptions: Sequence[AppliedRedemption],
    earnings: Sequence[Earning],
    stored: Sequence[CardPayment] = (),
    from_wallets: Sequence[tuple[str, int]] = (),
) -> SalePostings:
    """The postings of a sale at an instant of the context's day.

    `stored` is what gift cards pay, `from_wallets` (wallet id, points) what wallets pay as a
    tender. A member who may not earn gets nothing counted and meets no tier. Raises `SpendRefusal`
    when the lots, or a card, no longer hold what is spent.
    """
    programme, state = context.programme, context.state
    plan = EventPlan(
        event_id=event_id,
        at=at,
        day=context.day,
        programme_id=programme.id,
        costs=programme.shop_costs,
    )
    if state is not None:
        _move(plan, context, state, sold, redemptions, earnings)
    for one in sold.used:
        if one.right is not None:
            plan.use(one.right)
    for meter, owner, amount in sold.counts:
        plan.count(meter, owner, amount)
    for wallet_id, points in from_wallets if state is not None else ():
        assert state is not None  # a wallet is a member's
        plan.postings(settled(programme, state)).redeem(programme.ledger(wallet_id), points)
    for paid in stored:
        pay_with(plan, paid.card, paid.amount_minor)
    if context.active is not None:
        _count(plan, context, context.active, sold, earnings)
    awards = Awards(_moment(context, sold, event_id, at), plan)
    for offer_id, line, price_minor in sold.gifts:
        awards.tell(GIFT_TERMS, offer=offer_id, line=line, price_minor=price_minor)
    run_works(awards.moment, awards)
    for paid in stored:
        tell_holds(awards, paid.name, on_card(plan, paid.card.id))
    return SalePostings(
        plan.consequences(),
        None if state is None else plan.after(state),
        awards.given,
        awards.told,
    )


def _move(
    plan: EventPlan,
    context: Context,
    state: MemberState,
    sold: Sold,
    redemptions: Sequence[AppliedRedemption],
    earnings: Sequence[Earning],
) -> None:
    programme = context.programme
    postings = plan.postings(settled(programme, state))
    for wallet in programme.wallets:
        postings.expire(programme.ledger(wallet.id))
    if programme.policies.earned_pays:
        _earn(postings, context, earnings)
    for redemption in redemptions:
        postings.redeem(programme.ledger(redemption.wallet), redemption.points)
    for one in sold.used:
        if one.cost is not None:
            wallet_id, points = one.cost
            postings.redeem(programme.ledger(wallet_id), points)
    if not programme.policies.earned_pays:
        _earn(postings, context, earnings)


def _earn(postings: EventPostings, context: Context, earnings: Sequence[Earning]) -> None:
    """Open a lot for each who stands for a part of the points."""
    programme = context.programme
    for earning in earnings:
        by_campaigns = [(funder_of_campaign(one), points) for one, points in earning.campaigns]
        usual = funder_at(programme, context.store.store_id, earning.wallet, context.day)
        rest = earning.points - sum(points for _, points in by_campaigns)
        for funder, points in ((usual, rest), *by_campaigns):
            postings.earn(
                programme.ledger(earning.wallet),
                points,
                usable_from=earning.usable_from,
                last_day=earning.last_day,
                funder=funder,
            )


def _count(
    plan: EventPlan,
    context: Context,
    state: MemberState,
    sold: Sold,
    earnings: Sequence[Earning],
) -> None:
    programme, member_id = context.programme, state.member_id
    plan.count(PURCHASES, member_id, 1)
    plan.count(SPEND, member_id, sold.spend_minor)
    for earning in earnings:
        ledger = programme.ledger(earning.wallet)
        plan.count(earned_meter(ledger), member_id, earning.points)
        plan.count(capped_meter(ledger), member_id, earning.capped)
        for owner in count_in(programme, programme.wallet(earning.wallet), state, context.store):
            plan.count(taken_in_meter(ledger), owner, earning.points)


def _moment(context: Context, sold: Sold, event_id: bytes, at: datetime) -> Moment:
    return Moment(
        trigger=Trigger.SALE,
        programme=context.programme,
        store=context.store,
        event_id=event_id,
        at=at,
        day=context.day,
        facts=context.facts,
        business_facts=context.business_facts,
        state=context.state,
        active=context.active,
        sold=sold,
    )
