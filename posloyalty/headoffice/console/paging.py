"""A long list page by page: what is shown of it, and which pages lie beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

ROWS_MOST: Final = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Generic[T]):
    """One page of a list. `first` and `last` count from 1, `of` is how long the list is; `before`
    and `after` are the numbers of the pages beside it, 0 where there is none.
    """

    rows: Sequence[T]
    first: int
    last: int
    of: int
    before: int
    after: int


def paged(rows: Sequence[T], asked: int, *, most: int = ROWS_MOST) -> Paged[T]:
    """The page that was asked for, the first is 1; the last one where there are not so many."""
    return paged_by(len(rows), asked, lambda begin, n: rows[begin : begin + n], most=most)


def paged_by(
    of: int, asked: int, read: Callable[[int, int], Sequence[T]], *, most: int = ROWS_MOST
) -> Paged[T]:
    """The same of a list of `of` rows that is only read where it is shown: `read(begin, most)`."""
    pages = max(1, -(-of // most))
    page = min(max(1, asked), pages)
    begin = (page - 1) * most
    shown = read(begin, most)
    return Paged(
        rows=shown,
        first=begin + 1 if shown else 0,
        last=begin + len(shown),
        of=of,
        before=page - 1,
        after=page + 1 if page < pages else 0,
    )
