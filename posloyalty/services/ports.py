"""What the services need from outside: the book with its repositories, clock, ids and chance.

Shape: a `Book` hands out a `UnitOfWork` (one write transaction; rolls back unless `commit()` was
called) and a `Reader` (a read-only snapshot for the look-up lane). Repositories hang off both:
those of a reader only answer, those of a unit also write. Rows are the frozen values below or
domain values; ids are 16 bytes, instants aware, days dates of the store's zone.

There is exactly one writer: `Book.write()` waits for the unit before it. Never nest units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.ledger.transfer import Account, Lot, Transfer
from posloyalty.domain.members.member import (
    Consent,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.product import Category, Product, TaxClass
from posloyalty.domain.shop.sale import Sale
from posloyalty.sync.events import Event
from posloyalty.sync.journal import Head, StoredEvent
from posloyalty.sync.sale_event import MetTier

# --- time, ids, chance ---


class Clock(Protocol):
    """The time. Services get the rule time: never before what the journal has already seen."""

    def now(self) -> datetime:
        """The present instant, aware, in the store's zone."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds that only go forward; only differences mean anything."""
        ...


class Ids(Protocol):
    """A source of new ids."""

    def new_id(self) -> bytes:
        """A new UUIDv7, 16 bytes."""
        ...


class Chance(Protocol):
    """Randomness fit for keys and codes."""

    def token_bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        ...


# --- journal ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The common keys of the next event: business time `at` as text, `hlc` as (ms, counter)."""

    at: str
    hlc: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the next event of this unit will stand. `number` is the receipt number of a sale."""

    epoch: int
    seq: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """An event that was added within this unit; SHA-256 of its body for the receipt's QR."""

    seq: int
    epoch: int
    hash: bytes
    body_hash: bytes


class JournalReads(Protocol):
    """The journal's events."""

    def head(self) -> Head:
        """The last event's place, hash and stamp."""
        ...

    def events(self, *, after_seq: int = 0, limit: int | None = None) -> Iterator[StoredEvent]:
        """Events in their order, streamed."""
        ...

    def by_event_id(self, event_id: bytes) -> StoredEvent | None:
        """The event with an id."""
        ...


class Journal(JournalReads, Protocol):
    """Adding to the journal; each event also gets its outbox row."""

    def place(self) -> Place:
        """Where the next event will stand."""
        ...

    def stamp(self, at: datetime | None = None) -> Stamp:
        """The next event's time keys; `at` defaults to the rule time."""
        ...

    def append(self, event: Event) -> Appended:
        """Chain and store an event whose keys came from `stamp`."""
        ...


# --- sales ---


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
    """What `Sales.book` writes in one go. `print_receipt` queues the original."""

    sale: Sale
    transfers: tuple[Transfer, ...] = ()
    tiers: tuple[MetTier, ...] = ()
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


class SaleReads(Protocol):
    """Stored sales."""

    def by_id(self, sale_id: bytes) -> StoredSale | None:
        """A sale by its id."""
        ...

    def by_number(self, number: str) -> StoredSale | None:
        """A sale by its receipt number."""
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

    def last_visit(self, member_id: bytes) -> datetime | None:
        """The instant of a member's last sale."""
        ...


class Sales(SaleReads, Protocol):
    """Writing sales."""

    def book(self, booked: BookedSale) -> Appended:
        """Write event, sale, lines, allocations, tenders, taxes, transfers, lots, accounts, tiers,
        outbox row and print job, and remove the sale's draft. The sale's number must be
        `journal.place().number`.
        """
        ...


# --- ledger ---


class LedgerReads(Protocol):
    """Balances and lots, as projections of the journal."""

    def member_state(self, member_id: bytes, *, lots_since: date) -> MemberState | None:
        """The member as the rules see them: open lots, and all lots earned on or after a day."""
        ...

    def lots(self, account: Account) -> tuple[Lot, ...]:
        """The lots of an account that have something remaining, in no particular order."""
        ...

    def balance(self, account: Account) -> tuple[int, int]:
        """(sum of debits, sum of credits) of an account."""
        ...

    def transfers_of(self, event_id: bytes) -> tuple[Transfer, ...]:
        """What an event posted, in its order."""
        ...

    def holdings(self, member_id: bytes) -> tuple[TierHolding, ...]:
        """The newest holding of each level that the member ever met."""
        ...


class Ledger(LedgerReads, Protocol):
    """Posting outside sales (opening balances, expiry): the event must already be appended."""

    def post(
        self, appended: Appended, transfers: Sequence[Transfer], tiers: Sequence[MetTier] = ()
    ) -> None:
        """Write the transfers and tier levels that an appended event holds."""
        ...


# --- members ---


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """A member as the look-up cache copies it; `changed` grows with every change of the member."""

    changed: int
    member: Member
    last_visit: datetime | None


class MemberReads(Protocol):
    """Members and their profiles."""

    def by_id(self, member_id: bytes) -> Member | None:
        """A member with profile and the newest consent per purpose and channel."""
        ...

    def by_identifier(self, kind: IdentifierKind, value: str) -> tuple[bytes, ...]:
        """Ids of the members found by exactly this value."""
        ...

    def by_foreign_id(self, value: str) -> bytes | None:
        """The member that an import brought along under this id."""
        ...

    def count(self) -> int:
        """How many members there are."""
        ...

    def changes(self, *, after: int, limit: int) -> tuple[MemberChange, ...]:
        """Members changed after a mark (profile, status, sale), in the order of their changes."""
        ...

    def consents(self, member_id: bytes) -> tuple[Consent, ...]:
        """Every answer, oldest first."""
        ...


class Members(MemberReads, Protocol):
    """Writing members; the journal event that says so is appended by the caller, before."""

    def add(self, member: Member, *, appended: Appended) -> None:
        """A new member with profile, identifiers and consents."""
        ...

    def add_many(self, members: Sequence[tuple[Member, Appended]]) -> None:
        """Many new members, for imports."""
        ...

    def save_profile(self, member_id: bytes, profile: Profile, *, appended: Appended) -> None:
        """Replace a member's profile and identifiers."""
        ...

    def set_status(self, member_id: bytes, status: MemberStatus, *, appended: Appended) -> None:
        """Change a member's status."""
        ...

    def add_consent(self, member_id: bytes, consent: Consent, *, appended: Appended) -> None:
        """Append one answer."""
        ...


# --- cards ---


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCard:
    """A card that this till issued: token text, short code and when it stopped being good."""

    id: bytes
    member_id: bytes
    key_id: int
    short_code: str
    token_text: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TillKey:
    """An Ed25519 key of this till. The seed never leaves the encrypted book."""

    key_id: int
    seed: bytes
    public_key: bytes
    certificate: bytes
    made_at: datetime
    retires_at: datetime | None = None


class TokenReads(Protocol):
    """Cards, revocations and the till's keys."""

    def current(self, member_id: bytes) -> IssuedCard | None:
        """The member's newest card that was not revoked."""
        ...

    def by_short_code(self, short_code: str) -> IssuedCard | None:
        """A card by its short human code, revoked or not."""
        ...

    def revoked_before(self, member_id: bytes) -> datetime | None:
        """Tokens of this member issued before this instant are withdrawn."""
        ...

    def keys(self) -> tuple[TillKey, ...]:
        """The till's keys, oldest first; the last one signs."""
        ...


class Tokens(TokenReads, Protocol):
    """Writing cards; the caller appends CardIssue or CardRevoke before."""

    def issue(self, card: IssuedCard, *, appended: Appended) -> None:
        """Keep a card."""
        ...

    def issue_many(self, cards: Sequence[tuple[IssuedCard, Appended]]) -> None:
        """Keep many cards, for imports."""
        ...

    def revoke(self, member_id: bytes, *, before: datetime, appended: Appended) -> None:
        """Withdraw every token of a member that was issued before an instant."""
        ...

    def add_key(self, key: TillKey) -> None:
        """Keep a new key of the till; it signs from now on."""
        ...


# --- people, catalogue, settings, drafts, programmes ---


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRecord:
    """An operator's PIN as it is kept: Argon2 hash, wrong tries in a row, locked until when."""

    hash: str
    failures: int = 0
    locked_until: datetime | None = None


class PeopleReads(Protocol):
    """Operators."""

    def all(self) -> tuple[Operator, ...]:
        """Every operator, by name."""
        ...

    def by_id(self, operator_id: bytes) -> Operator | None:
        """An operator."""
        ...

    def pin(self, operator_id: bytes) -> PinRecord | None:
        """An operator's PIN record."""
        ...


class PeopleWrites(PeopleReads, Protocol):
    """Writing operators."""

    def save(self, operator: Operator) -> None:
        """Add or replace an operator; the PIN record stays."""
        ...

    def set_pin(self, operator_id: bytes, record: PinRecord) -> None:
        """Replace an operator's PIN record."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickKeyRow:
    """A quick key as stored: its page (a category id, or None for the first page) and place."""

    page: bytes | None
    position: int
    product_id: bytes


class CatalogueReads(Protocol):
    """Products, categories, tax classes, quick keys."""

    def by_code(self, code: str) -> Product | None:
        """The active product with a canonical scan code."""
        ...

    def code_owner(self, code: str) -> Product | None:
        """The product with a canonical scan code, active or not."""
        ...

    def by_sku(self, sku: str) -> Product | None:
        """A product by its stock number."""
        ...

    def product(self, product_id: bytes) -> Product | None:
        """A product by id."""
        ...

    def products(self) -> tuple[Product, ...]:
        """Every product, by name."""
        ...

    def initials(self) -> dict[bytes, str]:
        """Product id -> lower-case pinyin initials, as stored."""
        ...

    def categories(self) -> tuple[Category, ...]:
        """Every category, by position."""
        ...

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Every tax class, by code."""
        ...

    def quick_keys(self) -> tuple[QuickKeyRow, ...]:
        """Every quick key, by page and position."""
        ...

    def version(self) -> int:
        """A number that grows with every change of the catalogue."""
        ...


class CatalogueWrites(CatalogueReads, Protocol):
    """Writing the catalogue."""

    def save_product(self, product: Product, *, initials: str) -> None:
        """Add or replace a product with its codes."""
        ...

    def save_category(self, category: Category) -> None:
        """Add or replace a category."""
        ...

    def save_tax_class(self, tax_class: TaxClass) -> None:
        """Add or replace a tax class."""
        ...

    def set_quick_key(self, page: bytes | None, position: int, product_id: bytes | None) -> None:
        """Put a product on a key, or clear the key."""
        ...


class SettingReads(Protocol):
    """Settings of the shop, as text by name."""

    def get(self, name: str) -> str | None:
        """A setting, or None."""
        ...

    def all(self) -> dict[str, str]:
        """Every setting."""
        ...

    def blob(self, name: str) -> bytes | None:
        """A setting that is bytes, such as the logo."""
        ...


class SettingWrites(SettingReads, Protocol):
    """Writing settings."""

    def put(self, values: dict[str, str]) -> None:
        """Set several settings."""
        ...

    def put_blob(self, name: str, data: bytes | None) -> None:
        """Set a setting of bytes; None removes it."""
        ...


class DraftReads(Protocol):
    """The open basket."""

    def load(self) -> tuple[Basket, bytes] | None:
        """The kept basket and its operator's id."""
        ...


class DraftWrites(DraftReads, Protocol):
    """Keeping the open basket; at most one."""

    def keep(self, basket: Basket, operator_id: bytes, at: datetime) -> None:
        """Keep the basket in place of the one before."""
        ...

    def drop(self) -> None:
        """Forget the kept basket."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProgramme:
    """A programme file as it was loaded: reference, the day it takes effect, and its bytes."""

    ref: ProgrammeRef
    effective_from: datetime
    toml: bytes


class ProgrammeReads(Protocol):
    """Programme files."""

    def effective(self, at: datetime) -> StoredProgramme | None:
        """The programme in effect: latest `effective_from` not after `at`, then highest version."""
        ...

    def by_hash(self, programme_hash: bytes) -> StoredProgramme | None:
        """A programme by the SHA-256 of its bytes."""
        ...


class ProgrammeWrites(ProgrammeReads, Protocol):
    """Keeping programme files."""

    def add(self, programme: StoredProgramme) -> None:
        """Keep a programme; the same bytes again change nothing."""
        ...


# --- printing, replay, import ---


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """A receipt in the queue. `detail` is the last fault's wording code."""

    id: int
    sale_id: bytes
    copy: bool
    state: PrintState
    attempts: int
    detail: str


class PrintingReads(Protocol):
    """The print queue."""

    def next_waiting(self) -> PrintJob | None:
        """The oldest job that waits."""
        ...

    def interrupted(self) -> tuple[PrintJob, ...]:
        """Jobs that are being printed; at start, those that the till's last stop cut short."""
        ...

    def waiting(self) -> int:
        """How many jobs wait or are being printed."""
        ...

    def unconfirmed(self, *, limit: int = 50) -> tuple[SaleRow, ...]:
        """Sales whose newest job, original or copy, is UNKNOWN, newest first."""
        ...


class PrintingWrites(PrintingReads, Protocol):
    """Changing the print queue."""

    def queue(self, sale_id: bytes, *, copy: bool) -> int:
        """Add a job; returns its id."""
        ...

    def mark(self, job_id: int, state: PrintState, *, detail: str = "") -> None:
        """Set a job's state; PRINTING counts an attempt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayProgress:
    """How far a replay of one input got: rows read and sales rung."""

    key: bytes
    rows: int
    sales: int


class ReplayReads(Protocol):
    """Progress of replays and marks of imports, by SHA-256 of the input."""

    def progress(self, key: bytes) -> ReplayProgress | None:
        """How far a replay got."""
        ...

    def imported(self, key: bytes) -> str | None:
        """The summary that a finished import left under this key."""
        ...


class ReplayWrites(ReplayReads, Protocol):
    """Writing progress, in the same unit as what it counts."""

    def advance(self, progress: ReplayProgress) -> None:
        """Set how far a replay got."""
        ...

    def mark_imported(self, key: bytes, *, kind: str, at: datetime, summary: str) -> None:
        """Note a finished import."""
        ...


# --- the book ---


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
    def sales(self) -> SaleReads: ...  # noqa: D102
    @property
    def ledger(self) -> LedgerReads: ...  # noqa: D102
    @property
    def members(self) -> MemberReads: ...  # noqa: D102
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
    def sales(self) -> Sales: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def members(self) -> Members: ...  # noqa: D102
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

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A write transaction; waits for the one before it."""
        ...

    def read(self) -> AbstractContextManager[Reader]:
        """A read-only snapshot."""
        ...
