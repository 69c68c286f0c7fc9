"""Counting notes and coins: how many of each were typed, and which one the pad fills now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.shop.shift import Pieces, total_of
from ui.presenters.number_entry import NumberEntry

PIECES_MOST = 5


@dataclass(frozen=True, slots=True)
class PieceEntry:
    """A value; each key gives a new one. `worths` are minor units, the largest first."""

    worths: tuple[int, ...] = ()
    entries: tuple[NumberEntry, ...] = ()
    at: int = 0

    @classmethod
    def of(cls, worths: tuple[int, ...]) -> PieceEntry:
        """Nothing typed yet."""
        return cls(worths, tuple(NumberEntry() for _ in worths))

    @property
    def pieces(self) -> Pieces:
        """What was counted; what was left empty is none."""
        return tuple(
            (worth, int(entry.text or 0))
            for worth, entry in zip(self.worths, self.entries, strict=True)
        )

    @property
    def total_minor(self) -> int:
        """What all of it is worth."""
        return total_of(self.pieces)

    @property
    def last(self) -> bool:
        """Whether the smallest denomination is being filled."""
        return self.at >= len(self.worths) - 1

    def choose(self, at: int) -> PieceEntry:
        """Fill another denomination; its first digit replaces what was counted before."""
        if not 0 <= at < len(self.worths):
            return self
        chosen = replace(self, at=at)
        return chosen._with(replace(chosen.entries[at], fresh=bool(chosen.entries[at].text)))

    def typed(self, key: str) -> PieceEntry:
        """A digit."""
        if not self.entries or key == ".":
            return self
        entry = self.entries[self.at].typed(key)
        return self if len(entry.text) > PIECES_MOST else self._with(entry)

    def backspace(self) -> PieceEntry:
        """Take the last digit back."""
        return self._with(self.entries[self.at].backspace()) if self.entries else self

    def clear(self) -> PieceEntry:
        """None of these."""
        return self._with(self.entries[self.at].clear()) if self.entries else self

    def _with(self, entry: NumberEntry) -> PieceEntry:
        entries = (*self.entries[: self.at], entry, *self.entries[self.at + 1 :])
        return replace(self, entries=entries)
