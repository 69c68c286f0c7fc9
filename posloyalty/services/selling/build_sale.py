"""A quote and its tenders as a sale: every figure is copied, none is reckoned anew."""

from __future__ import annotations

from datetime import datetime

from posloyalty.domain.engine.quote import AppliedOffer, Quote, QuoteLine
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.prepaid_tax import less_prepaid_tax
from posloyalty.domain.shop.sale import (
    BY_HAND,
    PUBLIC,
    Sale,
    SaleLine,
    SaleOffer,
    SalePoints,
    SaleTax,
    Told,
)
from posloyalty.domain.shop.tender import Tender
from posloyalty.domain.shop.tender_shares import with_tender_shares


def build_sale(
    basket: Basket,
    quote: Quote,
    tenders: tuple[Tender, ...],
    *,
    programme: Programme,
    operator: Operator,
    number: str,
    at: datetime,
    language: str,
    told: tuple[Told, ...] = (),
    prepaid: frozenset[int] = frozenset(),
) -> Sale:
    """The sale as it is journalled, stored and printed; `prepaid` are the numbers of tenders whose
    tax was paid before.
    """
    lines, taxes = less_prepaid_tax(
        with_tender_shares(_lines(quote), tenders), _taxes(quote), tenders, prepaid
    )
    return Sale(
        id=basket.sale_id,
        number=number,
        at=at,
        day=quote.day,
        currency=quote.currency.code,
        operator_id=operator.id,
        member_id=basket.member_id,
        proof=basket.proof if basket.member_id is not None else None,
        programme_id=quote.programme.id,
        programme_version=quote.programme.version,
        programme_hash=quote.programme.hash,
        lines=lines,
        offers=tuple(_offer(one) for one in quote.offers),
        taxes=taxes,
        tenders=tenders,
        # Nothing of what they have is printed for who has not shown who they are.
        points=() if quote.held_back else _points(quote, programme, language),
        gross_minor=quote.gross_minor,
        offers_minor=quote.offers_minor,
        redeemed_minor=quote.redeemed_minor,
        tax_minor=sum(tax.tax_minor for tax in taxes),
        payable_minor=quote.payable_minor,
        rounding_minor=sum(tender.rounding_minor for tender in tenders),
        told=told,
    )


def _offer(applied: AppliedOffer) -> SaleOffer:
    uses = applied.uses
    if uses is None:
        return SaleOffer(
            offer_id=applied.offer_id,
            name=applied.name,
            amount_minor=applied.amount_minor,
            source=BY_HAND if applied.by_hand else PUBLIC,
        )
    return SaleOffer(
        offer_id=applied.offer_id,
        name=applied.name,
        amount_minor=applied.amount_minor,
        source=uses.kind,
        right_id=None if uses.right is None else uses.right.id,
        cost=uses.cost,
    )


def _lines(quote: Quote) -> tuple[SaleLine, ...]:
    spent = [(one.wallet, dict(one.point_shares), dict(one.shares)) for one in quote.redemptions]
    return tuple(
        _line(
            line,
            tuple(
                (wallet, points.get(line.line.number, 0), money[line.line.number])
                for wallet, points, money in spent
                if line.line.number in money
            ),
        )
        for line in quote.lines
    )


def _line(quoted: QuoteLine, redeemed: tuple[tuple[str, int, int], ...]) -> SaleLine:
    line = quoted.line
    product = line.product
    return SaleLine(
        number=line.number,
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        unit=product.unit,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        gross_minor=line.gross_minor,
        offers=quoted.offers,
        redeemed=redeemed,
        net_minor=quoted.net_minor,
        tax_class=quoted.tax_class,
        tax_rate=quoted.tax_rate,
        tax_mode=quoted.tax_mode,
        tax_minor=quoted.tax_minor,
        earned=quoted.earned,
        listed=line.listed,
        tax_fixed_minor=quoted.tax_fixed_minor,
        shop_cost=quoted.shop_cost,
    )


def _taxes(quote: Quote) -> tuple[SaleTax, ...]:
    return tuple(
        SaleTax(
            tax_class=tax.tax_class,
            rate=tax.rate,
            mode=tax.mode,
            base_minor=tax.base_minor,
            tax_minor=tax.tax_minor,
            fixed_minor=tax.fixed_minor,
        )
        for tax in quote.taxes
    )


def _points(quote: Quote, programme: Programme, language: str) -> tuple[SalePoints, ...]:
    """What the sale did in each of the member's wallets, and where they stand after it."""
    earned = {one.wallet: one.points for one in quote.earnings}
    spent = {one.wallet: (one.points, one.amount_minor) for one in quote.redemptions}
    found = []
    for after in quote.wallets_after:
        wallet = programme.wallet(after.wallet)
        points, minor = spent.get(wallet.id, (0, 0))
        found.append(
            SalePoints(
                wallet=wallet.id,
                wallet_name=wallet.names.in_language(language),
                scale=wallet.scale,
                earned=earned.get(wallet.id, 0),
                redeemed=points,
                redeemed_minor=minor,
                balance_after=after.balance,
                pending_after=after.pending,
            )
        )
    return tuple(found)
