"""Imports into the catalogue: who may, in which currency amounts are read, and what is told of it.

Shape: an importer says how a header reads (`columns`), what it does with a batch's rows (`rows`)
and how the audit view calls the change (`kind`); each transaction that saved something is a change
of its own in the journal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.values.money import Currency, currency
from posloyalty.services.people.note_change import note_change, require
from posloyalty.services.ports import Book, Ids
from posloyalty.services.shop.import_columns import Columns
from posloyalty.services.shop.import_report import ImportReport, Progress
from posloyalty.services.shop.import_rows import Batch, Row, import_rows


class CatalogueImport(ABC):
    """An import; one at a time."""

    kind: ClassVar[str]

    def __init__(self, *, book: Book, ids: Ids) -> None:
        self._book = book
        self._ids = ids

    def run(
        self,
        rows: Iterable[Row],
        operator: Operator,
        *,
        total: int = 0,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import the rows; `total` is for the progress only.

        Raises `ServiceRefusal` NOT_ALLOWED and `MissingColumns`; what `progress` raises ends the
        import between two transactions, and importing again goes on from there.
        """
        require(operator, Right.IMPORT_DATA)
        with self._book.read() as reader:
            money = currency(reader.settings.get("shop.currency") or "CNY")
        return import_rows(
            self._book,
            rows,
            columns=self.columns,
            take=lambda batch: self._take(batch, money, operator),
            total=total,
            progress=progress,
        )

    @abstractmethod
    def columns(self, header: Mapping[str, str]) -> Columns:
        """Read a header; raises `MissingColumns` where it will not do."""

    @abstractmethod
    def rows(self, batch: Batch, money: Currency) -> None:
        """Judge and save the rows of a transaction, and count them."""

    def _take(self, batch: Batch, money: Currency, operator: Operator) -> None:
        tally = batch.tally
        before = tally.added + tally.changed
        self.rows(batch, money)
        saved = tally.added + tally.changed - before
        if saved:
            note_change(
                batch.unit,
                self._ids,
                operator,
                kind=self.kind,
                what=f"lines {batch.rows[0].line}-{batch.rows[-1].line}",
                fields=(f"saved {saved}",),
            )
