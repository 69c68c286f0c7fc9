"""What the screens beside the sale ask of what lies around them: sale, paper, book, long work.

`SaleDesk` is the open sale, which takes a member or a scan without being shown first. `Papers`
makes files and pages; its calls may take long and run on the printing lane.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ui.presenters.ports import Progress

if TYPE_CHECKING:
    from posloyalty.domain.engine.quote import Quote
    from posloyalty.domain.shop.basket import Basket
    from posloyalty.services.enrol_member import MemberCard
    from posloyalty.services.receipt import Receipt
    from posloyalty.services.receipt_printer import PrintResult
    from ui.presenters.markets import Market
    from ui.presenters.session import Session


class SaleDesk(Protocol):
    """The open sale, whichever screen is in front."""

    def attach_member(self, member_id: bytes, proof: str) -> None:
        """Put a member into the sale; `proof` says how they were recognised."""

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

    def import_members(self, path: str, progress: Progress) -> ImportOutcome:
        """Take members with opening balances from a CSV or XLSX file."""

    def back_up(self, path: str, progress: Progress) -> str:
        """Write an encrypted copy of the book into a folder; the file's path."""

    def verify(self, progress: Progress) -> ProofOutcome:
        """Recompute chain and balances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WizardAnswers:
    """Everything the book is made from. `pin` is the manager's; it is not shown by `repr`."""

    language: str
    market: Market
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBook:
    """A new book: its recovery code in groups, and where its key is kept."""

    recovery_code: str = field(repr=False)
    in_keystore: bool
    key_place: str


class BookMaker(Protocol):
    """Makes the book and opens it; the composition root knows how."""

    def make(self, answers: WizardAnswers) -> MadeBook:
        """Make keys, book, first products; runs on the writer lane."""

    def open(self) -> None:
        """Open the book that was made and show the sign-in."""


class BookOpener(Protocol):
    """Opens the book; the composition root knows how."""

    def open_with_code(self, code: str, new_pin: str) -> None:
        """Open with a recovery code and set the manager's PIN; runs on the writer lane."""

    def opened(self) -> None:
        """The book is open: attach its services and show the sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """All of them, as the composition root hands them to the session."""

    sale: SaleDesk
    papers: Papers
    office: BackOffice
    maker: BookMaker
    opener: BookOpener


class NoDesks(Exception):
    """The composition root has not handed the desks over; only the sign-in works without them."""


def desks_of(session: Session) -> Desks:
    """The desks of a session; raises `NoDesks`."""
    if session.desks is None:
        raise NoDesks
    return session.desks
