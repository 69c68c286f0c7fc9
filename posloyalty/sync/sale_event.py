"""A sale and its postings as an event, and back: nothing is lost and nothing is reckoned."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, UnsetType

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.shop.price_list import ListPrice
from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import (
    PUBLIC,
    Sale,
    SaleLine,
    SaleOffer,
    SalePoints,
    SaleTax,
    Told,
)
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.domain.values.ratio import Ratio
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.hlc import Hlc


def sale_event(
    sale: Sale,
    *,
    hlc: Hlc,
    does: Consequences = NO_CONSEQUENCES,
    srv: events.ServerTime | UnsetType = UNSET,
) -> events.Sale:
    """The event of a sale and of everything that it does."""
    return events.Sale(
        id=sale.id.hex(),
        at=format_instant(sale.at),
        hlc=(hlc.ms, hlc.counter),
        srv=srv,
        actor=sale.operator_id.hex(),
        ok=UNSET if sale.approved_by is None else sale.approved_by.hex(),
        pi=sale.programme_id,
        pv=sale.programme_version,
        ph=sale.programme_hash.hex(),
        no=sale.number,
        day=sale.day.isoformat(),
        cur=sale.currency,
        member=UNSET if sale.member_id is None else sale.member_id.hex(),
        proof=UNSET if sale.proof is None else sale.proof,
        lines=tuple(line_shown(line) for line in sale.lines),
        offers=tuple(offer_shown(offer) for offer in sale.offers),
        taxes=tuple(tax_shown(tax) for tax in sale.taxes),
        pays=tuple(tender_shown(tender) for tender in sale.tenders),
        points=tuple(points_shown(points) for points in sale.points),
        post=posts(does.transfers),
        tiers=tiers_met(does.tiers),
        rights=rights_changed(does.rights),
        meters=counted(does.meters, member_id=sale.member_id, at=sale.at),
        told=tuple(events.Told(code=told.code, facts=told.facts) for told in sale.told),
        gross=sale.gross_minor,
        off=sale.offers_minor,
        red=sale.redeemed_minor,
        tax=sale.tax_minor,
        total=sale.payable_minor,
        rnd=sale.rounding_minor,
        again=sale.again or UNSET,
        receipt=sale.receipt or UNSET,
        till=sale.again_till.hex() or UNSET,
    )


def sale_of(event: events.Sale) -> Sale:
    """The sale that an event holds."""
    return Sale(
        id=bytes.fromhex(event.id),
        number=event.no,
        at=parse_instant(event.at),
        day=date.fromisoformat(event.day),
        currency=event.cur,
        operator_id=b"" if event.actor is UNSET else bytes.fromhex(event.actor),
        member_id=None if event.member is UNSET else bytes.fromhex(event.member),
        proof=None if event.proof is UNSET else event.proof,
        programme_id=event.pi,
        programme_version=event.pv,
        programme_hash=bytes.fromhex(event.ph),
        lines=tuple(sale_line(line) for line in event.lines),
        offers=tuple(sale_offer(offer) for offer in event.offers),
        taxes=tuple(sale_tax(tax) for tax in event.taxes),
        tenders=tuple(tender_of(pay) for pay in event.pays),
        points=tuple(sale_points(points) for points in event.points),
        gross_minor=event.gross,
        offers_minor=event.off,
        redeemed_minor=event.red,
        tax_minor=event.tax,
        payable_minor=event.total,
        rounding_minor=event.rnd,
        told=tuple(Told(told.code, told.facts) for told in event.told),
        approved_by=None if event.ok is UNSET else bytes.fromhex(event.ok),
        again="" if event.again is UNSET else event.again,
        receipt="" if event.receipt is UNSET else event.receipt,
        again_till=b"" if event.till is UNSET else bytes.fromhex(event.till),
    )


def line_shown(line: SaleLine) -> events.Line:
    """A line as an event holds it."""
    return events.Line(
        n=line.number,
        product=line.product_id.hex(),
        sku=line.sku,
        name=line.name,
        unit=line.unit.value,
        qty=line.quantity_milli,
        price=line.unit_price_minor,
        gross=line.gross_minor,
        offers=line.offers,
        red=line.redeemed,
        net=line.net_minor,
        tc=line.tax_class,
        tr=(line.tax_rate.numerator, line.tax_rate.denominator),
        tm=line.tax_mode.value,
        tax=line.tax_minor,
        earn=line.earned,
        pay=line.paid or UNSET,
        list=_listed_shown(line.listed),
        fix=line.tax_fixed_minor or UNSET,
        shop_cost=line.shop_cost or UNSET,
    )


def sale_line(line: events.Line) -> SaleLine:
    """The line that an event holds."""
    return SaleLine(
        number=line.n,
        product_id=bytes.fromhex(line.product),
        sku=line.sku,
        name=line.name,
        unit=Unit(line.unit),
        quantity_milli=line.qty,
        unit_price_minor=line.price,
        gross_minor=line.gross,
        offers=line.offers,
        redeemed=line.red,
        net_minor=line.net,
        tax_class=line.tc,
        tax_rate=Ratio(*line.tr),
        tax_mode=TaxMode(line.tm),
        tax_minor=line.tax,
        earned=line.earn,
        paid=() if line.pay is UNSET else line.pay,
        listed=None if line.list is UNSET else ListPrice(*line.list),
        tax_fixed_minor=0 if line.fix is UNSET else line.fix,
        shop_cost=() if line.shop_cost is UNSET else line.shop_cost,
    )


def _listed_shown(listed: ListPrice | None) -> tuple[str, str, int] | UnsetType:
    return UNSET if listed is None else (listed.code, listed.name, listed.shelf_minor)


def offer_shown(offer: SaleOffer) -> events.Offer:
    """An offer as an event holds it."""
    return events.Offer(
        id=offer.offer_id,
        name=offer.name,
        amount=offer.amount_minor,
        src=UNSET if offer.source == PUBLIC else offer.source,
        right=UNSET if offer.right_id is None else offer.right_id.hex(),
        cost=UNSET if offer.cost is None else offer.cost,
    )


def sale_offer(offer: events.Offer) -> SaleOffer:
    """The offer that an event holds."""
    return SaleOffer(
        offer_id=offer.id,
        name=offer.name,
        amount_minor=offer.amount,
        source=PUBLIC if offer.src is UNSET else offer.src,
        right_id=None if offer.right is UNSET else bytes.fromhex(offer.right),
        cost=None if offer.cost is UNSET else offer.cost,
    )


def tax_shown(tax: SaleTax) -> events.Tax:
    """The tax of a class as an event holds it."""
    return events.Tax(
        tc=tax.tax_class,
        tr=(tax.rate.numerator, tax.rate.denominator),
        tm=tax.mode.value,
        base=tax.base_minor,
        tax=tax.tax_minor,
        fix=tax.fixed_minor or UNSET,
    )


def sale_tax(tax: events.Tax) -> SaleTax:
    """The tax of a class that an event holds."""
    return SaleTax(
        tax_class=tax.tc,
        rate=Ratio(*tax.tr),
        mode=TaxMode(tax.tm),
        base_minor=tax.base,
        tax_minor=tax.tax,
        fixed_minor=0 if tax.fix is UNSET else tax.fix,
    )


def tender_shown(tender: Tender) -> events.Pay:
    """A tender as an event holds it."""
    return events.Pay(
        n=tender.number,
        kind=tender.kind.value,
        amount=tender.amount_minor,
        given=tender.given_minor,
        change=tender.change_minor,
        rnd=tender.rounding_minor,
        ref=UNSET if tender.reference is None else tender.reference,
        acct=UNSET if tender.account_id is None else tender.account_id.hex(),
        stays=tender.stays_minor or UNSET,
        scheme=tender.scheme or UNSET,
    )


def tender_of(pay: events.Pay) -> Tender:
    """The tender that an event holds."""
    return Tender(
        number=pay.n,
        kind=TenderKind(pay.kind),
        amount_minor=pay.amount,
        given_minor=pay.given,
        change_minor=pay.change,
        rounding_minor=pay.rnd,
        reference=None if pay.ref is UNSET else pay.ref,
        account_id=None if pay.acct is UNSET else bytes.fromhex(pay.acct),
        stays_minor=0 if pay.stays is UNSET else pay.stays,
        scheme="" if pay.scheme is UNSET else pay.scheme,
    )


def points_shown(points: SalePoints) -> events.Points:
    """What an event did in one wallet, as it holds it."""
    return events.Points(
        wallet=points.wallet,
        name=points.wallet_name,
        scale=points.scale,
        earned=points.earned,
        redeemed=points.redeemed,
        redeemed_minor=points.redeemed_minor,
        balance=points.balance_after,
        pending=points.pending_after,
    )


def sale_points(points: events.Points) -> SalePoints:
    """What an event did in one wallet."""
    return SalePoints(
        wallet=points.wallet,
        wallet_name=points.name,
        scale=points.scale,
        earned=points.earned,
        redeemed=points.redeemed,
        redeemed_minor=points.redeemed_minor,
        balance_after=points.balance,
        pending_after=points.pending,
    )
