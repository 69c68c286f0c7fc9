"""A refund and what it does as an event, and back: nothing is lost and nothing is reckoned."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, UnsetType

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.shop.refund import Refund, RefundKind, Withheld
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.hlc import Hlc
from posloyalty.sync.sale_event import (
    line_shown,
    offer_shown,
    points_shown,
    sale_line,
    sale_offer,
    sale_points,
    sale_tax,
    tax_shown,
    tender_of,
    tender_shown,
)


def refund_event(
    refund: Refund,
    *,
    hlc: Hlc,
    does: Consequences = NO_CONSEQUENCES,
    srv: events.ServerTime | UnsetType = UNSET,
) -> events.Refund:
    """The event of a refund and of everything that it does."""
    return events.Refund(
        id=refund.id.hex(),
        at=format_instant(refund.at),
        hlc=(hlc.ms, hlc.counter),
        srv=srv,
        actor=refund.operator_id.hex(),
        pi=refund.programme_id,
        pv=refund.programme_version,
        ph=refund.programme_hash.hex(),
        no=refund.number,
        day=refund.day.isoformat(),
        cur=refund.currency,
        sale=refund.sale_id.hex(),
        of=refund.of_number,
        receipt=refund.receipt or UNSET,
        seen=refund.seen or UNSET,
        kind=refund.kind.value,
        cause=refund.cause,
        faulty=refund.faulty,
        member=UNSET if refund.member_id is None else refund.member_id.hex(),
        lines=tuple(line_shown(line) for line in refund.lines),
        offers=tuple(offer_shown(offer) for offer in refund.offers),
        taxes=tuple(tax_shown(tax) for tax in refund.taxes),
        held=tuple(
            events.Withheld(code=kept.code, n=kept.amount_minor, what=kept.what or UNSET)
            for kept in refund.withheld
        ),
        pays=tuple(tender_shown(tender) for tender in refund.tenders),
        points=tuple(points_shown(points) for points in refund.points),
        post=posts(does.transfers),
        tiers=tiers_met(does.tiers),
        rights=rights_changed(does.rights),
        meters=counted(does.meters, member_id=refund.member_id, at=refund.at),
        gross=refund.gross_minor,
        off=refund.offers_minor,
        red=refund.redeemed_minor,
        tax=refund.tax_minor,
        total=refund.total_minor,
        rnd=refund.rounding_minor,
        told=tuple(events.Told(code=told.code, facts=told.facts) for told in refund.told),
        ok=UNSET if refund.approved_by is None else refund.approved_by.hex(),
    )


def refund_of(event: events.Refund) -> Refund:
    """The refund that an event holds."""
    return Refund(
        id=bytes.fromhex(event.id),
        number=event.no,
        at=parse_instant(event.at),
        day=date.fromisoformat(event.day),
        currency=event.cur,
        operator_id=b"" if event.actor is UNSET else bytes.fromhex(event.actor),
        member_id=None if event.member is UNSET else bytes.fromhex(event.member),
        sale_id=bytes.fromhex(event.sale),
        of_number=event.of,
        receipt="" if event.receipt is UNSET else event.receipt,
        seen="" if event.seen is UNSET else event.seen,
        kind=RefundKind(event.kind),
        cause=event.cause,
        faulty=event.faulty,
        programme_id=event.pi,
        programme_version=event.pv,
        programme_hash=bytes.fromhex(event.ph),
        lines=tuple(sale_line(line) for line in event.lines),
        offers=tuple(sale_offer(offer) for offer in event.offers),
        taxes=tuple(sale_tax(tax) for tax in event.taxes),
        withheld=tuple(
            Withheld(kept.code, kept.n, "" if kept.what is UNSET else kept.what)
            for kept in event.held
        ),
        tenders=tuple(tender_of(one) for one in event.pays),
        points=tuple(sale_points(points) for points in event.points),
        gross_minor=event.gross,
        offers_minor=event.off,
        redeemed_minor=event.red,
        tax_minor=event.tax,
        total_minor=event.total,
        rounding_minor=event.rnd,
        told=tuple(Told(told.code, told.facts) for told in event.told),
        approved_by=None if event.ok is UNSET else bytes.fromhex(event.ok),
    )
