"""What the services need from outside: the book with its repositories, clock, ids and chance.

Shape: a `Book` hands out a `UnitOfWork` (one write transaction; rolls back unless `commit()` was
called) and a `Reader` (a read-only snapshot for the look-up lane). Repositories hang off both:
those of a reader only answer, those of a unit also write. Rows are the frozen values below or
domain values; ids are 16 bytes, instants aware, days dates of the store's zone.

There is exactly one writer: `Book.write()` waits for the unit before it. Never nest units.
"""

from __future__ import annotations

from posloyalty.services.ports.audit import AuditQuestion, AuditReads, AuditRow
from posloyalty.services.ports.book import Book, BookFacts, Reader, UnitOfWork
from posloyalty.services.ports.cards import IssuedCard, TillKey, TokenReads, Tokens
from posloyalty.services.ports.goods import GoodsReads, GoodsWrites
from posloyalty.services.ports.journal import Appended, Journal, JournalReads, Place, Stamp
from posloyalty.services.ports.ledger import ActReads, Acts, Ledger, LedgerReads
from posloyalty.services.ports.machine import Chance, Clock, Ids
from posloyalty.services.ports.members import (
    MemberBrief,
    MemberChange,
    MemberCopy,
    MemberReads,
    Members,
    MemberSeen,
)
from posloyalty.services.ports.payments import (
    PaymentReads,
    Payments,
    PaymentTerminal,
    PaymentWish,
    TerminalAnswer,
    TerminalOutcome,
)
from posloyalty.services.ports.queues import (
    PrintingReads,
    PrintingWrites,
    PrintJob,
    ReplayProgress,
    ReplayReads,
    ReplayWrites,
)
from posloyalty.services.ports.sales import (
    BookedSale,
    BoughtLine,
    PrintState,
    ReceiptKind,
    ReceiptRow,
    RefundReads,
    RefundRow,
    Refunds,
    SaleReads,
    SaleRow,
    Sales,
    StoredRefund,
    StoredSale,
)
from posloyalty.services.ports.shifts import ShiftReads, Shifts, StoredClose, StoredShift
from posloyalty.services.ports.shop import (
    CatalogueReads,
    CatalogueWrites,
    DraftReads,
    DraftWrites,
    HeldReads,
    HeldWrites,
    PeopleReads,
    PeopleWrites,
    PinRecord,
    ProgrammeReads,
    ProgrammeWrites,
    QuickKeyRow,
    SettingReads,
    SettingWrites,
    StoredProgramme,
)
from posloyalty.services.ports.tills import TillReads, Tills, TrustedTill

__all__ = [
    "ActReads",
    "Acts",
    "Appended",
    "AuditQuestion",
    "AuditReads",
    "AuditRow",
    "Book",
    "BookFacts",
    "BookedSale",
    "BoughtLine",
    "CatalogueReads",
    "CatalogueWrites",
    "Chance",
    "Clock",
    "DraftReads",
    "DraftWrites",
    "GoodsReads",
    "GoodsWrites",
    "HeldReads",
    "HeldWrites",
    "Ids",
    "IssuedCard",
    "Journal",
    "JournalReads",
    "Ledger",
    "LedgerReads",
    "MemberBrief",
    "MemberChange",
    "MemberCopy",
    "MemberReads",
    "MemberSeen",
    "Members",
    "PaymentReads",
    "PaymentTerminal",
    "PaymentWish",
    "Payments",
    "PeopleReads",
    "PeopleWrites",
    "PinRecord",
    "Place",
    "PrintJob",
    "PrintState",
    "PrintingReads",
    "PrintingWrites",
    "ProgrammeReads",
    "ProgrammeWrites",
    "QuickKeyRow",
    "Reader",
    "ReceiptKind",
    "ReceiptRow",
    "RefundReads",
    "RefundRow",
    "Refunds",
    "ReplayProgress",
    "ReplayReads",
    "ReplayWrites",
    "SaleReads",
    "SaleRow",
    "Sales",
    "SettingReads",
    "SettingWrites",
    "ShiftReads",
    "Shifts",
    "Stamp",
    "StoredClose",
    "StoredProgramme",
    "StoredRefund",
    "StoredSale",
    "StoredShift",
    "TerminalAnswer",
    "TerminalOutcome",
    "TillKey",
    "TillReads",
    "Tills",
    "TokenReads",
    "Tokens",
    "TrustedTill",
    "UnitOfWork",
]
