"""The engine's one entry: `evaluate(programme, basket, member state, instant)` gives a quote.

Pure and deterministic, integers only, independent of the order of scanning. The steps in their
order: price lists; freeze the context; line offers, order offers; discounts by hand; points as
money; tax on what is left; payable; earn base, rules, multipliers, caps, one rounding, allocation;
tiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from posloyalty.domain.engine.before_tax import before_tax_share
from posloyalty.domain.engine.by_hand import take_off_by_hand
from posloyalty.domain.engine.campaigns import Barred, overspent, short_of, within_budgets
from posloyalty.domain.engine.context import Context, StoreContext, barring
from posloyalty.domain.engine.donating import donation_lines, giving_choices
from posloyalty.domain.engine.earning import earns_evenly
from posloyalty.domain.engine.list_prices import at_list_prices, prices_tried
from posloyalty.domain.engine.marks import freeze_sale, mark_choices
from posloyalty.domain.engine.member_standing import NOWHERE, Standing, Stands, standing_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.offers import OfferOutcome, apply_offers
from posloyalty.domain.engine.posting import SalePostings, plan_sale, sold_as
from posloyalty.domain.engine.quote import (
    AppliedOffer,
    Earning,
    ProgrammeRef,
    Quote,
    QuoteLine,
    TaxLine,
    WalletState,
)
from posloyalty.domain.engine.quote_lines import quote_lines
from posloyalty.domain.engine.redemption import RedemptionOutcome, redeem, with_earned
from posloyalty.domain.engine.restrictions import blocked
from posloyalty.domain.engine.spend_room import rooms_less
from posloyalty.domain.engine.taxed_goods import TaxedGoods, taxed_goods
from posloyalty.domain.engine.tender_gains import tender_gains
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import TaxClass
from posloyalty.domain.shop.tax import ClassTax, Taxes
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.quick_init import quickly_made


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
    return _by_tender(programme, basket, state, at, tax_classes, store, standing_of).quote


@quickly_made
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
    return _by_tender(programme, basket, state, at, tax_classes, store, _nowhere)


def _nowhere(
    context: Context, wallets: tuple[WalletState, ...], after: MemberState | None
) -> Standing:
    return NOWHERE


def _by_tender(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    tax_classes: Mapping[str, TaxClass],
    store: StoreContext,
    stands: Stands,
) -> Answer:
    """The answer, with what paying otherwise would bring where the programme asks how it is."""
    basket = at_list_prices(programme, basket, state, at, store)
    found = _within_budgets(programme, basket, state, at, tax_classes, store, stands)
    if store.prices:
        tried = prices_tried(programme, basket, state, at, store)
        found = replace(found, quote=replace(found.quote, prices=tried))
    if not programme.looks_at_tenders:
        return found

    def paid_by(kind: TenderKind) -> Quote:
        other = basket.paid_by((kind,))
        return _within_budgets(programme, other, state, at, tax_classes, store, _nowhere).quote

    gains = tender_gains(found.quote, paid_by)
    return replace(found, quote=replace(found.quote, asks_tender=True, by_tender=gains))


def _within_budgets(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    tax_classes: Mapping[str, TaxClass],
    store: StoreContext,
    stands: Stands,
) -> Answer:
    """The answer in which no campaign gives more than its budget has left."""
    if basket.currency != programme.currency:
        raise CurrencyDiffers(f"{basket.currency.code} in a {programme.currency.code} programme")

    def tried(allowed: Programme, barred: Barred) -> Answer:
        context = barring(freeze_sale(allowed, basket, state, at, store), barred)
        return _answer(context, basket, tax_classes, stands)

    if not programme.of(Campaign):
        return tried(programme, {})
    share = before_tax_share(programme, tax_classes)
    fits = within_budgets(programme, store, share=share)
    found = tried(fits.programme, fits.barred)
    over = overspent(programme, store, *_given(found.quote))
    if not over:
        return found
    fits = within_budgets(programme, store, *_given(found.quote), share=share)
    found = tried(fits.programme, fits.barred)
    # Goods that cost nothing by an offer before tax may come to a minor unit more than was left,
    # and an offer that takes off no more than before may give other pieces, which cost more.
    over = overspent(programme, store, *_given(found.quote))
    return tried(fits.programme, {**fits.barred, **short_of(store, over)}) if over else found


def _given(quote: Quote) -> tuple[dict[str, int], dict[str, int]]:
    """What each offer takes off, and what it costs the shop."""
    off = {one.offer_id: one.amount_minor for one in quote.offers}
    return off, {one.offer_id: one.costs_shop for one in quote.offers}


def _answer(
    context: Context, basket: Basket, tax_classes: Mapping[str, TaxClass], stands: Stands
) -> Answer:
    """The answer in a frozen context."""
    programme, state = context.programme, context.state
    taxed = taxed_goods(context, tax_classes)
    wallets = () if state is None else wallet_states(programme, state, context.day)
    offers = _offers(taxed, basket, wallets)
    points = _redeemed(taxed, basket, offers, wallets)
    taxes, earnings = taxed.after(offers, points)
    goods, classes = context.goods, taxed.classes
    lines = quote_lines(goods, basket, offers.applied, points, taxes, earnings, classes)
    payable = sum(points.amounts) + sum(part.added_minor for part in taxes.classes)
    given = donation_lines(programme, basket, payable, context.store.language)
    planned = plan_sale(
        context,
        sold_as(
            (*lines, *given),
            offers.applied,
            points.applied,
            earnings,
            spend_minor=_at(points.amounts, goods.earning),
            payable_minor=payable + sum(line.net_minor for line in given),
        ),
        event_id=basket.sale_id,
        at=context.at,
        redemptions=points.applied,
        earnings=earnings,
    )
    standing = stands(context, wallets, planned.after)
    quote = _quote(
        context, basket, offers, points, taxes, earnings, (lines, given), payable, planned, standing
    )
    return Answer(quote, context, planned, wallets)


def _offers(taxed: TaxedGoods, basket: Basket, wallets: Sequence[WalletState]) -> OfferOutcome:
    """The offers of the sale, and below them what is taken off by hand."""
    context = taxed.context
    offers = apply_offers(
        context,
        basket,
        tax_classes=taxed.tax_classes,
        earned=taxed.earned_by,
        uniform=earns_evenly(context),
        budget={one.wallet: _spendable(context, one) for one in wallets if one.may_spend},
        before=taxed.before,
    )
    if not basket.discounts:
        return offers
    by_hand, left = take_off_by_hand(context.goods, basket, offers.amounts)
    return offers._replace(applied=(*offers.applied, *by_hand), amounts=left)


def _redeemed(
    taxed: TaxedGoods, basket: Basket, offers: OfferOutcome, wallets: Sequence[WalletState]
) -> RedemptionOutcome:
    """What points pay, out of what the rewards of the sale leave in the wallets."""
    context = taxed.context
    due = _costs(offers.applied)
    left_in = _less(wallets, due)
    room_left = _with_less_room(context, due)
    points = redeem(room_left, basket, offers.amounts, left_in)
    if not context.programme.policies.earned_pays:
        return points
    return with_earned(
        context,
        left_in,
        points,
        lambda more: redeem(room_left, basket, offers.amounts, more),
        lambda points: taxed.after(offers, points)[1],
    )


def _spendable(context: Context, wallet: WalletState) -> int:
    """What this till may spend of a wallet."""
    room = context.store.room(wallet.wallet)
    return wallet.balance if room is None else min(wallet.balance, room.points)


def _costs(applied: Sequence[AppliedOffer]) -> dict[str, int]:
    """What the rewards of the sale cost, by wallet."""
    due: dict[str, int] = {}
    for one in applied:
        if one.uses is not None and one.uses.cost is not None:
            wallet, points = one.uses.cost
            due[wallet] = due.get(wallet, 0) + points
    return due


def _less(wallets: Sequence[WalletState], due: Mapping[str, int]) -> tuple[WalletState, ...]:
    """What is left in each wallet once so much is spent."""
    return tuple(
        replace(one, balance=one.balance - due[one.wallet]) if one.wallet in due else one
        for one in wallets
    )


def _with_less_room(context: Context, due: Mapping[str, int]) -> Context:
    """The context in which rewards have used up what this till may hand out."""
    store = context.store
    if not (due and store.rooms):
        return context
    return replace(context, store=replace(store, rooms=rooms_less(store.rooms, due)))


def _at(amounts: Sequence[int], places: Sequence[int]) -> int:
    return sum([amounts[place] for place in places])


def _quote(
    context: Context,
    basket: Basket,
    offers: OfferOutcome,
    points: RedemptionOutcome,
    taxes: Taxes,
    earnings: tuple[Earning, ...],
    lines: tuple[tuple[QuoteLine, ...], tuple[QuoteLine, ...]],
    payable_minor: int,
    after: SalePostings,
    standing: Standing,
) -> Quote:
    """The quote: of the goods, and of what the customer gives to causes on top of them."""
    programme, goods = context.programme, context.goods
    own, given = lines
    donated = sum(line.net_minor for line in given)
    return Quote(
        programme=ProgrammeRef(programme.id, programme.version, programme.hash),
        at=context.at,
        day=context.business_day,
        currency=basket.currency,
        sale_id=basket.sale_id,
        member_id=basket.member_id,
        lines=(*own, *given),
        offers=offers.applied,
        refused=offers.refused,
        redemptions=points.applied,
        usable=points.usable,
        taxes=tuple([_tax_line(part) for part in taxes.classes]),
        earnings=earnings,
        wallets=standing.wallets,
        wallets_after=standing.wallets_after,
        tiers=standing.tiers,
        tiers_after=standing.tiers_after,
        gross_minor=sum(goods.gross) + donated,
        offers_minor=sum([one.amount_minor for one in offers.applied]),
        redeemed_minor=sum([one.amount_minor for one in points.applied]),
        tax_minor=sum([part.tax_minor for part in taxes.classes]),
        payable_minor=payable_minor + donated,
        spend_minor=_at(points.amounts, goods.earning),
        awards=after.awards,
        told=after.told,
        giving=giving_choices(programme, given, payable_minor, context.store.language),
        marks=mark_choices(context, basket),
        picks=standing.picks,
        blocked=blocked(programme, basket.lines, context.facts, context.business_facts),
        held_back=context.held_back,
        state=context.state,
        search_complete=offers.complete,
        discounts=basket.discounts,
        challenges=standing.challenges,
        proposals=offers.proposals,
        tenders=basket.tenders,
        next_steps=offers.next_steps,
        gifts=offers.gifts,
    )


def _tax_line(part: ClassTax) -> TaxLine:
    return TaxLine(
        tax_class=part.tax_class.code,
        rate=part.tax_class.rate,
        mode=part.tax_class.mode,
        base_minor=part.base_minor,
        tax_minor=part.tax_minor,
        fixed_minor=part.fixed_minor,
    )
