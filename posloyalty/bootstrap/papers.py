"""The queue of receipts before the printer."""

from __future__ import annotations

from functools import partial

from posloyalty.bootstrap.base import Base
from posloyalty.services.papers.print_receipts import PrintReceipts
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.papers.receipt_history import ReceiptHistory
from posloyalty.services.till import Papers, Till


def papers(base: Base, till: Till) -> Papers:
    """Make the area."""
    receipts = PrintReceipts(
        book=till.book,
        clock=till.clock,
        ids=till.ids,
        printer=base.desk.printer,
        dress=partial(base.desk.dress, base.book),
        render=_render,
        sale_code=receipt_code,
    )
    return Papers(receipts=receipts, past_receipts=ReceiptHistory(till.book, receipts))


def _render(receipt: Receipt) -> bytes:
    # Loaded with the first receipt: drawing needs pictures and fonts, opening the book does not.
    from posloyalty.documents.receipt_escpos import receipt_escpos

    return receipt_escpos(receipt)
