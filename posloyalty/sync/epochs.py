"""Epochs: how a journal goes on when its book is not where it had been.

Shape: a book that was put back from a copy, or whose journal split, opens the next epoch with an
`epoch_anchor` and goes on behind what it holds. Nothing that was written is written again: what
came to be between the last common place and the anchor keeps its place, its hash and its id, and
goes up filed under the new epoch. So receipts that were printed stay true, each event counts once,
and a cut at any moment leaves a book that goes on.

To agree on that place the till says where it has which hash: `marks(lo, hi)` names places between
two bounds, head office says which of them it has too, and `narrowed` gives the bounds that follow.
Each round leaves a thirty-second of the span, so a million events take four.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MARKS_MAX: Final = 31
ROUNDS_MAX: Final = 16
"""More than any journal needs: 32 ** 11 is beyond the largest sequence."""


class Cause(StrEnum):
    """Why an epoch was opened."""

    WITNESS = "witness"  # the book is behind the notes beside it
    BEHIND = "behind"  # head office has more of this journal than the book
    FORK = "fork"  # head office has another event at a place of this journal


def next_epoch(*known: int) -> int:
    """The epoch after every one that is known."""
    return max(known) + 1


def marks(lo: int, hi: int) -> tuple[int, ...]:
    """Sequences to ask about when `lo` is common and everything above `hi` is not; spread evenly.

    Empty when nothing is left between them.
    """
    span = hi - lo
    if span <= MARKS_MAX:
        return tuple(range(lo + 1, hi + 1))
    return tuple(lo + span * step // MARKS_MAX for step in range(1, MARKS_MAX + 1))


def narrowed(lo: int, hi: int, asked: tuple[int, ...], common: int) -> tuple[int, int]:
    """The bounds after an answer: `common` is the last of the places asked that both have, or `lo`.

    Raises ValueError for a place that was not asked about.
    """
    if common not in (lo, *asked):
        raise ValueError(f"{common} was not asked about")
    beyond = [seq for seq in asked if seq > common]
    return common, (beyond[0] - 1 if beyond else hi)
