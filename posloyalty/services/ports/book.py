"""The book: a unit of work, a reader, and what hands them out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from posloyalty.services.ports.audit import AuditReads
from posloyalty.services.ports.card_keys import CardKeyReads, CardKeys
from posloyalty.services.ports.cards import TokenReads, Tokens
from posloyalty.services.ports.coming import ComingReads, ComingWrites
from posloyalty.services.ports.goods import GoodsReads, GoodsWrites
from posloyalty.services.ports.journal import Journal, JournalReads
from posloyalty.services.ports.ledger import ActReads, Acts, Ledger, LedgerReads
from posloyalty.services.ports.members import MemberReads, Members
from posloyalty.services.ports.outbox import Outbox, OutboxReads
from posloyalty.services.ports.payments import PaymentReads, Payments
from posloyalty.services.ports.profiles import ProfileNoteReads, ProfileNotes
from posloyalty.services.ports.queues import (
    PrintingReads,
    PrintingWrites,
    ReplayReads,
    ReplayWrites,
)
from posloyalty.services.ports.sales import RefundReads, Refunds, SaleReads, Sales
from posloyalty.services.ports.shifts import ShiftReads, Shifts
from posloyalty.services.ports.shop import (
    CatalogueReads,
    CatalogueWrites,
    DraftReads,
    DraftWrites,
    HeldReads,
    HeldWrites,
    PeopleReads,
    PeopleWrites,
    ProgrammeReads,
    ProgrammeWrites,
    SettingReads,
    SettingWrites,
)
from posloyalty.services.ports.tills import TillReads, Tills


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFacts:
    """What never changes in a book: whose it is."""

    book_id: bytes
    till_id: bytes
    certificate: bytes
    store_code: str
    till_code: str
    made_by: str


class Reader(Protocol):
    """A read-only snapshot of the book."""

    @property
    def facts(self) -> BookFacts:
        """Whose book this is."""
        ...

    @property
    def journal(self) -> JournalReads: ...  # noqa: D102
    @property
    def outbox(self) -> OutboxReads: ...  # noqa: D102
    @property
    def sales(self) -> SaleReads: ...  # noqa: D102
    @property
    def refunds(self) -> RefundReads: ...  # noqa: D102
    @property
    def acts(self) -> ActReads: ...  # noqa: D102
    @property
    def payments(self) -> PaymentReads: ...  # noqa: D102
    @property
    def shifts(self) -> ShiftReads: ...  # noqa: D102
    @property
    def tills(self) -> TillReads: ...  # noqa: D102
    @property
    def goods(self) -> GoodsReads: ...  # noqa: D102
    @property
    def coming(self) -> ComingReads: ...  # noqa: D102
    @property
    def audit(self) -> AuditReads: ...  # noqa: D102
    @property
    def ledger(self) -> LedgerReads: ...  # noqa: D102
    @property
    def members(self) -> MemberReads: ...  # noqa: D102
    @property
    def profiles(self) -> ProfileNoteReads: ...  # noqa: D102
    @property
    def card_keys(self) -> CardKeyReads: ...  # noqa: D102
    @property
    def tokens(self) -> TokenReads: ...  # noqa: D102
    @property
    def people(self) -> PeopleReads: ...  # noqa: D102
    @property
    def catalogue(self) -> CatalogueReads: ...  # noqa: D102
    @property
    def settings(self) -> SettingReads: ...  # noqa: D102
    @property
    def drafts(self) -> DraftReads: ...  # noqa: D102
    @property
    def held(self) -> HeldReads: ...  # noqa: D102
    @property
    def programmes(self) -> ProgrammeReads: ...  # noqa: D102
    @property
    def printing(self) -> PrintingReads: ...  # noqa: D102
    @property
    def replays(self) -> ReplayReads: ...  # noqa: D102


class UnitOfWork(Protocol):
    """One write transaction; rolls back unless `commit()` returned."""

    @property
    def facts(self) -> BookFacts:
        """Whose book this is."""
        ...

    @property
    def journal(self) -> Journal: ...  # noqa: D102
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102
    @property
    def sales(self) -> Sales: ...  # noqa: D102
    @property
    def refunds(self) -> Refunds: ...  # noqa: D102
    @property
    def acts(self) -> Acts: ...  # noqa: D102
    @property
    def payments(self) -> Payments: ...  # noqa: D102
    @property
    def shifts(self) -> Shifts: ...  # noqa: D102
    @property
    def tills(self) -> Tills: ...  # noqa: D102
    @property
    def goods(self) -> GoodsWrites: ...  # noqa: D102
    @property
    def coming(self) -> ComingWrites: ...  # noqa: D102
    @property
    def audit(self) -> AuditReads: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def members(self) -> Members: ...  # noqa: D102
    @property
    def profiles(self) -> ProfileNotes: ...  # noqa: D102
    @property
    def card_keys(self) -> CardKeys: ...  # noqa: D102
    @property
    def tokens(self) -> Tokens: ...  # noqa: D102
    @property
    def people(self) -> PeopleWrites: ...  # noqa: D102
    @property
    def catalogue(self) -> CatalogueWrites: ...  # noqa: D102
    @property
    def settings(self) -> SettingWrites: ...  # noqa: D102
    @property
    def drafts(self) -> DraftWrites: ...  # noqa: D102
    @property
    def held(self) -> HeldWrites: ...  # noqa: D102
    @property
    def programmes(self) -> ProgrammeWrites: ...  # noqa: D102
    @property
    def printing(self) -> PrintingWrites: ...  # noqa: D102
    @property
    def replays(self) -> ReplayWrites: ...  # noqa: D102

    def commit(self) -> None:
        """Make everything durable; only now may anybody be told."""
        ...


class Book(Protocol):
    """The till's book."""

    def write(self, *, durable: bool = True) -> AbstractContextManager[UnitOfWork]:
        """A write transaction; waits for the one before it. One that is not `durable` does not wait
        for the disk: a power cut may take it back, whole and alone, until a durable one follows.
        Nothing may be journalled in it.
        """
        ...

    def read(self) -> AbstractContextManager[Reader]:
        """A read-only snapshot."""
        ...
