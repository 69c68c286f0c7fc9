"""Done: the sale is booked. Change, receipt, points, and on to the next; any scan starts it.

Shape: `DoneState` of texts about one booked `Sale`. The receipt's state is asked until it is known;
a printer that is off or out of paper never holds anybody up. The member's name is masked, because
this screen is turned to the customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from posloyalty.domain.members.member import masked_name
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import currency
from posloyalty.wording import Words
from ui.presenters.amounts import Figures, signed
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.drawer import open_drawer_for
from ui.presenters.ports import Cancel, Screen, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.ports import StoredSale

ASK_AGAIN_MS: Final = 800
# A receipt that has been waiting so often is late; before, the printer is just being reached.
ASKED_IN_VAIN: Final = 3


class ReceiptIs(StrEnum):
    """What is known of the receipt, in the words of `PrintState`."""

    NOT_WANTED = "not_wanted"
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneState:
    """The whole screen; empty before the first sale. A receipt that is late is worth a look."""

    title: str = ""
    change_label: str = ""
    change: str = ""
    change_minor: int = 0
    given: str = ""
    receipt: str = ""
    receipt_is: ReceiptIs | None = None
    receipt_late: bool = False
    points: tuple[str, ...] = ()
    member: str = ""
    saved: str = ""
    number: str = ""
    reprint: str = ""
    next: str = ""
    hint: str = ""


class DonePresenter(Presenter[DoneState]):
    """Tells how the sale ended; Enter, F12 or the next scan goes on."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(DoneState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._sale: Sale | None = None
        self._member = ""
        self._receipt_is: ReceiptIs | None = None
        self._asked = 0
        self._cancel: Cancel | None = None

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """A sale was booked; without one there is nothing to show."""
        sale = arguments.get("sale")
        if isinstance(sale, Sale):
            self._sale = sale
            self._member = str(arguments.get("member_name", ""))
            self._receipt_is, self._asked = None, 0
            open_drawer_for(self._session, sale)
        if self._sale is None:
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
        sale = self._sale
        if sale is None:
            return
        till, operator = self._session.till, self._session.operator

        def queued(_: object) -> None:
            self._counter.said("done.copy_queued", ToastKind.GOOD)
            self._print()

        self._session.lanes.write(
            lambda: till.receipts.queue(sale.id, copy=True, operator=operator),
            queued,
            self._counter.say_fault,
        )

    def show_receipt(self) -> None:
        """Look at the receipt on the screen."""
        if self._sale is not None:
            self._session.navigator.show(Screen.RECEIPT, sale_id=self._sale.id)

    # The work

    def _print(self) -> None:
        till = self._session.till
        self._session.lanes.printing(
            till.receipts.run_next, lambda _: self._ask_receipt(), self._counter.say_fault
        )

    def _ask_receipt(self) -> None:
        sale = self._sale
        if sale is None:
            return
        till = self._session.till

        def answered(stored: StoredSale | None) -> None:
            if self._sale is sale and stored is not None:
                self._receipt_is = ReceiptIs(str(stored.printed))
                self._asked += 1
                self._tell()
                self._ask_later()

        self._session.lanes.look_up(
            lambda: till.history.sale(sale.id), answered, self._counter.say_fault
        )

    def _ask_later(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self._receipt_is in (ReceiptIs.WAITING, ReceiptIs.PRINTING):
            self._cancel = self._session.timer.after(ASK_AGAIN_MS, self._ask_receipt)

    # Wording

    def _tell(self) -> None:
        if self._sale is not None:
            self._show(self._worded(self._sale))

    def _worded(self, sale: Sale) -> DoneState:
        words = self._session.words
        figures = Figures(words=words, currency=currency(sale.currency))
        receipt = self._receipt_is
        cash = any(tender.kind is TenderKind.CASH for tender in sale.tenders)
        return DoneState(
            title=words("done.title"),
            change_label=words("done.change" if cash else "done.paid"),
            change=figures.total(sale.change_minor if cash else sale.payable_minor),
            change_minor=sale.change_minor,
            given=_given(sale, figures),
            receipt="" if receipt is None else words(f"done.receipt_{receipt.value}"),
            receipt_is=receipt,
            receipt_late=receipt is ReceiptIs.UNKNOWN
            or (receipt is ReceiptIs.WAITING and self._asked > ASKED_IN_VAIN),
            points=_points(sale, words),
            member=masked_name(self._member),
            saved=words("done.saved"),
            number=sale.number,
            reprint=words("done.reprint"),
            next=words("done.next"),
            hint=words("done.scan_next"),
        )


def _given(sale: Sale, figures: Figures) -> str:
    """How it was paid: "given 200.00 − to pay 112.80 (cash rounding +0.04)"."""
    words = figures.words
    if not sale.tenders:
        return words("done.nothing_to_pay")
    given = sum(tender.given_minor for tender in sale.tenders)
    asked = figures.money(sale.payable_minor + sale.rounding_minor)
    if len(sale.tenders) == 1 and sale.tenders[0].kind is not TenderKind.CASH:
        tender = sale.tenders[0]
        kind = words(f"pay.{tender.kind.value}")
        return words("done.by_reference", kind=kind, reference=tender.reference or "")
    said = words("done.given", given=figures.money(given), asked=asked)
    if sale.rounding_minor:
        rounding = signed(figures.money(abs(sale.rounding_minor)), sale.rounding_minor)
        said += words("done.rounding", amount=rounding)
    return said


def _points(sale: Sale, words: Words) -> tuple[str, ...]:
    """Per wallet: used, earned, what there is now, what comes later."""
    told = []
    for points in sale.points:

        def text(amount: int, decimals: int = points.scale) -> str:
            return format_fixed(amount, decimals=decimals, grouping=True)

        changes = []
        if points.redeemed:
            changes.append(signed(text(points.redeemed), -1))
        if points.earned:
            changes.append(signed(text(points.earned), 1))
        said = words(
            "done.points",
            wallet=points.wallet_name,
            changes=" ".join(changes) or text(0),
            balance=text(points.balance_after),
        )
        if points.pending_after:
            said += words("done.pending", points=text(points.pending_after))
        told.append(said)
    return tuple(told)
