"""Candidates laid into rows of cells, page by page.

Shape: `page_of(texts, start, rows=1, cells=6)` gives the places in `texts` that each row shows, and
where the next page starts. Two characters take one cell, four take two: a cell is a key's width.
"""

from __future__ import annotations

from collections.abc import Sequence

Rows = tuple[tuple[int, ...], ...]


def span_of(text: str, cells: int) -> int:
    """How many cells a text takes; never more than a row has."""
    return min(cells, (len(text) + 1) // 2)


def page_of(texts: Sequence[str], start: int, *, rows: int, cells: int) -> tuple[Rows, int]:
    """One page from `start` on, and the start of the next, or `len(texts)` behind the last."""
    page: list[tuple[int, ...]] = []
    at = start
    for _ in range(rows):
        row: list[int] = []
        room = cells
        while at < len(texts) and span_of(texts[at], cells) <= room:
            room -= span_of(texts[at], cells)
            row.append(at)
            at += 1
        page.append(tuple(row))
    return tuple(page), at


def starts_of(texts: Sequence[str], *, rows: int, cells: int) -> tuple[int, ...]:
    """Where each page starts; one page at least."""
    starts = [0]
    while True:
        _, following = page_of(texts, starts[-1], rows=rows, cells=cells)
        if following >= len(texts):
            return tuple(starts)
        starts.append(following)
