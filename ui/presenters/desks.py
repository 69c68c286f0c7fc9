"""What the screens beside the sale ask of what lies around them: sale, paper, book, long work.

`SaleDesk` is the open sale, which takes a member or a scan without being shown first. `Papers`
makes files and pages; its calls may take long and run on the printing lane.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from ui.presenters.ports import Progress

if TYPE_CHECKING:
    from posloyalty.domain.engine.award import Award
    from posloyalty.domain.engine.quote import Quote
    from posloyalty.domain.shop.basket import Basket
    from posloyalty.domain.shop.market import Country
    from posloyalty.domain.values.ratio import Ratio
    from posloyalty.services.members.enrol_member import MemberCard
    from posloyalty.services.papers.receipt import Receipt
    from posloyalty.services.papers.receipt_printer import PrintResult
    from ui.presenters.session import Session


class SaleDesk(Protocol):
    """The open sale, whichever screen is in front."""

    def attach_member(self, member_id: bytes, proof: str) -> None:
        """Put a member into the sale; `proof` says how they were recognised."""

    def say_alerts(self, awards: Iterable[Award]) -> None:
        """Say what looks wrong among what was given."""

    def scanned(self, text: str) -> None:
        """Take a scan as if the sale were in front."""


class Papers(Protocol):
    """Documents outside the book. Files answer with the path that was written."""

    def save_card(self, card: MemberCard) -> str:
        """Write a member card as PDF; the path."""

    def print_card(self, card: MemberCard) -> PrintResult:
        """Print the card's code on the receipt printer; what became of it."""

    def matrix(self, text: str) -> tuple[tuple[bool, ...], ...]:
        """The QR modules of a card's token, True for dark, without the quiet zone."""

    def lay_out(self, receipt: Receipt) -> object:
        """The receipt on its paper, as `documents.receipt_layout` lays it out; views draw it."""

    def save_receipt(self, receipt: Receipt) -> str:
        """Write a receipt as PDF; the path."""

    def badge(self, name: str, text: str) -> str:
        """Print somebody's badge; where no printer is set up, write it as PDF and give the path."""

    def save_table(
        self, name: str, lines: Iterable[tuple[str, ...]], *, texts: Collection[int] = ()
    ) -> str:
        """Write lines of texts as CSV, the head first; the path. `texts` are the columns of names
        and words, which no spreadsheet takes for anything else.
        """

    def save_quote(self, basket: Basket, quote: Quote) -> str:
        """Write what a quote was made from, and what it said, as a scenario file; the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One row of a file that was not taken; `reason` is worded."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What an import did; `bad` holds every row that was not taken."""

    added: int
    changed: int
    same: int
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOutcome:
    """What verifying found; `difference` is worded and empty when all is right."""

    events: int
    balances: int
    difference: str = ""


class BackOffice(Protocol):
    """Long work on the whole book, on a lane of its own; every call reports how far it is."""

    def import_products(self, path: str, progress: Progress) -> ImportOutcome:
        """Take products from a CSV or XLSX file."""

    def import_prices(self, path: str, progress: Progress) -> ImportOutcome:
        """Take price lists from a CSV, XLSX or TOML file."""

    def import_members(self, path: str, progress: Progress) -> ImportOutcome:
        """Take members with opening balances from a CSV or XLSX file."""

    def back_up(self, path: str, progress: Progress) -> str:
        """Write an encrypted copy of the book into a folder; the file's path."""

    def verify(self, progress: Progress) -> ProofOutcome:
        """Recompute chain and balances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProgramme:
    """A programme that the till keeps; sales go by the one in effect."""

    name: str
    version: int
    since: date
    in_effect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftProgramme:
    """A programme's file that is looked at: it can be used when nothing is wrong in it.

    `findings` are what is wrong, `warnings` what is allowed and hardly meant, both worded.
    """

    data: bytes = field(repr=False)
    name: str = ""
    version: int = 0
    findings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOut:
    """What a draft would have done with the past sales: how many, and the report's lines."""

    sales: int
    lines: tuple[str, ...]


class ProgrammeDesk(Protocol):
    """The shop's loyalty programme: what is kept, drafts, try-outs."""

    def kept(self) -> tuple[KeptProgramme, ...]:
        """The programmes of this till, the latest to take effect first."""

    def ready(self) -> tuple[str, ...]:
        """The names of the programmes that ship; area "ready" words them."""

    def from_ready(self, key: str) -> DraftProgramme:
        """A ready programme in the shop's currency and zone."""

    def from_file(self, path: str) -> DraftProgramme:
        """A file of one's own, or what is wrong with it."""

    def try_out(self, draft: DraftProgramme, redeemers: Ratio, progress: Progress) -> TriedOut:
        """Run a draft over the past sales; `redeemers` is the share who spend their points."""

    def use(self, draft: DraftProgramme, actor: bytes) -> KeptProgramme:
        """Put a draft in effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WizardAnswers:
    """Everything the book is made from. `pin` is the manager's; it is not shown by `repr`."""

    language: str
    country: Country
    currency: str
    timezone: str
    shop_name: str
    store_name: str
    store_code: str
    till_code: str
    address: str
    tax_number: str
    phone: str
    manager_name: str
    pin: str = field(repr=False)
    printer_kind: str
    printer_address: str
    receipt_width_mm: int
    demo: bool
    programme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBook:
    """A new book: its recovery code in groups, and where its key is kept."""

    recovery_code: str = field(repr=False)
    in_keystore: bool
    key_place: str


class BookMaker(Protocol):
    """Makes the book and opens it; the composition root knows how."""

    def make(self, answers: WizardAnswers, progress: Progress) -> MadeBook:
        """Make keys, book, first products and members, telling how many; runs on the long lane."""

    def open(self) -> None:
        """Open the book that was made and show the sign-in."""


class BookOpener(Protocol):
    """Opens the book; the composition root knows how."""

    def open_with_code(self, code: str, new_pin: str) -> None:
        """Open with a recovery code and set the manager's PIN; runs on the writer lane."""

    def opened(self) -> None:
        """The book is open: attach its services and show the sign-in."""


class PracticeRoom(Protocol):
    """The way into training and out of it; the open sale is kept meanwhile."""

    def begin_practice(self) -> None:
        """Make the training book anew and go there."""

    def end_practice(self) -> None:
        """Go back to the shop's own book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """All of them, as the composition root hands them to the session."""

    sale: SaleDesk
    papers: Papers
    office: BackOffice
    maker: BookMaker
    opener: BookOpener
    programme: ProgrammeDesk
    practice: PracticeRoom | None = None


class NoDesks(Exception):
    """The composition root has not handed the desks over; only the sign-in works without them."""


def desks_of(session: Session) -> Desks:
    """The desks of a session; raises `NoDesks`."""
    if session.desks is None:
        raise NoDesks
    return session.desks
