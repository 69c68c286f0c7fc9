"""Shifts, cash movements, counts and closings as events, and back: nothing is lost."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, UnsetType

from posloyalty.domain.shop.shift import CashCount, CashMove, Shift, ShiftClose
from posloyalty.domain.shop.shift_sums import SumKey, Sums, read_sum
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.sync.hlc import Hlc
from posloyalty.sync.shift_events import (
    CashCounted,
    CashMoved,
    ShiftClosed,
    ShiftOpen,
    ShiftSum,
)
from posloyalty.sync.shift_fold import FOLD


def open_event(shift: Shift, *, hlc: Hlc) -> ShiftOpen:
    """A shift that begins."""
    return ShiftOpen(
        id=shift.id.hex(),
        at=format_instant(shift.at),
        hlc=(hlc.ms, hlc.counter),
        actor=shift.operator_id.hex(),
        z=shift.number,
        day=shift.day.isoformat(),
        cur=shift.currency,
        cash=shift.float_minor,
    )


def shift_of(event: ShiftOpen) -> Shift:
    """The shift that an event opened."""
    return Shift(
        id=bytes.fromhex(event.id),
        number=event.z,
        at=parse_instant(event.at),
        day=date.fromisoformat(event.day),
        currency=event.cur,
        operator_id=_operator(event.actor),
        float_minor=event.cash,
    )


def move_event(move: CashMove, *, hlc: Hlc) -> CashMoved:
    """Cash that was put in or taken out."""
    return CashMoved(
        id=move.id.hex(),
        at=format_instant(move.at),
        hlc=(hlc.ms, hlc.counter),
        actor=move.operator_id.hex(),
        ok=_approver(move.approved_by),
        shift=move.shift_id.hex(),
        n=move.amount_minor,
        cause=move.cause,
    )


def move_of(event: CashMoved) -> CashMove:
    """The movement of an event."""
    return CashMove(
        id=bytes.fromhex(event.id),
        shift_id=bytes.fromhex(event.shift),
        at=parse_instant(event.at),
        operator_id=_operator(event.actor),
        amount_minor=event.n,
        cause=event.cause,
        approved_by=_approved(event.ok),
    )


def count_event(count: CashCount, *, hlc: Hlc) -> CashCounted:
    """A count of the drawer."""
    return CashCounted(
        id=count.id.hex(),
        at=format_instant(count.at),
        hlc=(hlc.ms, hlc.counter),
        actor=count.operator_id.hex(),
        shift=count.shift_id.hex(),
        turn=count.turn,
        pieces=count.pieces,
        total=count.total_minor,
        due=count.due_minor,
        within=count.within,
    )


def count_of(event: CashCounted) -> CashCount:
    """The count of an event."""
    return CashCount(
        id=bytes.fromhex(event.id),
        shift_id=bytes.fromhex(event.shift),
        at=parse_instant(event.at),
        operator_id=_operator(event.actor),
        turn=event.turn,
        pieces=event.pieces,
        due_minor=event.due,
        within=event.within,
    )


def close_event(close: ShiftClose, sums: Sums, *, hlc: Hlc) -> ShiftClosed:
    """The end of a shift with everything that its Z says."""
    return ShiftClosed(
        id=close.id.hex(),
        at=format_instant(close.at),
        hlc=(hlc.ms, hlc.counter),
        actor=close.operator_id.hex(),
        ok=_approver(close.approved_by),
        shift=close.shift_id.hex(),
        z=close.number,
        day=close.day.isoformat(),
        cur=close.currency,
        counted=close.counted_minor,
        due=close.due_minor,
        cause=close.cause or UNSET,
        sums=sums_shown(sums),
        fold=FOLD,
    )


def close_of(event: ShiftClosed) -> ShiftClose:
    """The closing of an event."""
    return ShiftClose(
        id=bytes.fromhex(event.id),
        shift_id=bytes.fromhex(event.shift),
        number=event.z,
        at=parse_instant(event.at),
        day=date.fromisoformat(event.day),
        currency=event.cur,
        operator_id=_operator(event.actor),
        counted_minor=event.counted,
        due_minor=event.due,
        cause=event.cause or "",
        approved_by=_approved(event.ok),
    )


def sums_shown(sums: Sums) -> tuple[ShiftSum, ...]:
    """Sums as an event holds them, in one order."""
    found = sorted(
        (((key.operator, *key.written), line) for key, line in sums.lines.items()),
        key=lambda one: one[0],
    )
    return tuple(
        ShiftSum(
            op=operator,
            k=kind,
            of=of or UNSET,
            name=line.name or UNSET,
            scale=line.scale or UNSET,
            c=line.count,
            n=line.amount,
        )
        for (operator, kind, of), line in found
    )


def sums_of(event: ShiftClosed) -> Sums:
    """The sums that a Z was printed from."""
    sums = Sums()
    for one in event.sums:
        sums.add(
            SumKey(one.op, *read_sum(one.k, one.of or "")),
            one.n,
            count=one.c,
            name=one.name or "",
            scale=one.scale or 0,
        )
    return sums


def _operator(actor: str | UnsetType) -> bytes:
    return b"" if actor is UNSET else bytes.fromhex(actor)


def _approver(operator_id: bytes | None) -> str | UnsetType:
    return UNSET if operator_id is None else operator_id.hex()


def _approved(ok: str | UnsetType) -> bytes | None:
    return None if ok is UNSET else bytes.fromhex(ok)
