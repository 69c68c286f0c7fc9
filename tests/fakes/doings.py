"""Rights, meters, refunds and acts for tests of the book, each with as few words as can be."""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.shop.refund import Refund, RefundKind, Withheld
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift import CashCount, CashMove, Shift, ShiftClose
from posloyalty.domain.shop.shift_sums import SumKey, SumKind, Sums
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.ports import UnitOfWork
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from tests.fakes.book import Rig

TODAY = date(2026, 11, 22)


def a_plan(rig: Rig, event_id: bytes) -> EventPlan:
    """The plan of an event of now."""
    return EventPlan(event_id=event_id, at=rig.clock.now(), day=TODAY, programme_id="demo")


def a_refund(
    unit: UnitOfWork, rig: Rig, sale: Sale, *, lines: tuple[int, ...] = (1,), withheld: int = 0
) -> Refund:
    """Whole lines of a sale taken back, at the unit's next place."""
    gone = tuple(line for line in sale.lines if line.number in lines)
    total = sum(line.net_minor for line in gone) - withheld
    return Refund(
        id=rig.ids.new_id(),
        number=unit.journal.place().number,
        at=rig.clock.now(),
        day=sale.day,
        currency=sale.currency,
        operator_id=sale.operator_id,
        member_id=sale.member_id,
        sale_id=sale.id,
        of_number=sale.number,
        kind=RefundKind.RETURN,
        cause="too_small",
        faulty=False,
        programme_id=sale.programme_id,
        programme_version=sale.programme_version,
        programme_hash=sale.programme_hash,
        lines=gone,
        offers=sale.offers,
        taxes=sale.taxes,
        withheld=(Withheld("POINTS_SPENT", withheld),) if withheld else (),
        tenders=(Tender(number=1, kind=TenderKind.CASH, amount_minor=total, given_minor=total),),
        points=sale.points,
        gross_minor=sum(line.gross_minor for line in gone),
        offers_minor=sum(line.gross_minor - line.net_minor for line in gone),
        redeemed_minor=0,
        tax_minor=0,
        total_minor=total,
        rounding_minor=0,
    )


def an_act(
    unit: UnitOfWork,
    rig: Rig,
    event_id: bytes,
    does: Consequences,
    *,
    kind: str = "event",
    member_id: bytes | None = None,
) -> events.Act:
    """An act of now with what it does."""
    stamp = unit.journal.stamp()
    return events.Act(
        id=event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        kind=kind,
        what="survey-done",
        day=TODAY.isoformat(),
        member=events.UNSET if member_id is None else member_id.hex(),
        post=posts(does.transfers),
        tiers=tiers_met(does.tiers),
        rights=rights_changed(does.rights),
        meters=counted(does.meters, member_id=member_id, at=rig.clock.now()),
    )


def a_payment(unit: UnitOfWork, rig: Rig, sale_id: bytes, step: str = "asked") -> events.Payment:
    """The first step of a payment of now."""
    stamp = unit.journal.stamp()
    payment_id = rig.ids.new_id().hex()
    return events.Payment(
        id=payment_id,
        at=stamp.at,
        hlc=stamp.hlc,
        pay=payment_id,
        sale=sale_id.hex(),
        kind="card",
        n=1_000,
        cur="CNY",
        term="simulator",
        step=step,
    )


def a_trusted_till(unit: UnitOfWork, rig: Rig) -> events.TillTrust:
    """Another till of the shop, believed from now on."""
    stamp = unit.journal.stamp()
    return events.TillTrust(
        id=rig.ids.new_id().hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        move="trust",
        till="5a" * 16,
        store="S01",
        code="T09",
        name="人民路店",
        cert="3082",
    )


def a_closed_shift(unit: UnitOfWork, rig: Rig, *, print_z: bool = False) -> ShiftClose:
    """A shift of 500.00, of which 100.00 were taken out, counted and closed."""
    at, who, shift_id = rig.clock.now(), b"O" * 16, rig.ids.new_id()
    unit.shifts.begin(
        Shift(
            id=shift_id,
            number=1,
            at=at,
            day=TODAY,
            currency="CNY",
            operator_id=who,
            float_minor=50_000,
        )
    )
    unit.shifts.move_cash(
        CashMove(
            id=rig.ids.new_id(),
            shift_id=shift_id,
            at=at,
            operator_id=who,
            amount_minor=-10_000,
            cause="safe",
        )
    )
    unit.shifts.count(
        CashCount(
            id=rig.ids.new_id(),
            shift_id=shift_id,
            at=at,
            operator_id=who,
            turn=1,
            pieces=((10_000, 4),),
            due_minor=40_000,
            within=True,
        )
    )
    sums = Sums()
    sums.add(SumKey(who.hex(), SumKind.FLOAT), 50_000)
    sums.add(SumKey(who.hex(), SumKind.CASH_OUT, "safe"), 10_000)
    sums.add(SumKey(who.hex(), SumKind.COUNT), 40_000)
    close = ShiftClose(
        id=rig.ids.new_id(),
        shift_id=shift_id,
        number=1,
        at=at,
        day=TODAY,
        currency="CNY",
        operator_id=who,
        counted_minor=40_000,
        due_minor=40_000,
    )
    unit.shifts.end(close, sums, print_z=print_z)
    return close
