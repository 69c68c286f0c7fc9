"""A QR symbol as a plain matrix, and what of it is drawn; who only draws one needs no encoder."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Final

QUIET_MODULES: Final = 4
STRIPS_KEPT: Final = 16

Matrix = tuple[tuple[bool, ...], ...]
"""Rows of modules; True is a dark one. No quiet zone: the drawer leaves `QUIET_MODULES`."""


@lru_cache(STRIPS_KEPT)
def runs(matrix: Matrix) -> tuple[tuple[int, int, int], ...]:
    """The dark modules as (column, row, length) strips: a third of the rectangles to draw."""
    strips = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, group in groupby(row):
            length = len(tuple(group))
            if dark:
                strips.append((x, y, length))
            x += length
    return tuple(strips)
