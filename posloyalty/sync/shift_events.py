"""The journal events of a shift: opened with a float, cash moved, counted, closed.

Shape: like all events, frozen with the keys of docs/journal.md; money in minor units. The id of the
opening event is the shift's.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from posloyalty.sync.event_base import Event


class ShiftOpen(Event, frozen=True, kw_only=True, tag="shift_open"):
    """A shift began: its number `z` on this till, its business day, and the cash it begins with."""

    z: int
    day: str
    cur: str
    cash: int


class CashMoved(Event, frozen=True, kw_only=True, tag="cash_move"):
    """Cash went into the drawer (`n` above zero) or out of it, beside the sales."""

    shift: str
    n: int
    cause: str


class CashCounted(Event, frozen=True, kw_only=True, tag="cash_count"):
    """The drawer was counted: `pieces` as [minor units, how many], `due` what should be there.

    `within`: whether whoever counted may close with the difference by themselves.
    """

    shift: str
    turn: int
    pieces: tuple[tuple[int, int], ...]
    total: int
    due: int
    within: bool


class ShiftSum(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure of a Z: of whom (`op`), kind `k`, `of` what, how often `c` and how much `n`."""

    op: str
    k: str
    of: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    scale: int | UnsetType = UNSET
    c: int
    n: int


class ShiftClosed(Event, frozen=True, kw_only=True, tag="shift_close"):
    """A shift ended: what was counted, what was due, and everything that its Z says. `fold` added
    it up, the first one where nothing is said.
    """

    shift: str
    z: int
    day: str
    cur: str
    counted: int
    due: int
    cause: str | UnsetType = UNSET
    sums: tuple[ShiftSum, ...]
    fold: int | UnsetType = UNSET
