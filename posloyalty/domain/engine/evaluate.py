"""The engine's one entry: `evaluate(programme, basket, member state, instant)` gives a quote.

Pure and deterministic, integers only, independent of the order of scanning (I9, I10). The order is
that of LOYALTY 3.2: freeze the context; line offers, order offers; points as money; tax on what is
left; payable; earn base, rules, multipliers, caps, one rounding, allocation; tiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from posloyalty.domain.engine.best_deal import Deal
from posloyalty.domain.engine.campaigns import Barred, overspent, within_budgets
from posloyalty.domain.engine.challenges import progress_of
from posloyalty.domain.engine.context import Context, Goods, StoreContext, barring
from posloyalty.domain.engine.donating import donation_lines, giving_choices
from posloyalty.domain.engine.earning import LineMoney, earn, earns_evenly
from posloyalty.domain.engine.free_pieces import free_milli
from posloyalty.domain.engine.marks import freeze_sale, mark_choices
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.offers import OfferOutcome, apply_offers
from posloyalty.domain.engine.posting import SalePostings, plan_sale, sold_by
from posloyalty.domain.engine.quote import (
    AppliedOffer,
    Earning,
    ProgrammeRef,
    Quote,
    QuoteLine,
    TaxLine,
    WalletState,
)
from posloyalty.domain.engine.redemption import RedemptionOutcome, redeem
from posloyalty.domain.engine.restrictions import blocked
from posloyalty.domain.engine.snapshots import picks_of
from posloyalty.domain.engine.tender_gains import tender_gains
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.gift_card import OUTSIDE_TAX, taxed_as
from posloyalty.domain.programme.wallet import SpentAs
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import Taxes, tax_lines
from posloyalty.domain.shop.tender import TenderKind

INCLUSIVE = TaxMode.INCLUSIVE


class CurrencyDiffers(ValueError):
    """The basket's currency is not the programme's: its amounts would mean something else."""


def evaluate(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    *,
    tax_classes: Mapping[str, TaxClass],
    store: StoreContext,
) -> Quote:
    """The quote of a basket at an instant; `state` is the attached member's, None for nobody.

    Raises `CurrencyDiffers`, and `UnknownTaxClass` for a product whose class the shop lacks.
    """
    found = answer(programme, basket, state, at, tax_classes=tax_classes, store=store)
    if state is None:
        return found.quote
    return _with_member(found, state)


@dataclass(frozen=True, slots=True)
class Answer:
    """A quote without the member's standing, the context it was made in, and what it would do."""

    quote: Quote
    context: Context
    after: SalePostings
    wallets: tuple[WalletState, ...]


def answer(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    *,
    tax_classes: Mapping[str, TaxClass],
    store: StoreContext,
) -> Answer:
    """What `evaluate` quotes, for whoever rings sale after sale and shows nobody where they stand.

    Raises as `evaluate` does.
    """
    if basket.currency != programme.currency:
        raise CurrencyDiffers(f"{basket.currency.code} in a {programme.currency.code} programme")
    found = _bounded(programme, basket, state, at, tax_classes, store)
    if not programme.looks_at_tenders:
        return found

    def paid_by(kind: TenderKind) -> Quote:
        other = basket.paid_by((kind,))
        return _bounded(programme, other, state, at, tax_classes, store).quote

    gains = tender_gains(found.quote, paid_by)
    return replace(found, quote=replace(found.quote, asks_tender=True, by_tender=gains))


def _bounded(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    tax_classes: Mapping[str, TaxClass],
    store: StoreContext,
) -> Answer:
    """The answer within what campaigns may still give."""
    if not programme.of(Campaign):
        return _answer(programme, basket, state, at, tax_classes, store, {})
    tried = within_budgets(programme, store)
    found = _answer(tried.programme, basket, state, at, tax_classes, store, tried.barred)
    applied = {one.offer_id: one.amount_minor for one in found.quote.offers}
    if not overspent(programme, store, applied):
        return found
    fits = within_budgets(programme, store, applied)
    return _answer(fits.programme, basket, state, at, tax_classes, store, fits.barred)


def _answer(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    tax_classes: Mapping[str, TaxClass],
    store: StoreContext,
    barred: Barred,
) -> Answer:
    """The answer while some campaigns give nothing."""
    context = barring(freeze_sale(programme, basket, state, at, store), barred)
    tax_classes = {**tax_classes, OUTSIDE_TAX.code: OUTSIDE_TAX}
    codes = tuple([taxed_as(programme, line.product) for line in context.goods.lines])

    def classes() -> list[TaxClass]:
        return [tax_classes[code] for code in codes]

    def tax(amounts: Sequence[int]) -> Taxes:
        return tax_lines(amounts, codes, context.goods.keys, tax_classes)

    def earned(deal: Deal) -> int:
        money = _money(context, deal.amounts, (0,) * len(codes), tax(deal.amounts), classes())
        money = replace(money, order_off=deal.order_off)
        return sum(one.points for one in earn(context, money, deal.spend_minor))

    wallets = () if state is None else wallet_states(programme, state, context.day)
    offers = apply_offers(
        context,
        basket,
        tax_classes=tax_classes,
        earned=earned,
        uniform=earns_evenly(context),
        budget={one.wallet: one.balance for one in wallets if one.may_spend},
    )
    points = redeem(context, basket, offers.amounts, _less_cost(wallets, offers.applied))
    paid = _paid_in_points(context, points)
    taxes = tax(tuple(left + part for left, part in zip(points.amounts, paid, strict=True)))
    money = _money(context, points.amounts, points.redeemed, taxes, classes(), paid)
    money = replace(
        money,
        order_off=offers.order_off,
        free_milli=free_milli(context, offers.applied),
    )
    earnings = earn(context, money, offers.spend_minor)
    quote = _giving(
        _quote(context, basket, offers, points, taxes, earnings, classes()), context, basket
    )
    after = plan_sale(
        context,
        sold_by(quote),
        event_id=basket.sale_id,
        at=at,
        redemptions=points.applied,
        earnings=earnings,
    )
    quote = replace(
        quote,
        awards=after.awards,
        told=after.told,
        marks=mark_choices(context, basket),
        blocked=blocked(programme, basket.lines, context.facts, context.business_facts),
        held_back=context.held_back,
        state=state,
    )
    return Answer(quote, context, after, wallets)


def _less_cost(
    wallets: Sequence[WalletState], applied: Sequence[AppliedOffer]
) -> tuple[WalletState, ...]:
    """What the rewards of the sale leave in each wallet to be spent."""
    due: dict[str, int] = {}
    for one in applied:
        if one.uses is not None and one.uses.cost is not None:
            wallet, points = one.uses.cost
            due[wallet] = due.get(wallet, 0) + points
    return tuple(
        replace(one, balance=one.balance - due[one.wallet]) if one.wallet in due else one
        for one in wallets
    )


def _paid_in_points(context: Context, points: RedemptionOutcome) -> tuple[int, ...]:
    """What points that are payment, not a discount, paid of each line: it is taxed all the same."""
    paid: dict[int, int] = {}
    for one in points.applied:
        spend = context.programme.wallet(one.wallet).spend
        if spend is not None and spend.spent_as is SpentAs.PAYMENT:
            for number, share in one.shares:
                paid[number] = paid.get(number, 0) + share
    return tuple(paid.get(line.number, 0) for line in context.goods.lines)


def _money(
    context: Context,
    amounts: tuple[int, ...],
    redeemed: tuple[int, ...],
    taxes: Taxes,
    classes: Sequence[TaxClass],
    paid: Sequence[int] = (),
) -> LineMoney:
    whole = context.programme.policies.points_part_earns
    included = []
    for place, tax_class in enumerate(classes):
        share = taxes.shares[place] if tax_class.mode is INCLUSIVE else 0
        if share and paid and paid[place] and not whole:
            # The tax of the part that money paid: the other part earns nothing.
            share -= share * paid[place] // (amounts[place] + paid[place])
        included.append(share)
    return LineMoney(amounts, redeemed, tuple(included))


def _quote(
    context: Context,
    basket: Basket,
    offers: OfferOutcome,
    points: RedemptionOutcome,
    taxes: Taxes,
    earnings: tuple[Earning, ...],
    classes: Sequence[TaxClass],
) -> Quote:
    programme = context.programme
    gross = sum(context.goods.gross)
    added = sum(part.added_minor for part in taxes.classes)
    redeemed = sum(one.amount_minor for one in points.applied)
    return Quote(
        programme=ProgrammeRef(programme.id, programme.version, programme.hash),
        at=context.at,
        day=context.business_day,
        currency=basket.currency,
        sale_id=basket.sale_id,
        member_id=basket.member_id,
        lines=_lines(context.goods, basket, offers.applied, points, taxes, earnings, classes),
        offers=offers.applied,
        refused=offers.refused,
        redemptions=points.applied,
        usable=points.usable,
        taxes=tuple(
            TaxLine(
                tax_class=part.tax_class.code,
                rate=part.tax_class.rate,
                mode=part.tax_class.mode,
                base_minor=part.base_minor,
                tax_minor=part.tax_minor,
            )
            for part in taxes.classes
        ),
        earnings=earnings,
        wallets=(),
        wallets_after=(),
        tiers=(),
        tiers_after=(),
        gross_minor=gross,
        offers_minor=sum(one.amount_minor for one in offers.applied),
        redeemed_minor=redeemed,
        tax_minor=sum(part.tax_minor for part in taxes.classes),
        payable_minor=sum(points.amounts) + added,
        spend_minor=_spend(context, points),
        search_complete=offers.complete,
        proposals=offers.proposals,
        tenders=basket.tenders,
        next_steps=offers.next_steps,
        gifts=offers.gifts,
    )


def _giving(quote: Quote, context: Context, basket: Basket) -> Quote:
    """The quote with what the customer gives to causes on top of it."""
    programme, language = context.programme, context.store.language
    lines = donation_lines(programme, basket, quote.payable_minor, language)
    giving = giving_choices(programme, lines, quote.payable_minor, language)
    if not lines and not giving:
        return quote
    given = sum(line.net_minor for line in lines)
    return replace(
        quote,
        lines=(*quote.lines, *lines),
        giving=giving,
        gross_minor=quote.gross_minor + given,
        payable_minor=quote.payable_minor + given,
    )


def _spend(context: Context, points: RedemptionOutcome) -> int:
    """What is paid for goods that earn."""
    return sum(points.amounts[place] for place in context.goods.earning)


def _lines(
    goods: Goods,
    basket: Basket,
    applied: tuple[AppliedOffer, ...],
    points: RedemptionOutcome,
    taxes: Taxes,
    earnings: tuple[Earning, ...],
    classes: Sequence[TaxClass],
) -> tuple[QuoteLine, ...]:
    """The lines with their allocations, in the basket's order."""
    offers = [(one.offer_id, dict(one.shares)) for one in applied]
    earned = [(one.wallet, dict(one.shares)) for one in earnings]
    lines: dict[int, QuoteLine] = {}
    for place, line in enumerate(goods.lines):
        tax_class = classes[place]
        tax = taxes.shares[place]
        added = tax if tax_class.mode is TaxMode.EXCLUSIVE else 0
        number = line.number
        lines[number] = QuoteLine(
            line=line,
            offers=tuple([(name, by[number]) for name, by in offers if number in by]),
            redeemed_minor=points.redeemed[place],
            net_minor=points.amounts[place] + added,
            tax_minor=tax,
            tax_class=tax_class.code,
            tax_rate=tax_class.rate,
            tax_mode=tax_class.mode,
            earned=tuple([(name, by[number]) for name, by in earned if number in by]),
        )
    return tuple(lines[line.number] for line in basket.lines)


def _with_member(found: Answer, state: MemberState) -> Quote:
    context, after = found.context, found.after
    programme, day, language = context.programme, context.day, context.store.language
    later = state if after.after is None else after.after
    return replace(
        found.quote,
        wallets=found.wallets,
        wallets_after=wallet_states(programme, later, day),
        tiers=tier_states(programme, state, day, language),
        tiers_after=tier_states(programme, later, day, language),
        challenges=progress_of(programme, later, day, language),
        picks=picks_of(programme, state, day),
    )
