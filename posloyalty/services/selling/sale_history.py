"""Past sales: page by page, and found by number, by what was paid for whom."""

from __future__ import annotations

from typing import Final

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.domain.members.phone import phone_digits
from posloyalty.services.ports import Book, Reader, SaleRow, StoredSale

LIMIT_MOST: Final = 200
MEMBERS_MOST: Final = 20


class SaleHistory:
    """Reading sales; the newest come first."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def page(
        self, *, before_seq: int | None = None, limit: int = 50, text: str = ""
    ) -> tuple[SaleRow, ...]:
        """The sales before a place in the journal.

        `text` is a receipt number, the last part of one, or a member's phone or card: each an
        exact look-up, so that a long history answers as fast as a short one.
        """
        limit = min(limit, LIMIT_MOST)
        wanted = text.strip()
        with self._book.read() as reader:
            if not wanted:
                return reader.sales.page(before_seq=before_seq, limit=limit)
            found = found_sales(reader, wanted, before_seq, limit)
        rows = {row.sale_id: row for row in found if before_seq is None or row.seq < before_seq}
        return tuple(sorted(rows.values(), key=lambda row: -row.seq)[:limit])

    def of_member(self, member_id: bytes, *, limit: int = 50) -> tuple[SaleRow, ...]:
        """A member's newest sales at this till."""
        with self._book.read() as reader:
            return reader.sales.of_member(member_id, before_seq=None, limit=min(limit, LIMIT_MOST))

    def sale(self, wanted: str | bytes) -> StoredSale | None:
        """A sale by its receipt number or its id."""
        with self._book.read() as reader:
            if isinstance(wanted, bytes):
                return reader.sales.by_id(wanted)
            return reader.sales.by_number(wanted.strip().upper())


def found_sales(reader: Reader, wanted: str, before_seq: int | None, limit: int) -> list[SaleRow]:
    """The sales that a text finds, some perhaps twice."""
    rows: list[SaleRow] = []
    by_number = reader.sales.by_number(wanted.upper())
    if by_number is not None:
        rows += reader.sales.rows_of([by_number.sale.id])
    seq = seq_of(wanted)
    if seq is not None:
        rows += [row for row in reader.sales.page(before_seq=seq + 1, limit=1) if row.seq == seq]
    for member_id in members_of(reader, wanted):
        rows += reader.sales.of_member(member_id, before_seq=before_seq, limit=limit)
    return rows


def seq_of(wanted: str) -> int | None:
    """The place in the journal that the last part of a receipt number names."""
    short = wanted.isascii() and wanted.isdigit() and len(wanted) < 16
    return int(wanted) if short else None


def members_of(reader: Reader, wanted: str) -> list[bytes]:
    """Whoever has this phone or card."""
    digits = phone_digits(wanted)
    found: list[bytes] = []
    if len(digits) >= 4:
        found += reader.members.by_identifier(IdentifierKind.PHONE, digits)
    plain = wanted.upper().replace("-", "").replace(" ", "")
    found += reader.members.by_identifier(IdentifierKind.CARD, plain)
    return list(dict.fromkeys(found))[:MEMBERS_MOST]
