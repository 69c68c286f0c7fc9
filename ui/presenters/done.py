"""Done: the sale is booked. Change, receipt, points, and on to the next; any scan starts it.

Shape: `DoneState` about one booked `Sale` or `Refund`. The receipt's state is asked until it is
known; a printer that is off or out of paper never holds anybody up. The member's name is masked,
because this screen is turned to the customer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.done_state import DoneState, ReceiptIs, done_with_refund, done_with_sale
from ui.presenters.drawer import open_drawer_for
from ui.presenters.exchanging import Back
from ui.presenters.ports import Cancel, Screen, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.ports import StoredRefund, StoredSale

ASK_AGAIN_MS: Final = 800
# A receipt that has been waiting so often is late; before, the printer is just being reached.
ASKED_IN_VAIN: Final = 3


class DonePresenter(Presenter[DoneState]):
    """Tells how the sale ended; Enter, F12 or the next scan goes on."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(DoneState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._paper: Sale | Refund | None = None
        self._member = ""
        self._back: Back = ()
        self._receipt_is: ReceiptIs | None = None
        self._asked = 0
        self._cancel: Cancel | None = None

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """A sale or a refund was booked; without one there is nothing to show."""
        paper = arguments.get("sale") or arguments.get("refund")
        if isinstance(paper, (Sale, Refund)):
            self._paper = paper
            self._member = str(arguments.get("member_name", ""))
            back = arguments.get("back", ())
            self._back = back if isinstance(back, tuple) else ()
            self._receipt_is, self._asked = None, 0
            kept = arguments.get("kept", 0)
            kept = kept if isinstance(kept, int) else 0
            open_drawer_for(self._session, paper, back=self._back, kept=kept)
        if self._paper is None:
            self._session.navigator.show(Screen.SALE)
            return
        self._ask_receipt()
        self._tell()

    def closed(self) -> None:
        """The next customer's turn: nothing of the last one stays on the screen."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def scanned(self, text: str) -> None:
        """The next sale begins."""
        self._session.navigator.show(Screen.SALE, scan=text)

    def typed(self, character: str) -> None:
        """A typed code begins the next sale too."""
        self._session.navigator.show(Screen.SALE, typed=character)

    # Keys and taps

    def main_action(self) -> None:
        """F12: the next customer."""
        self._session.navigator.show(Screen.SALE)

    def enter(self) -> None:
        """Enter: the next customer."""
        self.main_action()

    def escape(self) -> None:
        """Esc: the next customer."""
        self.main_action()

    def reprint(self) -> None:
        """Ctrl+P: print the receipt once more, marked as a copy."""
        paper = self._paper
        if paper is None:
            return
        till, operator = self._session.till, self._session.operator

        def queued(_: object) -> None:
            self._counter.said("done.copy_queued", ToastKind.GOOD)
            self._print()

        self._session.lanes.write(
            lambda: till.receipts.queue(paper.id, copy=True, operator=operator),
            queued,
            self._counter.say_fault,
        )

    def show_receipt(self) -> None:
        """Look at the receipt on the screen."""
        if self._paper is not None:
            self._session.navigator.show(Screen.RECEIPT, paper_id=self._paper.id)

    def take_back(self) -> None:
        """F8: something of this sale comes back at once; after a refund, of another one."""
        sale = self._paper
        if isinstance(sale, Sale):
            self._session.navigator.show(Screen.RETURN, sale_id=sale.id)
        else:
            self._session.navigator.show(Screen.RETURN)

    def void(self) -> None:
        """Ctrl+Backspace: the sale should not have been; asks on a screen of its own."""
        if isinstance(self._paper, Sale):
            self._session.navigator.show(Screen.RETURN, sale_id=self._paper.id, void=True)

    # The work

    def _print(self) -> None:
        till = self._session.till
        self._session.lanes.printing(
            till.receipts.run_next, lambda _: self._ask_receipt(), self._counter.say_fault
        )

    def _ask_receipt(self) -> None:
        paper = self._paper
        if paper is None:
            return
        till = self._session.till

        def look() -> StoredSale | StoredRefund | None:
            if isinstance(paper, Refund):
                return till.refund_history.refund(paper.id)
            return till.history.sale(paper.id)

        def answered(stored: StoredSale | StoredRefund | None) -> None:
            if self._paper is paper and stored is not None:
                self._receipt_is = ReceiptIs(str(stored.printed))
                self._asked += 1
                self._tell()
                self._ask_later()

        self._session.lanes.look_up(look, answered, self._counter.say_fault)

    def _ask_later(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self._receipt_is in (ReceiptIs.WAITING, ReceiptIs.PRINTING):
            self._cancel = self._session.timer.after(ASK_AGAIN_MS, self._ask_receipt)

    # Wording

    def _tell(self) -> None:
        paper, words, receipt = self._paper, self._session.words, self._receipt_is
        if paper is None:
            return
        figures = self._counter.figures
        if isinstance(paper, Refund):
            state = done_with_refund(paper, figures)
        else:
            state = done_with_sale(paper, figures, member=self._member, back=self._back)
        self._show(
            replace(
                state,
                receipt="" if receipt is None else words(f"done.receipt_{receipt.value}"),
                receipt_is=receipt,
                receipt_late=receipt is ReceiptIs.UNKNOWN
                or (receipt is ReceiptIs.WAITING and self._asked > ASKED_IN_VAIN),
            )
        )
