"""The receipts of this till, newest first: look one up, see it, print a copy.

Shape: `HistoryState` holds rows of pages of 50, sales and what came back alike; "older receipts"
adds a page, up to `ROWS_MOST`, past which searching is the way. Receipts that are not known to be
printed are offered at the top until they are printed as copies or waved away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.members.member import masked_name
from posloyalty.domain.values.money import currency, format_amount
from ui.presenters.base import Presenter
from ui.presenters.desks import Papers, SaleDesk
from ui.presenters.faults import fault_text
from ui.presenters.ports import Screen, Sound, ToastKind
from ui.presenters.receipt import ReceiptPresenter
from ui.presenters.search import LatestOnly
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.ports import ReceiptRow

PAGE: Final = 50
ROWS_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTile:
    """One receipt: a sale's, or of what came back, in words by `kind`. `look` is True when it may
    want printing.
    """

    paper_id: bytes
    number: str
    kind: str
    at: str
    who: str
    operator: str
    amount: str
    amount_minor: int
    printed: str
    look: bool
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryState:
    """What the screen shows besides the receipt, which has its own state."""

    search: str = ""
    summary: str = ""
    rows: tuple[ReceiptTile, ...] = ()
    more: bool = False
    reading: bool = False
    empty: str = ""
    empty_hint: str = ""
    unconfirmed: int = 0
    unconfirmed_text: str = ""
    chosen: bytes | None = None
    can_take_back: bool = False


class HistoryPresenter(Presenter[HistoryState]):
    """Reads pages on the look-up lane; the chosen row's receipt follows the selection."""

    def __init__(self, session: Session, *, papers: Papers, desk: SaleDesk) -> None:
        super().__init__(HistoryState())
        self._session = session
        self._desk = desk
        self._text = ""
        self._rows: tuple[ReceiptRow, ...] = ()
        self._more = False
        self._adding = False
        self._read_once = False
        self._chosen: bytes | None = None
        self._unconfirmed: tuple[ReceiptRow, ...] = ()
        self.receipt = ReceiptPresenter(session, papers=papers, desk=desk)
        self._search = LatestOnly(
            session.lanes,
            job=lambda text: session.till.past_receipts.page(text=text, limit=PAGE),
            done=self._first_page,
            failed=self._failed,
        )
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Read the newest receipts, and which receipts are in doubt."""
        self._text = ""
        self._chosen = None
        self.receipt.clear()
        self._search.ask("")
        self._ask_unconfirmed()
        self._tell()

    def reworded(self) -> None:
        """Another language."""
        self.receipt.reworded()
        self._tell()

    def scanned(self, text: str) -> None:
        """A receipt's code finds its sale; any other code goes to the sale."""
        from posloyalty.domain.shop.scan_code import ScanScreen
        from posloyalty.services.selling.scanned import ScannedReceipt

        till = self._session.till

        def recognised(found: object) -> None:
            if isinstance(found, ScannedReceipt) and found.sale_number is not None:
                self.search(found.sale_number)
            else:
                self._desk.scanned(text)
                self._session.navigator.show(Screen.SALE)

        self._session.lanes.look_up(
            lambda: till.scan.recognise(text, screen=ScanScreen.SALE), recognised, self._failed
        )

    def typed(self, character: str) -> None:
        """Typing with no field in focus searches."""
        self.search(self._text + character)

    # Intents

    def search(self, text: str) -> None:
        """The search line was typed into."""
        self._text = text
        self._search.ask(text.strip())
        self._tell()

    def choose(self, paper_id: bytes) -> None:
        """A row was tapped or reached by the arrow keys: its receipt shows beside."""
        self._chosen = paper_id
        self.receipt.show_paper(paper_id)
        self._tell()

    def down(self) -> None:
        """The arrow key down; past the last row the next page comes."""
        self._step(1)

    def up(self) -> None:
        """The arrow key up."""
        self._step(-1)

    def open(self) -> None:
        """Enter: the chosen receipt on a screen of its own."""
        if self._chosen is not None:
            self._session.navigator.show(Screen.RECEIPT, paper_id=self._chosen)

    def take_back(self) -> None:
        """F8: goods of the chosen sale come back."""
        self._take_back(void=False)

    def void(self) -> None:
        """Ctrl+Backspace: the chosen sale should not have been; asks on a screen of its own."""
        self._take_back(void=True)

    def _take_back(self, *, void: bool) -> None:
        row = self._chosen_row
        if row is None:
            return
        if row.paper_id != row.sale_id:
            said = self._session.words("history.no_sale", number=row.number)
            self._session.toasts.say(said, ToastKind.REFUSED)
            self._session.sounds.play(Sound.REFUSED)
            return
        more = {"void": True} if void else {}
        self._session.navigator.show(Screen.RETURN, sale_id=row.sale_id, **more)

    @property
    def _chosen_row(self) -> ReceiptRow | None:
        return next((row for row in self._rows if row.paper_id == self._chosen), None)

    def older(self) -> None:
        """Read the next page."""
        if not self._more or self._adding or not self._rows:
            return
        till, text, before = self._session.till, self._text.strip(), self._rows[-1].seq
        self._adding = True

        def answered(rows: tuple[ReceiptRow, ...]) -> None:
            self._adding = False
            if text == self._text.strip():
                self._rows = (*self._rows, *rows)
                self._more = len(rows) == PAGE and len(self._rows) < ROWS_MOST
            self._tell()

        self._session.lanes.look_up(
            lambda: till.past_receipts.page(before_seq=before, text=text, limit=PAGE),
            answered,
            self._failed,
        )
        self._tell()

    def reprint(self) -> None:
        """Ctrl+P: a copy of the shown receipt."""
        self.receipt.reprint()

    def save_pdf(self) -> None:
        """Write the shown receipt as PDF."""
        self.receipt.save_pdf()

    def print_unconfirmed(self) -> None:
        """Copies of every receipt in doubt, oldest first."""
        rows, till, words = self._unconfirmed, self._session.till, self._session.words
        operator = self._session.operator

        def queue() -> int:
            for row in reversed(rows):
                till.receipts.queue(row.paper_id, copy=True, operator=operator)
                till.receipts.dismiss(row.paper_id)
            return len(rows)

        def queued(count: int) -> None:
            self._unconfirmed = ()
            said = words.counted("history.unconfirmed_done", count)
            self._session.toasts.say(said, ToastKind.NEWS)
            self._tell()

        self._session.lanes.write(queue, queued, self._failed)

    def keep_unconfirmed(self) -> None:
        """No copies are wanted."""
        rows, till = self._unconfirmed, self._session.till

        def dismiss() -> None:
            for row in rows:
                till.receipts.dismiss(row.paper_id)

        def dismissed(_: None) -> None:
            self._unconfirmed = ()
            self._tell()

        self._session.lanes.write(dismiss, dismissed, self._failed)

    def main_action(self) -> None:
        """F12: a copy of the shown receipt."""
        self.receipt.reprint()

    def enter(self) -> None:
        """Enter opens the chosen sale."""
        self.open()

    def escape(self) -> None:
        """Esc."""
        self._session.navigator.back()

    # The work

    def _ask_unconfirmed(self) -> None:
        def answered(rows: tuple[ReceiptRow, ...]) -> None:
            self._unconfirmed = rows
            self._tell()

        till = self._session.till
        self._session.lanes.look_up(till.past_receipts.in_doubt, answered, self._failed)

    def _first_page(self, text: str, rows: tuple[ReceiptRow, ...]) -> None:
        self._rows = rows
        self._more = len(rows) == PAGE
        self._read_once = True
        known = {row.paper_id for row in rows}
        if self._chosen not in known:
            self._chosen = None
            self.receipt.clear()
            if rows:
                self._chosen = rows[0].paper_id
                self.receipt.show_paper(rows[0].paper_id)
        self._tell()

    def _step(self, by: int) -> None:
        ids = [row.paper_id for row in self._rows]
        if not ids:
            return
        at = ids.index(self._chosen) + by if self._chosen in ids else 0
        if at >= len(ids):
            self.older()
        self.choose(ids[max(0, min(len(ids) - 1, at))])

    def _failed(self, fault: Exception) -> None:
        self._adding = False
        self._session.toasts.say(fault_text(fault, self._session.words), ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)
        self._tell()

    # Wording

    def _tell(self) -> None:
        words, text = self._session.words, self._text.strip()
        empty = hint = ""
        if self._read_once and not self._rows and not self._search.busy:
            empty = words("history.none_found", text=text) if text else words("history.empty")
            hint = words("history.none_found_hint") if text else ""
        count, chosen = len(self._unconfirmed), self._chosen_row
        self._show(
            HistoryState(
                search=self._text,
                summary=words.counted("history.shown", len(self._rows)) if self._rows else "",
                rows=tuple(self._tile(row) for row in self._rows),
                more=self._more,
                reading=self._search.busy or self._adding,
                empty=empty,
                empty_hint=hint,
                unconfirmed=count,
                unconfirmed_text=words.counted("history.unconfirmed", count) if count else "",
                chosen=self._chosen,
                can_take_back=chosen is not None and chosen.paper_id == chosen.sale_id,
            )
        )

    def _tile(self, row: ReceiptRow) -> ReceiptTile:
        from posloyalty.services.ports import PrintState

        words = self._session.words
        who = masked_name(row.member_name or "") or words("history.member_unnamed")
        codes = {
            PrintState.PRINTED: "history.printed",
            PrintState.WAITING: "history.print_waiting",
            PrintState.PRINTING: "history.print_waiting",
            PrintState.UNKNOWN: "history.print_unknown",
            PrintState.NOT_WANTED: "history.print_off",
            PrintState.DISMISSED: "history.print_dismissed",
        }
        return ReceiptTile(
            paper_id=row.paper_id,
            number=row.number,
            kind=words(f"history.kind_{row.kind}"),
            at=row.at.strftime("%m-%d %H:%M"),
            who=words("history.no_member") if row.member_id is None else who,
            operator=row.operator_name,
            amount=format_amount(row.amount_minor, currency(row.currency)),
            amount_minor=row.amount_minor,
            printed=words(codes[row.printed]),
            look=row.printed in (PrintState.WAITING, PrintState.PRINTING, PrintState.UNKNOWN),
            chosen=row.paper_id == self._chosen,
        )
