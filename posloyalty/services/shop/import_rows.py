"""What every import does with its rows: some at a time, each batch a transaction, told as it goes.

Shape: an importer gives `import_rows` how it reads a header and what it does with a `Batch`. A few
rows share a transaction, so that the cashier's sale never waits long; what stops an import ends it
between two of them, and importing the same file again goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from posloyalty.services.ports import Book, UnitOfWork
from posloyalty.services.shop.import_columns import Columns
from posloyalty.services.shop.import_report import ImportReport, Progress, Tally

# A unit of work holds the writer; this many rows take some ten milliseconds.
ROWS_PER_UNIT: Final = 40


class Row(Protocol):
    """A row of a table, as `documents/table_file.TableRow` is."""

    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def cells(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def surplus(self) -> int: ...  # noqa: D102


class Seen:
    """On which line of the file a value stood first."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], int] = {}

    def first_line(self, kind: str, value: str, line: int) -> int | None:
        """The line where the value stood before, or None after noting it."""
        first = self._lines.setdefault((kind, value), line)
        return None if first == line else first


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The rows of one transaction, the header they stand under, and what the file came to so far.

    `seen` and `tally` belong to the whole file.
    """

    unit: UnitOfWork
    rows: tuple[Row, ...]
    columns: Columns
    seen: Seen
    tally: Tally


def import_rows(
    book: Book,
    rows: Iterable[Row],
    *,
    columns: Callable[[Mapping[str, str]], Columns],
    take: Callable[[Batch], None],
    total: int = 0,
    progress: Progress | None = None,
) -> ImportReport:
    """Take all rows in, batch by batch; `total` is for the progress only.

    `columns` raises `MissingColumns` where the header will not do. What `progress` raises ends the
    import between two transactions.
    """
    tally, seen = Tally(), Seen()
    for some in _batches(rows):
        header = columns(some[0].cells)
        with book.write() as unit:
            take(Batch(unit=unit, rows=some, columns=header, seen=seen, tally=tally))
            unit.commit()
        if progress is not None:
            progress(tally.rows, total)
    return tally.report()


def _batches(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    feed = iter(rows)
    while some := tuple(islice(feed, ROWS_PER_UNIT)):
        yield some
