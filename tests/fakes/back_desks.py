"""What lies around the screens beside the sale, for tests: open sale, paper, long work, book.

Each fake remembers what it was asked, newest last; outcomes are the test's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.members.enrol_member import MemberCard
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.desks import (
    Desks,
    DraftProgramme,
    ImportOutcome,
    KeptProgramme,
    MadeBook,
    ProofOutcome,
    TriedOut,
    WizardAnswers,
)
from ui.presenters.ports import Progress


@dataclass
class FakeDesk:
    """The open sale: remembers whom and what it got."""

    members: list[tuple[bytes, str]] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    alerts: list[Award] = field(default_factory=list)

    def attach_member(self, member_id: bytes, proof: str) -> None:
        self.members.append((member_id, proof))

    def say_alerts(self, awards: Iterable[Award]) -> None:
        self.alerts += awards

    def scanned(self, text: str) -> None:
        self.scans.append(text)


@dataclass
class FakePapers:
    """Files by name; printed cards are remembered, with the test's result."""

    printed: list[MemberCard] = field(default_factory=list)
    quotes: list[tuple[Basket, Quote]] = field(default_factory=list)
    badges: list[tuple[str, str]] = field(default_factory=list)
    badge_file: str = ""
    result: PrintResult = field(
        default_factory=lambda: PrintResult(Outcome.PRINTED, PrinterCondition(PrinterState.READY))
    )

    def save_card(self, card: MemberCard) -> str:
        return f"cards/{card.short_code}.pdf"

    def print_card(self, card: MemberCard) -> PrintResult:
        self.printed.append(card)
        return self.result

    def badge(self, name: str, text: str) -> str:
        self.badges.append((name, text))
        return self.badge_file

    def save_table(
        self, name: str, lines: Iterable[tuple[str, ...]], *, texts: Collection[int] = ()
    ) -> str:
        return f"papers/{name}.csv"

    def matrix(self, text: str) -> tuple[tuple[bool, ...], ...]:
        from posloyalty.documents.qr import card_matrix

        return card_matrix(text)

    def lay_out(self, receipt: Receipt) -> object:
        from posloyalty.documents.receipt_layout import lay_out

        return lay_out(receipt)

    def save_quote(self, basket: Basket, quote: Quote) -> str:
        self.quotes.append((basket, quote))
        return "papers/quote.toml"

    def save_receipt(self, receipt: Receipt) -> str:
        return f"receipts/{receipt.number}.pdf"


@dataclass
class FakeOffice:
    """Long work that is done at once; the outcomes are the test's."""

    outcome: ImportOutcome = field(
        default_factory=lambda: ImportOutcome(added=210, changed=0, same=8)
    )
    proof: ProofOutcome = field(default_factory=lambda: ProofOutcome(events=1234, balances=56))
    asked: list[tuple[str, str]] = field(default_factory=list)

    def import_products(self, path: str, progress: object) -> ImportOutcome:
        self.asked.append(("products", path))
        progress(3, 218)  # type: ignore[operator]
        return self.outcome

    def import_prices(self, path: str, progress: object) -> ImportOutcome:
        self.asked.append(("prices", path))
        progress(3, 218)  # type: ignore[operator]
        return self.outcome

    def import_members(self, path: str, progress: object) -> ImportOutcome:
        self.asked.append(("members", path))
        progress(3, 218)  # type: ignore[operator]
        return self.outcome

    def back_up(self, path: str, progress: object) -> str:
        self.asked.append(("backup", path))
        return f"{path}/book-2026-11-22.bak"

    def verify(self, progress: object) -> ProofOutcome:
        self.asked.append(("verify", ""))
        return self.proof


@dataclass
class FakeProgrammes:
    """Two ready programmes and one in effect; a file named "bad" has faults, "odd" a warning."""

    now: KeptProgramme = field(
        default_factory=lambda: KeptProgramme(
            name="Dawn Club", version=1, since=date(2026, 3, 1), in_effect=True
        )
    )
    used: list[tuple[DraftProgramme, bytes]] = field(default_factory=list)
    tried: list[tuple[str, Ratio]] = field(default_factory=list)
    outcome: TriedOut = field(
        default_factory=lambda: TriedOut(sales=12, lines=("12 sales", "still owed"))
    )

    def kept(self) -> tuple[KeptProgramme, ...]:
        return (self.now,)

    def ready(self) -> tuple[str, ...]:
        return ("bakery", "cafe")

    def from_ready(self, key: str) -> DraftProgramme:
        return DraftProgramme(data=key.encode(), name=key.title(), version=1)

    def from_file(self, path: str) -> DraftProgramme:
        findings = ("line 3, currency: unknown", "line 9, rate: above 1") if "bad" in path else ()
        warnings = ("line 12, offer[1]: never",) if "odd" in path else ()
        return DraftProgramme(
            data=path.encode(), name="Mine", version=2, findings=findings, warnings=warnings
        )

    def try_out(
        self, draft: DraftProgramme, redeemers: Ratio, progress: Callable[[int, int], None]
    ) -> TriedOut:
        self.tried.append((draft.name, redeemers))
        progress(3, 12)
        return self.outcome

    def use(self, draft: DraftProgramme, actor: bytes) -> KeptProgramme:
        self.used.append((draft, actor))
        self.now = KeptProgramme(
            name=draft.name, version=draft.version, since=date(2026, 11, 22), in_effect=True
        )
        return self.now


@dataclass
class FakeMaker:
    """Makes a book from any answers."""

    answers: list[WizardAnswers] = field(default_factory=list)
    opened: int = 0
    fails: Exception | None = None
    joined: tuple[int, ...] = ()

    def make(self, answers: WizardAnswers, progress: Progress) -> MadeBook:
        for joined in self.joined:
            progress(joined, self.joined[-1])
        if self.fails is not None:
            raise self.fails
        self.answers.append(answers)
        return MadeBook(
            recovery_code="4T7K-9MWX-2C5H-QB8R-J3VN-6YDF-P1GZ",
            in_keystore=False,
            key_place="/var/lib/posloyalty/book.key",
        )

    def open(self) -> None:
        self.opened += 1


@dataclass
class FakeOpener:
    """Opens with one code only."""

    good: str = "4T7K-9MWX-2C5H-QB8R-J3VN-6YDF-P1GZ"
    pins: list[str] = field(default_factory=list)
    opened_times: int = 0

    def open_with_code(self, code: str, new_pin: str) -> None:
        if code != self.good:
            raise ServiceRefusal("WRONG_RECOVERY_CODE")
        self.pins.append(new_pin)

    def opened(self) -> None:
        self.opened_times += 1


def fake_desks() -> Desks:
    """All the fakes beside the services."""
    return Desks(
        sale=FakeDesk(),
        papers=FakePapers(),
        office=FakeOffice(),
        maker=FakeMaker(),
        opener=FakeOpener(),
        programme=FakeProgrammes(),
    )
