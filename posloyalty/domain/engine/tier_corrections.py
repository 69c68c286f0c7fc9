"""A sale that arrives late may restore a level; what was bought since is then owed its rate.

Shape: `correct(...)` goes through a member's sales in their order and reckons each one's points
twice, at the level that was known when it was rung and at the level that is known now. The
differences, never below zero, and the levels that are restored go into an event's plan, each
difference with its reason. A member loses nothing by what we did not know. Of what a campaign pays
for no more is given than its budget has left, and it is counted as the campaign's.

Head office runs it when events of a member arrive out of their order; a till can preview it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from posloyalty.domain.engine.campaigns import earned_for, fitting, given_by
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.earning import LineMoney, earn
from posloyalty.domain.engine.goods import arrange
from posloyalty.domain.engine.marked_members import is_test
from posloyalty.domain.engine.marks import freeze_sale, marked_in
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.meters import earned_meter
from posloyalty.domain.engine.quote import Earning
from posloyalty.domain.engine.tier_history import met_levels, record_of
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.offer import Scope
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.product import Product, TaxMode
from posloyalty.domain.shop.sale import Sale, SaleLine
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import currency

Left = Callable[[Campaign], "int | None"]
"""What a campaign's budget in points has left; None for one without."""


def no_budget(_campaign: Campaign) -> int | None:
    """Where nobody knows, as at a till that previews it."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSale:
    """A sale as earning looks at it: the goods, what was paid for each line, and when."""

    at: datetime
    basket: Basket
    money: LineMoney
    spend_minor: int

    @property
    def id(self) -> bytes:
        """The sale's id, which is its event's."""
        return self.basket.sale_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Points that a sale should have earned more, in the wallet's minor units."""

    sale_id: bytes
    wallet: str
    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What was put into the plan: points for sales, and levels restored."""

    adjusted: tuple[Adjusted, ...]
    restored: tuple[TierHolding, ...]


def correct(
    programme: Programme,
    state: MemberState,
    sales: Iterable[PastSale],
    *,
    late: frozenset[bytes],
    plan: EventPlan,
    store: StoreContext,
    left: Left = no_budget,
) -> Corrections:
    """Put into the plan what is owed because the events `late` were not known in time.

    `state` holds everything that is known now, the late events' meter entries included, with the
    holdings as they were before; `sales` are those since, in any order. `left` says what a
    campaign's budget in points has left before the plan.
    """
    adjusted: list[Adjusted] = []
    given: list[MeterEntry] = []
    for sale in sorted(sales, key=lambda one: (one.at, one.id)):
        if sale.id in late:
            continue
        marks = marked_in(programme, state.meters, sale.id)
        sale = replace(sale, basket=replace(sale.basket, marks=marks))
        then = _before(programme, state, sale, [e for e in state.meters if e.event_id not in late])
        now = _before(programme, state, sale, [*state.meters, *given])
        was = {one.wallet: one for one in _earned(programme, sale, then, store)}
        for earning in _earned(programme, sale, now, store):
            known_then = was.get(earning.wallet)
            more = earning.points - (0 if known_then is None else known_then.points)
            paid, short = _paid_by(programme, earning, known_then, plan, left)
            more -= short
            if more > 0:
                given.append(_give(programme, state, sale, earning, more, plan))
                if not is_test(state, store_day(sale.at, programme.zone)):
                    _count_paid(programme, earning.wallet, paid, plan)
                reasons = (
                    reason("LATE_SALE", wallet=earning.wallet, more_points=more),
                    *(one for one in earning.reasons if one.code == "TIER_TIMES"),
                )
                adjusted.append(
                    Adjusted(sale_id=sale.id, wallet=earning.wallet, points=more, reasons=reasons)
                )
    known = replace(state, meters=(*state.meters, *given))
    restored = tuple(_restored(programme, state, known))
    for holding in restored:
        plan.meet(state.member_id, holding)
    return Corrections(adjusted=tuple(adjusted), restored=restored)


def past_sale(sale: Sale, products: Mapping[bytes, Product], programme: Programme) -> PastSale:
    """A stored sale as earning looks at it; raises KeyError for a product that is not known."""
    lines = tuple(_line(one, products[one.product_id]) for one in sale.lines)
    basket = Basket(
        sale_id=sale.id, currency=currency(sale.currency), lines=lines, member_id=sale.member_id
    )
    sold = {one.number: one for one in sale.lines}
    ordered = [sold[line.number] for line in arrange(lines).lines]
    by_line = {offer.id for offer in programme.offers if offer.scope is Scope.LINE}
    measured = [line for line in lines if not _not_measured(line.product)]
    return PastSale(
        at=sale.at,
        basket=basket,
        money=LineMoney(
            amounts=tuple(_paid(one) for one in ordered),
            redeemed=tuple(sum(minor for _, _, minor in one.redeemed) for one in ordered),
            included_tax=tuple(
                one.tax_minor if one.tax_mode is TaxMode.INCLUSIVE else 0 for one in ordered
            ),
        ),
        spend_minor=sum(
            line.gross_minor
            - sum(share for name, share in sold[line.number].offers if name in by_line)
            for line in measured
        ),
    )


def _before(
    programme: Programme, state: MemberState, sale: PastSale, entries: Sequence[MeterEntry]
) -> MemberState:
    """The member just before a sale, as far as some entries tell."""
    known = tuple(e for e in entries if (e.noted_at, e.event_id) < (sale.at, sale.id))
    seen = replace(state, meters=known)
    brought = [one for one in state.holdings if not _counted_here(programme, state, one)]
    met = [
        holding
        for scheme in programme.tier_schemes
        for holding in met_levels(programme, scheme, record_of(seen)).values()
    ]
    return replace(seen, holdings=(*brought, *met))


def _counted_here(programme: Programme, state: MemberState, holding: TierHolding) -> bool:
    """Whether a stored holding follows from what was counted, so that the fold gives it again."""
    scheme = programme.tier_scheme(holding.scheme)
    if scheme is None:
        return False
    met = met_levels(programme, scheme, record_of(state)).get(holding.level)
    return met is not None and met.through >= holding.through


def _earned(
    programme: Programme, sale: PastSale, state: MemberState, store: StoreContext
) -> tuple[Earning, ...]:
    context = freeze_sale(programme, sale.basket, state, sale.at, store)
    return earn(context, sale.money, sale.spend_minor)


def _give(
    programme: Programme,
    state: MemberState,
    sale: PastSale,
    earning: Earning,
    points: int,
    plan: EventPlan,
) -> MeterEntry:
    """Open a lot with the days of the sale's own, and count it as earned by the sale."""
    ledger, day = programme.ledger(earning.wallet), store_day(sale.at, programme.zone)
    plan.postings(state).adjust(
        ledger,
        points,
        earned_on=day,
        usable_from=earning.usable_from,
        last_day=earning.last_day,
    )
    plan.count(earned_meter(ledger), state.member_id, points, day=day, at=sale.at)
    # For the sales that follow it counts as if it had been there in time.
    return structs.replace(plan.counted[-1], noted=None)


def _paid_by(
    programme: Programme, now: Earning, was: Earning | None, plan: EventPlan, left: Left
) -> tuple[dict[str, int], int]:
    """What campaigns pay of the difference, and how much of it their budgets do not."""
    before = {} if was is None else dict(was.campaigns)
    paid, short = {}, 0
    for campaign_id, points in now.campaigns:
        wanted = points - before.get(campaign_id, 0)
        campaign = programme.find(Campaign, campaign_id)
        if campaign is None or wanted <= 0:
            continue
        most = left(campaign) if campaign.wallet == now.wallet else None
        if most is not None:
            gone = given_by(programme, campaign, plan.counted, LimitUnit.POINTS)
            most = max(0, most - gone)
        paid[campaign_id] = fitting(campaign, wanted, most)
        short += wanted - paid[campaign_id]
    return paid, short


def _count_paid(
    programme: Programme, wallet: str, paid: Mapping[str, int], plan: EventPlan
) -> None:
    """Count for campaigns what they paid; that they gave for the sale was counted with it."""
    for campaign_id, points in paid.items():
        campaign = programme.find(Campaign, campaign_id)
        assert campaign is not None  # it paid
        meter = programme.meter(earned_for(wallet, LimitUnit.POINTS))
        plan.count(meter, campaign.owner(programme.id), points)


def _restored(
    programme: Programme, state: MemberState, known: MemberState
) -> Iterable[TierHolding]:
    stored = {(one.scheme, one.level): one for one in state.holdings}
    for scheme in programme.tier_schemes:
        for level, holding in met_levels(programme, scheme, record_of(known)).items():
            before = stored.get((scheme.id, level))
            if before is None or before.through < holding.through:
                yield holding


def _line(line: SaleLine, product: Product) -> BasketLine:
    return BasketLine(
        number=line.number,
        product=product,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        gross_minor=line.gross_minor,
    )


def _paid(line: SaleLine) -> int:
    """What was paid for a line, without the tax that was added."""
    return line.net_minor - (line.tax_minor if line.tax_mode is TaxMode.EXCLUSIVE else 0)


def _not_measured(product: Product) -> bool:
    return product.gift_card or product.deposit or product.fee
