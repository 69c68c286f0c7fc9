"""A receipt on screen: what the paper says, drawn from the same data, with reprint and PDF.

Shape: `ReceiptState` holds the receipt-as-data of one sale, or of what was
taken back. Reprinting queues a copy, which says so
in a bar at both ends; the screen never waits for the printer.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.services.papers.receipt import Receipt
from ui.presenters.base import Presenter
from ui.presenters.desks import Papers, SaleDesk
from ui.presenters.faults import fault_text
from ui.presenters.ports import Screen, Sound, ToastKind
from ui.presenters.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptState:
    """The shown receipt, or why there is none."""

    paper_id: bytes | None = None
    receipt: Receipt | None = None
    page: object = None
    title: str = ""
    note: str = ""
    empty: str = ""
    can_print: bool = False
    reading: bool = False


class ReceiptPresenter(Presenter[ReceiptState]):
    """Reads a receipt; prints copies and writes PDFs of it."""

    def __init__(self, session: Session, *, papers: Papers, desk: SaleDesk) -> None:
        super().__init__(ReceiptState())
        self._session = session
        self._papers = papers
        self._desk = desk
        self._paper_id: bytes | None = None
        self._receipt: Receipt | None = None
        self._page: object = None
        self._reading = False
        self._tell()

    def opened(self, **arguments: object) -> None:
        """Show the receipt that is named."""
        paper_id = arguments.get("paper_id")
        if isinstance(paper_id, bytes):
            self.show_paper(paper_id)

    def reworded(self) -> None:
        """The words around the receipt change; the receipt keeps the language it was written in."""
        self._tell()

    def scanned(self, text: str) -> None:
        """A scan begins or continues a sale, here as everywhere."""
        self._desk.scanned(text)
        self._session.navigator.show(Screen.SALE)

    def show_paper(self, paper_id: bytes) -> None:
        """Read a sale's or refund's receipt; an answer for another than the newest is dropped."""
        if paper_id == self._paper_id and self._receipt is not None:
            return
        self._paper_id, self._receipt, self._reading = paper_id, None, True
        till, papers = self._session.till, self._papers

        def read() -> tuple[Receipt, object]:
            receipt = till.receipts.receipt(paper_id, copy=False)
            return receipt, papers.lay_out(receipt)

        def answered(answer: tuple[Receipt, object]) -> None:
            if paper_id == self._paper_id:
                self._receipt, self._page = answer
                self._reading = False
                self._tell()

        def failed(fault: Exception) -> None:
            if paper_id == self._paper_id:
                self._reading = False
                self._failed(fault)

        self._session.lanes.look_up(read, answered, failed)
        self._tell()

    def clear(self) -> None:
        """None is chosen any more."""
        self._paper_id, self._receipt, self._reading = None, None, False
        self._tell()

    def reprint(self) -> None:
        """Queue a copy of the shown receipt."""
        receipt, paper_id = self._receipt, self._paper_id
        if receipt is None or paper_id is None:
            return
        till, words = self._session.till, self._session.words
        operator = self._session.operator
        self._session.lanes.write(
            lambda: till.receipts.queue(paper_id, copy=True, operator=operator),
            lambda _: self._session.toasts.say(
                words("history.reprint_queued", number=receipt.number), ToastKind.NEWS
            ),
            self._failed,
        )

    def save_pdf(self) -> None:
        """Write the shown receipt as PDF."""
        receipt = self._receipt
        if receipt is None:
            return
        words = self._session.words
        self._session.lanes.printing(
            lambda: self._papers.save_receipt(receipt),
            lambda path: self._session.toasts.say(
                words("history.saved_pdf", path=path), ToastKind.GOOD
            ),
            self._failed,
        )

    def main_action(self) -> None:
        """F12: back to selling."""
        self._session.navigator.show(Screen.SALE)

    def enter(self) -> None:
        """Enter does what F12 does."""
        self.main_action()

    def escape(self) -> None:
        """Esc."""
        self._session.navigator.back()

    def _failed(self, fault: Exception) -> None:
        self._session.toasts.say(fault_text(fault, self._session.words), ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)
        self._tell()

    def _tell(self) -> None:
        words, receipt = self._session.words, self._receipt
        printer = self._session.shop is not None and self._session.shop.printer.kind != "none"
        self._show(
            ReceiptState(
                paper_id=self._paper_id,
                receipt=receipt,
                page=None if receipt is None else self._page,
                title=words("history.preview")
                if receipt is None
                else words("history.receipt_of", number=receipt.number),
                note="" if receipt is None else words("history.width", mm=receipt.width_mm),
                empty=words("history.preview_empty") if self._paper_id is None else "",
                can_print=receipt is not None and printer,
                reading=self._reading,
            )
        )
