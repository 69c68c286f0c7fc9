"""Shifts on disk: one event and one row each; what a row leaves out is read from its event."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, func, select

from posloyalty.domain.shop.shift import CashCount, CashMove, Shift, ShiftClose
from posloyalty.domain.shop.shift_sums import Sums
from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.ports import Appended, PrintState, StoredClose, StoredShift
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.repositories.sales import printed_state
from posloyalty.storage.shift_tables import CASH_COUNT, CASH_MOVE, SHIFT, SHIFT_CLOSE
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import JOURNAL_EVENT, PRINT_JOB
from posloyalty.sync import events
from posloyalty.sync.hlc import Hlc
from posloyalty.sync.shift_event import (
    close_event,
    close_of,
    count_event,
    count_of,
    move_event,
    move_of,
    open_event,
    shift_of,
    sums_of,
)

E = TypeVar("E", bound=events.Event)

_INSERT = Insert(SHIFT)
_INSERT_MOVE = Insert(CASH_MOVE)
_INSERT_COUNT = Insert(CASH_COUNT)
_INSERT_CLOSE = Insert(SHIFT_CLOSE)
_INSERT_JOB = Insert(PRINT_JOB)


def _bodies(of: Table) -> Any:
    return select(JOURNAL_EVENT.c.body, of.c.seq).select_from(
        of.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == of.c.seq)
    )


_NEWEST = _bodies(SHIFT).where(SHIFT.c.seq == select(func.max(SHIFT.c.seq)).scalar_subquery())
_LAST = Statement(_NEWEST)
# Asked at every quote: no row of a shop that has no shift, and one step along the key.
_OPEN = Statement(
    _NEWEST.where(~select(SHIFT_CLOSE.c.seq).where(SHIFT_CLOSE.c.shift_id == SHIFT.c.id).exists())
)
_BY_ID = Statement(_bodies(SHIFT).where(SHIFT.c.id == bindparam("shift")))
_MOVES = Statement(
    _bodies(CASH_MOVE).where(CASH_MOVE.c.shift_id == bindparam("shift")).order_by(CASH_MOVE.c.seq)
)
_MOVE = Statement(_bodies(CASH_MOVE).where(CASH_MOVE.c.id == bindparam("move")))
_COUNTS = Statement(
    _bodies(CASH_COUNT)
    .where(CASH_COUNT.c.shift_id == bindparam("shift"))
    .order_by(CASH_COUNT.c.round)
)
_PRINTED = (
    select(PRINT_JOB.c.state)
    .where(PRINT_JOB.c.seq == SHIFT_CLOSE.c.seq)
    .order_by(PRINT_JOB.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("printed")
)
_CLOSES = _bodies(SHIFT_CLOSE).add_columns(_PRINTED)
_CLOSE = Statement(_CLOSES.where(SHIFT_CLOSE.c.id == bindparam("close")))
_LATEST = Statement(
    _CLOSES.where(SHIFT_CLOSE.c.seq > 0).order_by(SHIFT_CLOSE.c.seq.desc()).limit(bindparam("most"))
)


class ShiftReads:
    """Reading shifts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self) -> StoredShift | None:
        """The shift that is open, if any."""
        return _stored(_OPEN.run(self._connection).first())

    def last(self) -> StoredShift | None:
        """The newest shift, open or not."""
        return _stored(_LAST.run(self._connection).first())

    def counts(self, shift_id: bytes) -> tuple[CashCount, ...]:
        """The counts of a shift, the first one first."""
        rows = _COUNTS.run(self._connection, shift=shift_id)
        return tuple(count_of(_event(row, events.CashCounted)) for row in rows)

    def moves(self, shift_id: bytes) -> tuple[CashMove, ...]:
        """The cash movements of a shift, the first one first."""
        rows = _MOVES.run(self._connection, shift=shift_id)
        return tuple(move_of(_event(row, events.CashMoved)) for row in rows)

    def move(self, move_id: bytes) -> CashMove | None:
        """A cash movement by its id."""
        row = _MOVE.run(self._connection, move=move_id).first()
        return None if row is None else move_of(_event(row, events.CashMoved))

    def closed(self, close_id: bytes) -> StoredClose | None:
        """A closed shift by the id of its closing."""
        row = _CLOSE.run(self._connection, close=close_id).first()
        return None if row is None else self._closed(row)

    def closes(self, *, limit: int) -> tuple[StoredClose, ...]:
        """The shifts that were closed, the newest first."""
        return tuple(self._closed(row) for row in _LATEST.run(self._connection, most=limit))

    def _closed(self, row: Any) -> StoredClose:
        event = _event(row, events.ShiftClosed)
        opened = _stored(_BY_ID.run(self._connection, shift=bytes.fromhex(event.shift)).first())
        if opened is None:
            raise events.BadEvent("a shift was closed that nobody opened")
        return StoredClose(
            shift=opened.shift,
            close=close_of(event),
            sums=sums_of(event),
            seq=row.seq,
            printed=printed_state(row.printed),
        )


class Shifts(ShiftReads):
    """Writing shifts."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        super().__init__(connection)
        self._journal = journal

    def begin(self, shift: Shift) -> Appended:
        """A shift is opened."""
        appended = self._journal.append(open_event(shift, hlc=self._stamp()))
        _INSERT.one(self._connection, *shift_row(appended.seq, shift))
        return appended

    def move_cash(self, move: CashMove, *, print_slip: bool = False) -> Appended:
        """Cash goes in or out; its slip is queued where the shop prints."""
        appended = self._journal.append(move_event(move, hlc=self._stamp()))
        _INSERT_MOVE.one(self._connection, *move_row(appended.seq, move))
        if print_slip:
            self._queue(appended.seq)
        return appended

    def count(self, count: CashCount) -> Appended:
        """The drawer was counted."""
        appended = self._journal.append(count_event(count, hlc=self._stamp()))
        _INSERT_COUNT.one(self._connection, *count_row(appended.seq, count))
        return appended

    def end(self, close: ShiftClose, sums: Sums, *, print_z: bool = False) -> Appended:
        """A shift is closed; its Z is queued where the shop prints."""
        appended = self._journal.append(close_event(close, sums, hlc=self._stamp()))
        _INSERT_CLOSE.one(self._connection, *close_row(appended.seq, close))
        if print_z:
            self._queue(appended.seq)
        return appended

    def _queue(self, seq: int) -> None:
        _INSERT_JOB.one(self._connection, None, seq, 0, PrintState.WAITING.value, 0, "")

    def _stamp(self) -> Hlc:
        return Hlc(*self._journal.stamp().hlc)


def shift_row(seq: int, shift: Shift) -> tuple[object, ...]:
    """The row of `shift`, in the table's column order."""
    return (
        seq,
        shift.id,
        shift.number,
        format_instant(shift.at),
        shift.day.isoformat(),
        shift.currency,
        shift.operator_id,
        shift.float_minor,
    )


def move_row(seq: int, move: CashMove) -> tuple[object, ...]:
    """The row of `cash_move`."""
    return (
        seq,
        move.id,
        move.shift_id,
        format_instant(move.at),
        move.operator_id,
        move.amount_minor,
        move.cause,
        move.approved_by,
    )


def count_row(seq: int, count: CashCount) -> tuple[object, ...]:
    """The row of `cash_count`."""
    return (
        seq,
        count.id,
        count.shift_id,
        format_instant(count.at),
        count.operator_id,
        count.turn,
        count.total_minor,
        count.due_minor,
        int(count.within),
    )


def close_row(seq: int, close: ShiftClose) -> tuple[object, ...]:
    """The row of `shift_close`."""
    return (
        seq,
        close.id,
        close.shift_id,
        format_instant(close.at),
        close.operator_id,
        close.counted_minor,
        close.due_minor,
        close.cause,
        close.approved_by,
    )


def _stored(row: Any) -> StoredShift | None:
    if row is None:
        return None
    return StoredShift(shift=shift_of(_event(row, events.ShiftOpen)), seq=row.seq)


def _event(row: Any, shape: type[E]) -> E:
    event = events.decode(row.body)
    if not isinstance(event, shape):
        raise events.BadEvent(f"the event of a row is no {events.kind_of(shape)}")
    return event
