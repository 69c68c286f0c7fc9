"""Shifts as they are stored, listed and booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from posloyalty.domain.shop.shift import CashCount, CashMove, Shift, ShiftClose
from posloyalty.domain.shop.shift_sums import Sums
from posloyalty.services.ports.journal import Appended
from posloyalty.services.ports.sales import PrintState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredShift:
    """A shift with the place of its first event in the journal."""

    shift: Shift
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClose:
    """A closed shift with everything that its Z says, and what is known of the paper."""

    shift: Shift
    close: ShiftClose
    sums: Sums
    seq: int
    printed: PrintState


class ShiftReads(Protocol):
    """Stored shifts."""

    def open(self) -> StoredShift | None:
        """The shift that is open, if any; there is at most one."""
        ...

    def last(self) -> StoredShift | None:
        """The newest shift, open or not."""
        ...

    def counts(self, shift_id: bytes) -> tuple[CashCount, ...]:
        """The counts of a shift, the first one first."""
        ...

    def moves(self, shift_id: bytes) -> tuple[CashMove, ...]:
        """The cash movements of a shift, the first one first."""
        ...

    def move(self, move_id: bytes) -> CashMove | None:
        """A cash movement by its id."""
        ...

    def closed(self, close_id: bytes) -> StoredClose | None:
        """A closed shift by the id of its closing."""
        ...

    def closes(self, *, limit: int) -> tuple[StoredClose, ...]:
        """The shifts that were closed, the newest first."""
        ...


class Shifts(ShiftReads, Protocol):
    """Writing shifts: one event and its row each."""

    def begin(self, shift: Shift) -> Appended:
        """A shift is opened."""
        ...

    def move_cash(self, move: CashMove, *, print_slip: bool = False) -> Appended:
        """Cash goes in or out; its slip is queued with it where the shop prints."""
        ...

    def count(self, count: CashCount) -> Appended:
        """The drawer was counted."""
        ...

    def end(self, close: ShiftClose, sums: Sums, *, print_z: bool = False) -> Appended:
        """A shift is closed; its Z is queued where the shop prints."""
        ...
