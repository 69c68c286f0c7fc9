"""A sale and its postings as an event, and back: nothing is lost and nothing is reckoned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import UNSET, UnsetType

from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import Sale, SaleLine, SaleOffer, SalePoints, SaleTax
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.domain.values.ratio import Ratio
from posloyalty.sync import events
from posloyalty.sync.hlc import Hlc


@dataclass(frozen=True, slots=True)
class MetTier:
    """A level that a member met; storage keeps the newest per member, scheme and level."""

    member_id: bytes
    holding: TierHolding


def sale_event(
    sale: Sale,
    *,
    hlc: Hlc,
    transfers: Sequence[Transfer],
    tiers: Sequence[MetTier],
    srv: events.ServerTime | UnsetType = UNSET,
) -> events.Sale:
    """The event of a sale, its transfers and the tier levels it met."""
    return events.Sale(
        id=sale.id.hex(),
        at=format_instant(sale.at),
        hlc=(hlc.ms, hlc.counter),
        srv=srv,
        actor=sale.operator_id.hex(),
        pi=sale.programme_id,
        pv=sale.programme_version,
        ph=sale.programme_hash.hex(),
        no=sale.number,
        day=sale.day.isoformat(),
        cur=sale.currency,
        member=UNSET if sale.member_id is None else sale.member_id.hex(),
        proof=UNSET if sale.proof is None else sale.proof,
        lines=tuple(_line(line) for line in sale.lines),
        offers=tuple(
            events.Offer(id=offer.offer_id, name=offer.name, amount=offer.amount_minor)
            for offer in sale.offers
        ),
        taxes=tuple(
            events.Tax(
                tc=tax.tax_class,
                tr=(tax.rate.numerator, tax.rate.denominator),
                tm=tax.mode.value,
                base=tax.base_minor,
                tax=tax.tax_minor,
            )
            for tax in sale.taxes
        ),
        pays=tuple(_pay(tender) for tender in sale.tenders),
        points=tuple(_points(points) for points in sale.points),
        post=posts(transfers),
        tiers=tiers_met(tiers),
        gross=sale.gross_minor,
        off=sale.offers_minor,
        red=sale.redeemed_minor,
        tax=sale.tax_minor,
        total=sale.payable_minor,
        rnd=sale.rounding_minor,
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
        lines=tuple(_sale_line(line) for line in event.lines),
        offers=tuple(
            SaleOffer(offer_id=offer.id, name=offer.name, amount_minor=offer.amount)
            for offer in event.offers
        ),
        taxes=tuple(
            SaleTax(
                tax_class=tax.tc,
                rate=Ratio(*tax.tr),
                mode=TaxMode(tax.tm),
                base_minor=tax.base,
                tax_minor=tax.tax,
            )
            for tax in event.taxes
        ),
        tenders=tuple(_tender(pay) for pay in event.pays),
        points=tuple(_sale_points(points) for points in event.points),
        gross_minor=event.gross,
        offers_minor=event.off,
        redeemed_minor=event.red,
        tax_minor=event.tax,
        payable_minor=event.total,
        rounding_minor=event.rnd,
    )


def posts(transfers: Iterable[Transfer]) -> tuple[events.Post, ...]:
    """Transfers as an event holds them, in their order."""
    return tuple(_post(transfer) for transfer in transfers)


def transfers_of(post: Iterable[events.Post], *, event_id: bytes) -> tuple[Transfer, ...]:
    """The transfers that an event posted."""
    return tuple(_transfer(one, event_id) for one in post)


def tiers_met(tiers: Iterable[MetTier]) -> tuple[events.TierMet, ...]:
    """Tier levels as an event holds them."""
    return tuple(
        events.TierMet(
            member=met.member_id.hex(),
            scheme=met.holding.scheme,
            level=met.holding.level,
            met=met.holding.met_on.isoformat(),
            through=met.holding.through.isoformat(),
        )
        for met in tiers
    )


def tiers_of(tiers: Iterable[events.TierMet]) -> tuple[MetTier, ...]:
    """The tier levels that an event met."""
    return tuple(
        MetTier(
            bytes.fromhex(met.member),
            TierHolding(
                scheme=met.scheme,
                level=met.level,
                met_on=date.fromisoformat(met.met),
                through=date.fromisoformat(met.through),
            ),
        )
        for met in tiers
    )


def _line(line: SaleLine) -> events.Line:
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
    )


def _sale_line(line: events.Line) -> SaleLine:
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
    )


def _pay(tender: Tender) -> events.Pay:
    return events.Pay(
        n=tender.number,
        kind=tender.kind.value,
        amount=tender.amount_minor,
        given=tender.given_minor,
        change=tender.change_minor,
        rnd=tender.rounding_minor,
        ref=UNSET if tender.reference is None else tender.reference,
    )


def _tender(pay: events.Pay) -> Tender:
    return Tender(
        number=pay.n,
        kind=TenderKind(pay.kind),
        amount_minor=pay.amount,
        given_minor=pay.given,
        change_minor=pay.change,
        rounding_minor=pay.rnd,
        reference=None if pay.ref is UNSET else pay.ref,
    )


def _points(points: SalePoints) -> events.Points:
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


def _sale_points(points: events.Points) -> SalePoints:
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


def _post(transfer: Transfer) -> events.Post:
    if transfer.debit.ledger != transfer.credit.ledger:
        raise ValueError("the two sides of a transfer belong to one ledger")
    opens = transfer.opens
    return events.Post(
        id=transfer.id.hex(),
        code=transfer.code.value,
        ledger=transfer.debit.ledger,
        dr=_side(transfer.debit),
        cr=_side(transfer.credit),
        n=transfer.amount,
        opens=UNSET if opens is None else _lot_opened(opens, transfer),
        uses=tuple((use.lot_id.hex(), use.amount) for use in transfer.uses) or UNSET,
        link=UNSET if transfer.link is None else transfer.link.hex(),
    )


def _lot_opened(lot: Lot, transfer: Transfer) -> events.LotOpened:
    # A lot opens whole and on the credit side; what the same event takes from it again is a use.
    if lot.account != transfer.credit or lot.original != transfer.amount:
        raise ValueError("a transfer opens a lot of its own amount on its credit side")
    return events.LotOpened(
        id=lot.id.hex(),
        earned=lot.earned_on.isoformat(),
        usable=UNSET if lot.usable_from is None else lot.usable_from.isoformat(),
        last=UNSET if lot.last_day is None else lot.last_day.isoformat(),
    )


def _transfer(post: events.Post, event_id: bytes) -> Transfer:
    credit = _account(post.ledger, post.cr)
    opens = None
    if post.opens is not UNSET:
        lot = post.opens
        opens = Lot(
            id=bytes.fromhex(lot.id),
            account=credit,
            original=post.n,
            remaining=post.n,
            earned_on=date.fromisoformat(lot.earned),
            usable_from=None if lot.usable is UNSET else date.fromisoformat(lot.usable),
            last_day=None if lot.last is UNSET else date.fromisoformat(lot.last),
        )
    uses = () if post.uses is UNSET else post.uses
    return Transfer(
        id=bytes.fromhex(post.id),
        code=TransferCode(post.code),
        debit=_account(post.ledger, post.dr),
        credit=credit,
        amount=post.n,
        event_id=event_id,
        opens=opens,
        uses=tuple(LotUse(bytes.fromhex(lot_id), amount) for lot_id, amount in uses),
        link=None if post.link is UNSET else bytes.fromhex(post.link),
    )


def _side(account: Account) -> tuple[str, ...]:
    kind = account.kind.value
    return (kind, account.owner.hex()) if account.owner else (kind,)


def _account(ledger: str, side: tuple[str, ...]) -> Account:
    owner = bytes.fromhex(side[1]) if len(side) > 1 else b""
    return Account(ledger, AccountKind(side[0]), owner)
