"""The shift: opened with a float; counted blind, compared, closed; its Z looked at and printed.

Shape: `ShiftState` says which step is shown. What was typed stays while another screen is in front.
The till's answer decides the step: a count that is near enough, or the second one, locks; only then
are amounts asked for. Closing with a difference beyond the operator's limit asks for somebody who
may let it pass, with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.shift import CountStage, DifferenceCause
from posloyalty.domain.values.money import parse_amount
from ui.presenters.approval import ReasonChoice, ask_approval, may_alone
from ui.presenters.base import Presenter
from ui.presenters.desks import Papers, SaleDesk
from ui.presenters.faults import fault_text
from ui.presenters.number_entry import NumberEntry
from ui.presenters.piece_entry import PieceEntry
from ui.presenters.ports import Cancel, Screen, Sound, ToastKind
from ui.presenters.session import Session
from ui.presenters.shift_state import ShiftState, Step
from ui.presenters.shift_wording import (
    Held,
    Known,
    ShiftWording,
    Shown,
    difference_of,
    figures_of,
    found_text,
    money_of,
)

if TYPE_CHECKING:
    from posloyalty.domain.shop.shift import CashCount
    from posloyalty.services.ports import StoredClose
    from posloyalty.services.shifts.shifts import ShiftReport

ASK_AGAIN_MS: Final = 800
REASONS: Final = tuple(
    ReasonChoice(cause.value, f"shift.why_{cause.value}") for cause in DifferenceCause
)


class ShiftPresenter(Presenter[ShiftState]):
    """Opens, counts and closes."""

    def __init__(self, session: Session, *, papers: Papers, desk: SaleDesk) -> None:
        super().__init__(ShiftState())
        self._session = session
        self._papers = papers
        self._desk = desk
        self._known: Known | None = None
        self._float = NumberEntry()
        self._count = PieceEntry()
        self._paper: Shown | None = None
        self._printed = ""
        self._asked = 0
        self._busy = False
        self._cancel: Cancel | None = None
        self._wording = ShiftWording(session)
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Ask how the shift stands; what was counted is still there."""
        self._paper = None
        self._read()

    def closed(self) -> None:
        """Nothing is asked any more."""
        self._stop_asking()

    def reworded(self) -> None:
        """Another language, or another shop."""
        self._tell()

    def scanned(self, text: str) -> None:
        """A scan begins or continues a sale, here as everywhere."""
        self._desk.scanned(text)
        self._session.navigator.show(Screen.SALE)

    def typed(self, character: str) -> None:
        """A digit of the keyboard or the pad."""
        if self._busy:
            return
        if self.state.step is Step.OPEN:
            self._float = self._float.typed(character)
        elif self.state.step is Step.COUNT:
            self._count = self._count.typed(character)
        self._tell()

    # Intents

    def backspace(self) -> None:
        """Take the last digit back."""
        self._float, self._count = (
            (self._float.backspace(), self._count)
            if self.state.step is Step.OPEN
            else (self._float, self._count.backspace())
        )
        self._tell()

    def clear(self) -> None:
        """Empty the box that is filled now."""
        if self.state.step is Step.OPEN:
            self._float = self._float.clear()
        else:
            self._count = self._count.clear()
        self._tell()

    def choose(self, place: int) -> None:
        """A denomination was tapped."""
        self._count = self._count.choose(place)
        self._tell()

    def up(self) -> None:
        """The denomination before."""
        self.choose(self._count.at - 1)

    def down(self) -> None:
        """The next denomination."""
        self.choose(self._count.at + 1)

    def enter(self) -> None:
        """Enter: the next denomination; after the last one, and elsewhere, the main button."""
        if self.state.step is Step.COUNT and not self._count.last:
            self.down()
        else:
            self.main_action()

    def main_action(self) -> None:
        """F12: open, finish the count, close, or leave the paper."""
        operator = self._session.operator
        if self._busy or operator is None or not self.state.ready:
            return
        match self.state.step:
            case Step.OPEN:
                self._open(operator)
            case Step.COUNT:
                self._finish_count(operator)
            case Step.COMPARE:
                self._close(operator)
            case Step.PAPER:
                self._leave_paper()
            case Step.READING:
                pass

    def escape(self) -> None:
        """Esc: away from a paper, or from the screen."""
        if self._paper is not None and self._known is not None:
            self._paper = None
            self._stop_asking()
            self._tell()
        else:
            self._session.navigator.back()

    def move_cash(self) -> None:
        """Cash in or out, on a screen of its own."""
        self._session.navigator.show(Screen.CASH)

    def show_x(self) -> None:
        """What the shift comes to so far, for who may see takings before the count."""
        words = self._session.words
        ask_approval(
            self._session,
            Need(Right.SEE_TAKINGS),
            what=lambda: words("shift.ask_x"),
            done=lambda _: self._read_x(),
        )

    def show_last(self) -> None:
        """The Z of the shift that was closed last."""
        if self._known is not None and self._known.last is not None:
            self._read_z(self._known.last.close.id)

    def reprint(self) -> None:
        """Ctrl+P: a copy of the Z, or the X on paper."""
        paper, till = self._paper, self._session.till
        if paper is None or not self.state.can_print:
            return
        operator = self._session.operator
        close_id = paper.close_id
        if close_id is None:
            report = None if self._known is None else self._known.report
            if report is not None:
                self._session.lanes.printing(
                    lambda: till.receipts.print_x(report.shift, report.sums, report.at),
                    lambda _: self._say("shift.x_sent"),
                    self._failed,
                )
            return
        self._session.lanes.write(
            lambda: till.receipts.queue(close_id, copy=True, operator=operator),
            lambda _: self._say("done.copy_queued"),
            self._failed,
        )

    def save_pdf(self) -> None:
        """Write the shown paper as PDF."""
        paper = self._paper
        if paper is None:
            return
        words = self._session.words
        self._session.lanes.printing(
            lambda: self._papers.save_receipt(paper.receipt),
            lambda path: self._session.toasts.say(
                words("history.saved_pdf", path=path), ToastKind.GOOD
            ),
            self._failed,
        )

    # The work

    def _read(self) -> None:
        till = self._session.till

        def read() -> Known:
            view = till.shifts.current()
            locked = view is not None and view.stage is CountStage.LOCKED
            closes = till.shifts.closes(limit=1)
            return Known(
                view=view,
                report=till.shifts.report() if locked else None,
                last=closes[0] if closes else None,
                last_float=till.shifts.last_float(),
                worths=till.shifts.pieces(),
            )

        self._session.lanes.look_up(read, self._heard, self._failed)

    def _heard(self, known: Known) -> None:
        before = None if self._known is None else self._known.view
        self._known = known
        other = before is None or known.view is None or before.shift.id != known.view.shift.id
        if other or known.worths != self._count.worths:
            self._count = PieceEntry.of(known.worths)
        if other and known.view is None:
            last = figures_of(self._session).plain(known.last_float) if known.last_float else ""
            self._float = NumberEntry(decimals=money_of(self._session).exponent).propose(last)
        self._tell()

    def _open(self, operator: Operator) -> None:
        till, minor = self._session.till, self._float_minor()
        self._begin()
        self._session.lanes.write(
            lambda: till.shifts.open(minor, operator), lambda _: self._opened(), self._failed
        )

    def _opened(self) -> None:
        self._done(Sound.UNDERSTOOD)
        self._say("shift.opened_now")
        self._session.navigator.show(Screen.SALE)

    def _finish_count(self, operator: Operator) -> None:
        till, pieces = self._session.till, self._count.pieces
        self._begin()
        self._session.lanes.write(
            lambda: till.shifts.count(pieces, operator), self._counted, self._failed
        )

    def _counted(self, count: CashCount) -> None:
        self._done(Sound.UNDERSTOOD if count.within else Sound.LOOK_HERE)
        self._count = self._count.choose(0)
        self._read()

    def _close(self, operator: Operator) -> None:
        difference = self._difference()
        need = Need.close_shift(difference)
        if may_alone(self._session, need):
            self._end(operator, "", None)
            return

        def approved(approval: Approval) -> None:
            # Asked again: who closes is whoever is signed in, who answers the one of the sheet.
            self._end(operator, approval.reason, approval.operator)

        ask_approval(self._session, need, what=self._what_differs, reasons=REASONS, done=approved)

    def _end(self, operator: Operator, cause: str, approver: Operator | None) -> None:
        till = self._session.till
        self._begin()
        self._session.lanes.write(
            lambda: till.shifts.close(operator, cause=cause, approver=approver),
            self._ended,
            self._failed,
        )

    def _ended(self, stored: StoredClose) -> None:
        self._done(Sound.SALE_COMPLETE)
        self._known = None
        self._read_z(stored.close.id)

    def _read_z(self, close_id: bytes) -> None:
        till, papers = self._session.till, self._papers

        def read() -> Shown:
            receipt = till.receipts.receipt(close_id, copy=False)
            return Shown(close_id, receipt, papers.lay_out(receipt))

        self._session.lanes.look_up(read, self._show_paper, self._failed)

    def _read_x(self) -> None:
        till, papers = self._session.till, self._papers

        def read() -> tuple[Shown, ShiftReport]:
            report = till.shifts.report()
            receipt = till.receipts.x_paper(report.shift, report.sums, report.at)
            return Shown(None, receipt, papers.lay_out(receipt)), report

        def answered(found: tuple[Shown, ShiftReport]) -> None:
            shown, report = found
            if self._known is not None:
                known = self._known
                self._known = Known(known.view, report, known.last, known.last_float, known.worths)
            self._show_paper(shown)

        self._session.lanes.look_up(read, answered, self._failed)

    def _show_paper(self, shown: Shown) -> None:
        self._paper, self._printed, self._asked = shown, "", 0
        self._ask_printed()
        self._tell()

    def _ask_printed(self) -> None:
        self._stop_asking()
        paper = self._paper
        if paper is None or paper.close_id is None:
            return
        till, close_id = self._session.till, paper.close_id

        def answered(stored: StoredClose) -> None:
            if self._paper is not paper:
                return
            self._printed, self._asked = stored.printed.value, self._asked + 1
            if self._printed in ("waiting", "printing"):
                self._cancel = self._session.timer.after(ASK_AGAIN_MS, self._ask_printed)
            self._tell()

        self._session.lanes.look_up(lambda: till.shifts.closed(close_id), answered, self._failed)

    def _stop_asking(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _leave_paper(self) -> None:
        """After a closing the till waits for whoever comes next; else one goes back."""
        if self._known is not None:
            self.escape()
            return
        self._paper = None
        self._session.sign_in(None)
        self._session.navigator.show(Screen.SIGN_IN)

    def _begin(self) -> None:
        self._busy = True
        self._tell()

    def _done(self, sound: Sound) -> None:
        self._busy = False
        self._session.sounds.play(sound)

    def _failed(self, fault: Exception) -> None:
        self._busy = False
        self._session.toasts.say(fault_text(fault, self._session.words), ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)
        self._tell()

    def _say(self, code: str) -> None:
        self._session.toasts.say(self._session.words(code), ToastKind.GOOD)

    # Figures

    def _float_minor(self) -> int:
        return parse_amount(self._float.text or "0", money_of(self._session))

    def _difference(self) -> int:
        return 0 if self._known is None else difference_of(self._known)

    def _what_differs(self) -> str:
        return found_text(figures_of(self._session), self._difference())

    # Wording

    def _tell(self) -> None:
        self._show(
            self._wording.state(
                Held(
                    known=self._known,
                    paper=self._paper,
                    float_entry=self._float,
                    count=self._count,
                    printed=self._printed,
                    asked=self._asked,
                    busy=self._busy,
                )
            )
        )
