"""Sales as they are stored, listed and booked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.ports.journal import Appended


class PrintState(StrEnum):
    """What is known of a sale's original receipt.

    PRINTED only when the printer said so; UNKNOWN when it was sent and the printer never answered,
    or the till stopped between sending and marking: it may have come out, so only a copy follows.
    """

    NOT_WANTED = "not_wanted"
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedSale:
    """What `Sales.book` writes in one go: the sale and what it does to members and others.

    `print_receipt` queues the original.
    """

    sale: Sale
    does: Consequences = NO_CONSEQUENCES
    print_receipt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSale:
    """A sale with its place in the journal and what is known of its receipt."""

    sale: Sale
    epoch: int
    seq: int
    body_hash: bytes
    printed: PrintState


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    """One line of the history."""

    sale_id: bytes
    seq: int
    number: str
    at: datetime
    currency: str
    payable_minor: int
    lines: int
    operator_name: str
    member_id: bytes | None
    member_name: str | None
    printed: PrintState


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtLine:
    """A line of a member's sale, and what of it has gone back already, in thousandths."""

    sale_id: bytes
    number: str
    at: datetime
    line: int
    quantity_milli: int
    returned_milli: int


class SaleReads(Protocol):
    """Stored sales."""

    def by_id(self, sale_id: bytes) -> StoredSale | None:
        """A sale by its id."""
        ...

    def with_consequences(self, sale_id: bytes) -> tuple[StoredSale, Consequences] | None:
        """A sale by its id with what it did."""
        ...

    def by_number(self, number: str) -> StoredSale | None:
        """A sale by its receipt number."""
        ...

    def by_place(self, epoch: int, seq: int) -> StoredSale | None:
        """A sale by its place in the journal, whatever its number begins with."""
        ...

    def page(self, *, before_seq: int | None, limit: int) -> tuple[SaleRow, ...]:
        """The newest sales before a place in the journal, newest first."""
        ...

    def rows_of(self, sale_ids: Iterable[bytes]) -> tuple[SaleRow, ...]:
        """The rows of some sales, newest first."""
        ...

    def of_member(
        self, member_id: bytes, *, before_seq: int | None, limit: int
    ) -> tuple[SaleRow, ...]:
        """A member's sales, newest first."""
        ...

    def bought_by(
        self, member_id: bytes, product_id: bytes, *, limit: int
    ) -> tuple[BoughtLine, ...]:
        """The lines on which a member bought a product, newest first."""
        ...


class Sales(SaleReads, Protocol):
    """Writing sales."""

    def book(self, booked: BookedSale) -> Appended:
        """Write event, sale, lines, allocations, tenders, taxes, transfers, lots, accounts, tiers,
        outbox row and print job, and remove the sale's draft. The sale's number must be
        `journal.place().number`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRefund:
    """A refund with what it did, its place in the journal, and what is known of its receipt."""

    refund: Refund
    does: Consequences
    seq: int
    printed: PrintState


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """One refund in a list."""

    refund_id: bytes
    seq: int
    number: str
    of_number: str
    sale_id: bytes
    kind: RefundKind
    at: datetime
    currency: str
    total_minor: int
    operator_name: str
    member_id: bytes | None
    member_name: str | None
    printed: PrintState
    exchanged: bool = False
    """Whether some of its money stayed for new goods."""


class ReceiptKind(StrEnum):
    """What a receipt is of."""

    SALE = "sale"
    RETURN = "return"
    EXCHANGE = "exchange"  # the goods that came back for others
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A sale or a refund in one list. `paper_id` is its own id, `amount_minor` below zero where
    money went back; `sale_id` and `of_number` are those of the sale that it is, or is of.
    """

    paper_id: bytes
    kind: ReceiptKind
    seq: int
    number: str
    sale_id: bytes
    of_number: str
    at: datetime
    currency: str
    amount_minor: int
    operator_name: str
    member_id: bytes | None
    member_name: str | None
    printed: PrintState


class RefundReads(Protocol):
    """Stored refunds."""

    def by_id(self, refund_id: bytes) -> Refund | None:
        """A refund by its id."""
        ...

    def stored(self, wanted: bytes | str) -> StoredRefund | None:
        """A refund by its id or its receipt number."""
        ...

    def page(self, *, before_seq: int | None, limit: int) -> tuple[RefundRow, ...]:
        """The newest refunds before a place in the journal, newest first."""
        ...

    def rows_of_sale(self, sale_id: bytes) -> tuple[RefundRow, ...]:
        """The refunds of a sale, newest first."""
        ...

    def row_of(self, number: str) -> RefundRow | None:
        """A refund by its receipt number."""
        ...

    def of_member(
        self, member_id: bytes, *, before_seq: int | None, limit: int
    ) -> tuple[RefundRow, ...]:
        """A member's refunds, newest first."""
        ...

    def of_sale(self, sale_id: bytes) -> tuple[tuple[Refund, Consequences], ...]:
        """The refunds of a sale with what they did, the first one first."""
        ...

    def taken_back(self, sale_id: bytes) -> dict[int, int]:
        """How much of each line of a sale went back so far, in thousandths."""
        ...

    def to_cards(self, day: date) -> int:
        """How many refunds of a business day put money on gift cards."""
        ...


class Refunds(RefundReads, Protocol):
    """Writing refunds."""

    def book(self, refund: Refund, does: Consequences, *, print_receipt: bool = False) -> Appended:
        """Write event, rows, consequences and print job; the number must be
        `journal.place().number`.
        """
        ...
