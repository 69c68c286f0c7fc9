"""Chance that is none: draws that follow from a seed, the same on every machine and release."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from hashlib import sha256
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Draws in a row; the same seed gives the same row."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0

    def below(self, bound: int) -> int:
        """A number from 0 to just below a bound."""
        self._drawn += 1
        digest = sha256(f"draft-attack:{self._seed}:{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def choice(self, items: Sequence[Item]) -> Item:
        """One of some."""
        return items[self.below(len(items))]

    def shuffle(self, items: MutableSequence[Item]) -> None:
        """Some in another order, in place."""
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """So many of some at most, each once."""
        left = list(items)
        self.shuffle(left)
        return left[:count]
