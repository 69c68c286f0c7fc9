"""Past receipts, of sales and of what was taken back: page by page, and found.

Shape: `page(...)` gives `ReceiptRow`s, the newest first, as the journal has them. An exchange is
two of them, its refund and its sale. A text is looked up exactly, in sales and in refunds: a
receipt's number (a sale's with all that came back of it), the last part of one, a member's phone or
card.
"""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.shop.refund import RefundKind
from posloyalty.services.papers.print_receipts import PrintReceipts
from posloyalty.services.ports import Book, Reader, ReceiptKind, ReceiptRow, RefundRow, SaleRow
from posloyalty.services.selling.sale_history import LIMIT_MOST, found_sales, members_of, seq_of


class ReceiptHistory:
    """Reading receipts; the newest come first."""

    def __init__(self, book: Book, printed: PrintReceipts) -> None:
        self._book = book
        self._printed = printed

    def page(
        self, *, before_seq: int | None = None, limit: int = 50, text: str = ""
    ) -> tuple[ReceiptRow, ...]:
        """The receipts before a place in the journal, all or those that a text finds."""
        limit = min(limit, LIMIT_MOST)
        wanted = text.strip()
        with self._book.read() as reader:
            if wanted:
                sales = found_sales(reader, wanted, before_seq, limit)
                refunds = _found_refunds(reader, wanted, before_seq, limit)
            else:
                sales = list(reader.sales.page(before_seq=before_seq, limit=limit))
                refunds = list(reader.refunds.page(before_seq=before_seq, limit=limit))
        rows = {row.paper_id: row for row in _rows(sales, refunds)}
        found = (row for row in rows.values() if before_seq is None or row.seq < before_seq)
        return tuple(sorted(found, key=lambda row: -row.seq)[:limit])

    def in_doubt(self) -> tuple[ReceiptRow, ...]:
        """Receipts that may not have come out, the newest first."""
        rows = _rows(self._printed.unconfirmed(), self._printed.unconfirmed_refunds())
        return tuple(sorted(rows, key=lambda row: -row.seq))


def _found_refunds(
    reader: Reader, wanted: str, before_seq: int | None, limit: int
) -> list[RefundRow]:
    rows: list[RefundRow] = []
    mine = reader.refunds.row_of(wanted.upper())
    if mine is not None:
        rows.append(mine)
    of_sale = reader.sales.by_number(wanted.upper())
    if of_sale is not None:
        rows += reader.refunds.rows_of_sale(of_sale.sale.id)
    seq = seq_of(wanted)
    if seq is not None:
        found = reader.refunds.page(before_seq=seq + 1, limit=1)
        rows += [row for row in found if row.seq == seq]
    for member_id in members_of(reader, wanted):
        rows += reader.refunds.of_member(member_id, before_seq=before_seq, limit=limit)
    return rows


def _rows(sales: Iterable[SaleRow], refunds: Iterable[RefundRow]) -> list[ReceiptRow]:
    return [*(of_sale(row) for row in sales), *(of_refund(row) for row in refunds)]


def of_sale(row: SaleRow) -> ReceiptRow:
    """A sale in the list of all."""
    return ReceiptRow(
        paper_id=row.sale_id,
        kind=ReceiptKind.SALE,
        seq=row.seq,
        number=row.number,
        sale_id=row.sale_id,
        of_number=row.number,
        at=row.at,
        currency=row.currency,
        amount_minor=row.payable_minor,
        operator_name=row.operator_name,
        member_id=row.member_id,
        member_name=row.member_name,
        printed=row.printed,
    )


def of_refund(row: RefundRow) -> ReceiptRow:
    """A refund in the list of all."""
    kind = ReceiptKind.EXCHANGE if row.exchanged else ReceiptKind.RETURN
    return ReceiptRow(
        paper_id=row.refund_id,
        kind=ReceiptKind.VOID if row.kind is RefundKind.VOID else kind,
        seq=row.seq,
        number=row.number,
        sale_id=row.sale_id,
        of_number=row.of_number,
        at=row.at,
        currency=row.currency,
        amount_minor=-row.total_minor,
        operator_name=row.operator_name,
        member_id=row.member_id,
        member_name=row.member_name,
        printed=row.printed,
    )
