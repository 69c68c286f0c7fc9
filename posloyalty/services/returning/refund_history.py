"""Past refunds: page by page, by their own number, and those of one sale."""

from __future__ import annotations

from typing import Final

from posloyalty.services.ports import Book, RefundRow, StoredRefund

LIMIT_MOST: Final = 200


class RefundHistory:
    """Reading refunds; the newest come first."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def page(self, *, before_seq: int | None = None, limit: int = 50) -> tuple[RefundRow, ...]:
        """The refunds before a place in the journal."""
        with self._book.read() as reader:
            return reader.refunds.page(before_seq=before_seq, limit=min(limit, LIMIT_MOST))

    def refund(self, wanted: str | bytes) -> StoredRefund | None:
        """A refund by its receipt number or its id, with what it did."""
        with self._book.read() as reader:
            if isinstance(wanted, str):
                wanted = wanted.strip().upper()
            return reader.refunds.stored(wanted)

    def of_sale(self, sale_id: bytes) -> tuple[RefundRow, ...]:
        """The refunds of a sale."""
        with self._book.read() as reader:
            return reader.refunds.rows_of_sale(sale_id)
