"""Shifts proved from the journal: their rows, and that every Z says what its events add up to.

Shape: `ShiftAudit` hears every event in the order of the journal, keeps the sums of the shift that
is open, and answers the rows that an event should have left; `difference` is where a count or a
closing contradicts what came before it.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from posloyalty.domain.shop.shift_sums import SumKey, Sums
from posloyalty.services.book.verify_book import Difference
from posloyalty.storage.repositories.shifts import close_row, count_row, move_row, shift_row
from posloyalty.sync import events
from posloyalty.sync.shift_event import (
    close_of,
    count_of,
    move_of,
    shift_of,
    sums_of,
)
from posloyalty.sync.shift_fold import FIRST_FOLD, FOLD, FOLDS, KindOf, fold_event

Row = tuple[Any, ...]
Figures = dict[SumKey, tuple[int, int]]


class ShiftAudit:
    """The running state of the shift that is open."""

    def __init__(self, kind_of: KindOf) -> None:
        self._kind_of = kind_of
        # By each fold, because the closing says by which one its sums were added up.
        self._sums: dict[int, Sums] = {}

    def rows(self, seq: int, event: events.Event | events.Opaque) -> dict[str, list[Row]]:
        """The rows of an event; none for one that is not of a shift."""
        match event:
            case events.ShiftOpen():
                return {"shift": [shift_row(seq, shift_of(event))]}
            case events.CashMoved():
                return {"cash_move": [move_row(seq, move_of(event))]}
            case events.CashCounted():
                return {"cash_count": [count_row(seq, count_of(event))]}
            case events.ShiftClosed():
                return {"shift_close": [close_row(seq, close_of(event))]}
            case _:
                return {}

    def difference(self, seq: int, event: events.Event | events.Opaque) -> Difference | None:
        """What of an event does not follow from those before it in its shift."""
        if isinstance(event, events.ShiftOpen):
            self._sums = {fold: Sums() for fold in FOLDS}
        if not self._sums:
            return None
        found = None
        if isinstance(event, (events.CashCounted, events.ShiftClosed)):
            dues = self._dues(event)
            if event.due not in dues:
                found = _difference(seq, event, "due", dues[-1], event.due)
        if isinstance(event, events.ShiftClosed):
            if found is None:
                found = self._unlike(seq, event)
            self._sums = {}
            return found
        for fold, sums in self._sums.items():
            fold_event(sums, event, self._kind_of, fold=fold)
        return found

    def _dues(self, event: events.CashCounted | events.ShiftClosed) -> list[int]:
        """What the drawer should hold: by the closing's own fold, or by any for a count, which says
        none. The newest one is last.
        """
        said = event.fold if isinstance(event, events.ShiftClosed) else UNSET
        folds = self._sums if said is UNSET or said not in self._sums else (said,)
        return [self._sums[fold].drawer_minor for fold in folds]

    def _unlike(self, seq: int, event: events.ShiftClosed) -> Difference | None:
        fold = FIRST_FOLD if event.fold is UNSET else event.fold
        if fold not in self._sums:
            return _difference(seq, event, "fold", FOLD, fold)
        return _first(seq, event, _figures(self._sums[fold]), _figures(sums_of(event)))


def _figures(sums: Sums) -> Figures:
    # Names are as they were printed; what is proved is how often and how much.
    return {key: (line.count, line.amount) for key, line in sums.lines.items()}


def _first(
    seq: int, event: events.ShiftClosed, wanted: Figures, said: Figures
) -> Difference | None:
    for key in sorted(set(wanted) | set(said)):
        if wanted.get(key) != said.get(key):
            which = " ".join(part for part in (key.kind.value, key.of) if part)
            return _difference(seq, event, which, wanted.get(key), said.get(key))
    return None


def _difference(
    seq: int, event: events.Event, which: str, expected: object, found: object
) -> Difference:
    return Difference(
        seq=seq,
        what=events.kind(event),
        which=which,
        expected=str(expected),
        found=str(found),
    )
