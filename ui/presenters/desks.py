"""What the member, history and settings screens ask of their neighbours: the sale, and paper.

`SaleDesk` is the open sale, which takes a member or a scan without being shown first. `Papers`
makes files and pages; its calls may take long and run on the printing lane.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ui.presenters.ports import Progress

if TYPE_CHECKING:
    from posloyalty.services.enrol_member import MemberCard
    from posloyalty.services.receipt import Receipt


class SaleDesk(Protocol):
    """The open sale, whichever screen is in front."""

    def attach_member(self, member_id: bytes, proof: str) -> None:
        """Put a member into the sale; `proof` says how they were recognised."""

    def scanned(self, text: str) -> None:
        """Take a scan as if the sale were in front."""


class Papers(Protocol):
    """Documents outside the book. Each call answers with the path it wrote."""

    def save_card(self, card: MemberCard) -> str:
        """Write a member card as PDF; the path."""

    def print_card(self, card: MemberCard) -> None:
        """Print the card's code on the receipt printer."""

    def save_receipt(self, receipt: Receipt) -> str:
        """Write a receipt as PDF; the path."""


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
