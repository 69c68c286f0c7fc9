"""A shift: the time from one float to one Z at a till, with the cash that went in and out beside
the sales, and the blind counts at its end.

Shape: `Shift` opens it, `CashMove`s and `CashCount`s belong to it, `ShiftClose` ends it; each is
one event and never changes. Amounts are minor units of the shift's currency. What the drawer should
hold is never stored as truth: it is the float and everything that moved cash since.

The count is blind. Whoever counted is told whether the count is near enough, nothing
else; a count that is not is made once more. Then the count is locked and the amounts are shown. All
this follows from the counts alone, so that starting the till anew gives nobody another try.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

COUNTS_MOST: Final = 2
Pieces = tuple[tuple[int, int], ...]
"""How many of each denomination there are: (minor units of one, how many), the largest first."""


class CashCause(StrEnum):
    """Why cash goes into the drawer or out of it beside sales; words of area "shift"."""

    CHANGE = "change"
    SAFE = "safe"
    BANK = "bank"
    EXPENSE = "expense"
    OTHER = "other"


class DifferenceCause(StrEnum):
    """Why the cash is not what it should be, as far as anybody knows; words of area "shift"."""

    WRONG_CHANGE = "wrong_change"
    NOT_RUNG = "not_rung"
    UNKNOWN = "unknown"
    OTHER = "other"


CAUSES_IN: Final = (CashCause.CHANGE, CashCause.SAFE, CashCause.BANK, CashCause.OTHER)
CAUSES_OUT: Final = (CashCause.SAFE, CashCause.BANK, CashCause.EXPENSE, CashCause.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A shift as it was opened. `number` counts the shifts of this till from 1 and is its Z's.

    `day` is the business day to which everything in it belongs, also after midnight.
    """

    id: bytes
    number: int
    at: datetime
    day: date
    currency: str
    operator_id: bytes
    float_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMove:
    """Cash into the drawer (above zero) or out of it, and why."""

    id: bytes
    shift_id: bytes
    at: datetime
    operator_id: bytes
    amount_minor: int
    cause: str
    approved_by: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashCount:
    """One count of the drawer: the pieces, and what the drawer should have held at that moment.

    `within`: whether whoever counted may close with the difference by themselves, as they were
    told.
    """

    id: bytes
    shift_id: bytes
    at: datetime
    operator_id: bytes
    turn: int
    pieces: Pieces
    due_minor: int
    within: bool

    @property
    def total_minor(self) -> int:
        """What was counted."""
        return total_of(self.pieces)

    @property
    def difference_minor(self) -> int:
        """Counted less what should have been there: below zero it is short."""
        return self.total_minor - self.due_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftClose:
    """The end of a shift. `due_minor` is what the drawer should hold at that moment.

    `counted_minor` is the locked count and what moved cash after it, so that the difference stays
    the one of the count. `cause` says why, where there is one that the limits do not let pass.
    """

    id: bytes
    shift_id: bytes
    number: int
    at: datetime
    day: date
    currency: str
    operator_id: bytes
    counted_minor: int
    due_minor: int
    cause: str = ""
    approved_by: bytes | None = None

    @property
    def difference_minor(self) -> int:
        """Counted less what should be there."""
        return self.counted_minor - self.due_minor


class CountStage(StrEnum):
    """How far the blind count of a shift is."""

    COUNT = "count"
    RECOUNT = "recount"
    LOCKED = "locked"


def stage_of(counts: tuple[CashCount, ...]) -> CountStage:
    """What comes next: a first count, the one recount, or nothing more."""
    if not counts:
        return CountStage.COUNT
    if counts[-1].within or len(counts) >= COUNTS_MOST:
        return CountStage.LOCKED
    return CountStage.RECOUNT


def total_of(pieces: Iterable[tuple[int, int]]) -> int:
    """What some pieces are worth together."""
    return sum(worth * number for worth, number in pieces)


def usual_pieces(step_minor: int, exponent: int) -> tuple[int, ...]:
    """Denominations of a currency of which nothing is known: 1, 2, 5 from the smallest coin up to
    a hundred units, the largest first.
    """
    most = int(100 * 10**exponent)
    power, found = 1, []
    while power <= most:
        found += [power * one for one in (1, 2, 5) if step_minor <= power * one <= most]
        power *= 10
    return tuple(reversed(found))
