"""Shifts: open with a float, cash in and out, a blind count, X and the closing with its Z.

Shape: every act is one transaction of one event, its row and, at the closing, the print job of the
Z. What the drawer should hold and everything that X and Z say is a fold of the journal since the
shift was opened; the closing keeps it in its event, so that a copy says the same for ever. Nothing
here needs a network, and nothing here is needed to sell: without a shift the till sells on.

Whoever counts is told whether the count is near enough and nothing else. `report` and what a
`CountTold` says of amounts are for whoever may see takings, until the count is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.shift import (
    CAUSES_IN,
    CAUSES_OUT,
    CashCount,
    CashMove,
    CountStage,
    DifferenceCause,
    Pieces,
    Shift,
    ShiftClose,
    stage_of,
    total_of,
)
from posloyalty.domain.shop.shift_sums import Sums
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.ports import (
    Reader,
    StoredClose,
    StoredShift,
    UnitOfWork,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.shift_fold import fold_event

AMOUNT_MOST: Final = 10**12
CLOSES_MOST: Final = 60

MayClose = Callable[[Operator, int], bool]
"""Whether somebody may close a shift with a difference, in minor units, by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftView:
    """The open shift for the screen: nothing in it tells what the drawer should hold."""

    shift: Shift
    opened_by: str
    stage: CountStage
    counts: tuple[CashCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReport:
    """What the open shift comes to so far, for an X and for the comparison after the count."""

    shift: Shift
    at: datetime
    sums: Sums
    counts: tuple[CashCount, ...]

    @property
    def due_minor(self) -> int:
        """What the drawer should hold now."""
        return self.sums.drawer_minor

    @property
    def counted_minor(self) -> int | None:
        """The locked count with what moved cash since; None before."""
        if stage_of(self.counts) is not CountStage.LOCKED:
            return None
        return self.due_minor + self.counts[-1].difference_minor


class Shifts(Grounded):
    """The shifts of this till."""

    def __init__(
        self,
        ground: Ground,
        *,
        may_close: MayClose,
        pieces: Callable[[], tuple[int, ...]],
        wallets: Callable[[], Mapping[str, tuple[str, int]]],
    ) -> None:
        super().__init__(ground)
        self._may_close = may_close
        self._pieces = pieces
        self._wallets = wallets

    # --- asking ---

    def current(self) -> ShiftView | None:
        """The open shift, if any."""
        with self._book.read() as reader:
            stored = reader.shifts.open()
            if stored is None:
                return None
            counts = reader.shifts.counts(stored.shift.id)
            who = reader.people.by_id(stored.shift.operator_id)
        return ShiftView(
            shift=stored.shift,
            opened_by="" if who is None else who.name,
            stage=stage_of(counts),
            counts=counts,
        )

    def pieces(self) -> tuple[int, ...]:
        """The notes and coins of the shop's currency in minor units, the largest first."""
        return self._pieces()

    def last_float(self) -> int:
        """The float that the newest shift began with, to be offered again; 0 before the first."""
        with self._book.read() as reader:
            last = reader.shifts.last()
        return 0 if last is None else last.shift.float_minor

    def closed(self, close_id: bytes) -> StoredClose:
        """A closed shift. Raises `ServiceRefusal` NO_SUCH_SHIFT."""
        with self._book.read() as reader:
            found = reader.shifts.closed(close_id)
        if found is None:
            raise ServiceRefusal("NO_SUCH_SHIFT")
        return found

    def closes(self, *, limit: int = CLOSES_MOST) -> tuple[StoredClose, ...]:
        """The shifts that were closed, the newest first."""
        with self._book.read() as reader:
            return reader.shifts.closes(limit=min(limit, CLOSES_MOST))

    def report(self) -> ShiftReport:
        """What the open shift comes to so far. Raises `ServiceRefusal` NO_SHIFT."""
        wallets = self._wallets()
        with self._book.read() as reader:
            stored = _open(reader)
            sums = sums_since(reader, stored)
            counts = reader.shifts.counts(stored.shift.id)
        sums.name_wallets(wallets)
        return ShiftReport(shift=stored.shift, at=self._now(), sums=sums, counts=counts)

    # --- doing ---

    def open(self, float_minor: int, operator: Operator, *, at: datetime | None = None) -> Shift:
        """Begin a shift. Raises `ServiceRefusal` SHIFT_IS_OPEN, AMOUNT_RANGE."""
        if not 0 <= float_minor <= AMOUNT_MOST:
            raise ServiceRefusal("AMOUNT_RANGE")
        rules, at = self._rules(), self._now(at)
        with self._book.write() as unit:
            last = unit.shifts.last()
            if unit.shifts.open() is not None:
                raise ServiceRefusal("SHIFT_IS_OPEN")
            shift = Shift(
                id=self._ids.new_id(),
                number=1 if last is None else last.shift.number + 1,
                at=at,
                day=store_day(at, rules.zone, rules.cutoff),
                currency=rules.currency.code,
                operator_id=operator.id,
                float_minor=float_minor,
            )
            unit.shifts.begin(shift)
            unit.commit()
        return shift

    def new_move_id(self) -> bytes:
        """An id for a cash movement, made once and kept, so that nothing is booked twice."""
        return self._ids.new_id()

    def move_cash(
        self,
        move_id: bytes,
        amount_minor: int,
        cause: str,
        operator: Operator,
        *,
        approver: Operator | None = None,
    ) -> CashMove:
        """Put cash in (above zero) or take it out. The same id again books nothing.

        Raises `ServiceRefusal` NO_SHIFT, AMOUNT_RANGE or REASON_NEEDED.
        """
        if not 0 < abs(amount_minor) <= AMOUNT_MOST:
            raise ServiceRefusal("AMOUNT_RANGE")
        if cause not in (CAUSES_IN if amount_minor > 0 else CAUSES_OUT):
            raise ServiceRefusal("REASON_NEEDED")
        with self._book.write() as unit:
            known = unit.shifts.move(move_id)
            if known is not None:
                return known
            move = CashMove(
                id=move_id,
                shift_id=_open(unit).shift.id,
                at=self._now(),
                operator_id=operator.id,
                amount_minor=amount_minor,
                cause=cause,
                approved_by=None if approver is None else approver.id,
            )
            unit.shifts.move_cash(move, print_slip=self._rules().print_receipts)
            unit.commit()
        return move

    def count(self, pieces: Pieces, operator: Operator) -> CashCount:
        """Keep a count of the drawer: the first one, or the one recount of it.

        Raises `ServiceRefusal` NO_SHIFT, COUNT_LOCKED, AMOUNT_RANGE.
        """
        if any(worth <= 0 or number < 0 for worth, number in pieces):
            raise ServiceRefusal("AMOUNT_RANGE")
        total = total_of(pieces)
        if total > AMOUNT_MOST:
            raise ServiceRefusal("AMOUNT_RANGE")
        with self._book.write() as unit:
            stored = _open(unit)
            before = unit.shifts.counts(stored.shift.id)
            if stage_of(before) is CountStage.LOCKED:
                raise ServiceRefusal("COUNT_LOCKED")
            due = sums_since(unit, stored).drawer_minor
            count = CashCount(
                id=self._ids.new_id(),
                shift_id=stored.shift.id,
                at=self._now(),
                operator_id=operator.id,
                turn=len(before) + 1,
                pieces=tuple((worth, number) for worth, number in pieces if number),
                due_minor=due,
                within=self._may_close(operator, total - due),
            )
            unit.shifts.count(count)
            unit.commit()
        return count

    def close(
        self, operator: Operator, *, cause: str = "", approver: Operator | None = None
    ) -> StoredClose:
        """End the shift and queue its Z.

        Raises `ServiceRefusal` NO_SHIFT, NOT_COUNTED, REASON_NEEDED when there is a difference that
        nobody gave a reason for, or NOT_ALLOWED when neither may let it pass.
        """
        rules, wallets = self._rules(), self._wallets()
        with self._book.write() as unit:
            stored = _open(unit)
            counts = unit.shifts.counts(stored.shift.id)
            if stage_of(counts) is not CountStage.LOCKED:
                raise ServiceRefusal("NOT_COUNTED")
            difference = counts[-1].difference_minor
            self._check_difference(operator, approver, difference, cause)
            sums = sums_since(unit, stored)
            sums.name_wallets(wallets)
            close = ShiftClose(
                id=self._ids.new_id(),
                shift_id=stored.shift.id,
                number=stored.shift.number,
                at=self._now(),
                day=stored.shift.day,
                currency=stored.shift.currency,
                operator_id=operator.id,
                counted_minor=sums.drawer_minor + difference,
                due_minor=sums.drawer_minor,
                cause=cause,
                approved_by=None if approver is None else approver.id,
            )
            unit.shifts.end(close, sums, print_z=rules.print_receipts)
            found = unit.shifts.closed(close.id)
            unit.commit()
        assert found is not None  # it was written in this very unit
        return found

    def _check_difference(
        self, operator: Operator, approver: Operator | None, difference: int, cause: str
    ) -> None:
        if self._may_close(operator, difference):
            return
        if cause not in tuple(DifferenceCause):
            raise ServiceRefusal("REASON_NEEDED")
        if approver is None or not self._may_close(approver, difference):
            raise ServiceRefusal("NOT_ALLOWED", name=(approver or operator).name)


def sums_since(reader: Reader | UnitOfWork, stored: StoredShift) -> Sums:
    """What a shift comes to up to the journal's last event."""
    kinds: dict[bytes, str] = {}

    def kind_of(right_id: bytes) -> str:
        if right_id not in kinds:
            right = reader.ledger.right(right_id)
            kinds[right_id] = "" if right is None else right.kind
        return kinds[right_id]

    sums = Sums()
    for event in reader.journal.events(after_seq=stored.seq - 1):
        fold_event(sums, events.decode(event.body), kind_of)
    return sums


def _open(reader: Reader | UnitOfWork) -> StoredShift:
    stored = reader.shifts.open()
    if stored is None:
        raise ServiceRefusal("NO_SHIFT")
    return stored
