"""The shift screen in words: a `ShiftState` made from what the presenter holds.

Nothing is decided here: which step it is follows from what the till said of its shifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Need
from posloyalty.domain.shop.shift import CountStage
from posloyalty.domain.values.money import Currency, currency
from posloyalty.services.papers.receipt import Receipt
from ui.presenters.amounts import Figures
from ui.presenters.approval import may_alone
from ui.presenters.number_entry import NumberEntry
from ui.presenters.piece_entry import PieceEntry
from ui.presenters.receipt import ReceiptState
from ui.presenters.session import Session
from ui.presenters.shift_state import (
    PieceState,
    ShiftState,
    Step,
    StepState,
    loyalty,
    takings,
)

if TYPE_CHECKING:
    from posloyalty.services.ports import StoredClose
    from posloyalty.services.shifts.shifts import ShiftReport, ShiftView

LATE_AFTER: Final = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What the till said of its shifts: the open one, its figures once locked, the last closed."""

    view: ShiftView | None
    report: ShiftReport | None
    last: StoredClose | None
    last_float: int
    worths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper on the screen: the Z of a closing, or an X without one."""

    close_id: bytes | None
    receipt: Receipt
    page: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the presenter holds: the till's answer, what was typed, what is known of the paper."""

    known: Known | None
    paper: Shown | None
    float_entry: NumberEntry
    count: PieceEntry
    printed: str
    asked: int
    busy: bool


class ShiftWording:
    """Words the screen's states."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def state(self, held: Held) -> ShiftState:
        """What is shown now."""
        known = held.known
        if held.paper is not None:
            return self._paper_state(held, held.paper)
        if known is None:
            return ShiftState()
        if known.view is None:
            return self._open_state(held, known)
        if known.view.stage is CountStage.LOCKED and known.report is not None:
            return self._compare_state(held, known, known.view, known.report)
        return self._count_state(held, known.view)

    def _open_state(self, held: Held, known: Known) -> ShiftState:
        words, last = self._session.words, known.last
        figures = figures_of(self._session)
        return ShiftState(
            step=Step.OPEN,
            about=words("shift.none_open"),
            note=words("shift.open_hint"),
            box_label=words("shift.float"),
            box=held.float_entry.text,
            fresh=held.float_entry.fresh,
            whole=not money_of(self._session).exponent,
            last="" if last is None else words("shift.show_z", number=last.close.number),
            last_sub=""
            if last is None
            else words(
                "shift.last_closed",
                day=last.close.day.isoformat(),
                amount=figures.money(last.close.counted_minor),
            ),
            main=words("shift.open"),
            main_icon="check",
            ready=not held.busy and not held.float_entry.text.endswith("."),
            busy=held.busy,
        )

    def _count_state(self, held: Held, view: ShiftView) -> ShiftState:
        words, figures = self._session.words, figures_of(self._session)
        again = view.stage is CountStage.RECOUNT
        chosen = held.count.worths[held.count.at] if held.count.worths else 0
        entry = held.count.entries[held.count.at] if held.count.entries else NumberEntry()
        return ShiftState(
            step=Step.COUNT,
            steps=self._steps(0),
            about=self._about(view),
            note=words("shift.count_again" if again else "shift.blind"),
            looks=again,
            box_label=words("shift.pieces_of", worth=figures.short(chosen)),
            box=entry.text,
            fresh=entry.fresh,
            whole=True,
            pieces=self._pieces(held, figures),
            counted=(words("shift.counted"), figures.money(held.count.total_minor), "ink"),
            main=words("shift.recounted" if again else "shift.count_done"),
            main_icon="check",
            ready=not held.busy,
            busy=held.busy,
        )

    def _compare_state(
        self, held: Held, known: Known, view: ShiftView, report: ShiftReport
    ) -> ShiftState:
        words, figures = self._session.words, figures_of(self._session)
        difference, counted = difference_of(known), report.counted_minor or 0
        alone = may_alone(self._session, Need.close_shift(difference))
        return ShiftState(
            step=Step.COMPARE,
            steps=self._steps(1),
            about=self._about(view),
            note=words("shift.no_network" if alone else "shift.needs_approval"),
            looks=not alone,
            pieces=_kept_pieces(figures, view, held.count.worths),
            counted=(words("shift.counted"), figures.money(counted), "ink"),
            due=(words("shift.due"), figures.money(report.due_minor), "ink"),
            found=found_text(figures, difference),
            found_even=not difference,
            takings=takings(report.sums, report.shift, figures),
            loyalty=loyalty(report.sums, figures),
            main=words("shift.close"),
            main_icon="check",
            ready=not held.busy,
            busy=held.busy,
        )

    def _paper_state(self, held: Held, paper: Shown) -> ShiftState:
        words, receipt = self._session.words, paper.receipt
        z = paper.close_id is not None
        printer = self._session.shop is not None and self._session.shop.printer.kind != "none"
        printed = held.printed if z else ""
        title = words("shift.z" if z else "shift.x", number=receipt.number.partition("-")[2])
        late = printed == "unknown" or (printed == "waiting" and held.asked > LATE_AFTER)
        return ShiftState(
            step=Step.PAPER,
            steps=self._steps(2) if z and held.known is None else (),
            about=title,
            paper=ReceiptState(receipt=receipt, page=paper.page, title=title),
            paper_is=words(f"shift.printed_{printed}") if printed else "",
            paper_late=late,
            can_print=printer,
            main=words("shift.finish" if held.known is None else "common.back"),
            main_icon="lock" if held.known is None else "back",
            ready=True,
        )

    def _steps(self, now: int) -> tuple[StepState, ...]:
        words = self._session.words
        return tuple(
            StepState(words=words(f"shift.step_{code}"), now=place == now, done=place < now)
            for place, code in enumerate(("count", "compare", "print"))
        )

    def _about(self, view: ShiftView) -> str:
        words, shift = self._session.words, view.shift
        return words(
            "shift.about",
            day=shift.day.isoformat(),
            time=f"{shift.at:%H:%M}",
            name=view.opened_by,
        )

    def _pieces(self, held: Held, figures: Figures) -> tuple[PieceState, ...]:
        return tuple(
            _piece(figures, worth, entry.text, chosen=place == held.count.at)
            for place, (worth, entry) in enumerate(
                zip(held.count.worths, held.count.entries, strict=True)
            )
        )


def _kept_pieces(
    figures: Figures, view: ShiftView, worths: tuple[int, ...]
) -> tuple[PieceState, ...]:
    """What the locked count found, whoever made it."""
    kept = dict(view.counts[-1].pieces)
    return tuple(
        _piece(figures, worth, str(kept.get(worth, 0)), chosen=False)
        for worth in sorted({*worths, *kept}, reverse=True)
    )


def _piece(figures: Figures, worth: int, typed: str, *, chosen: bool) -> PieceState:
    number = int(typed or 0)
    name, amount = figures.short(worth), figures.money(worth * number)
    return PieceState(
        worth=name,
        typed=typed,
        amount=amount if typed else "",
        chosen=chosen,
        spoken=figures.words.counted("shift.piece_spoken", number, worth=name, amount=amount),
    )


def found_text(figures: Figures, difference: int) -> str:
    """How a count compares with what was due."""
    if not difference:
        return figures.words("shift.even")
    code = "short" if difference < 0 else "over"
    return figures.words(f"shift.{code}", amount=figures.money(abs(difference)))


def difference_of(known: Known) -> int:
    """Counted less what was due, once the count is locked; 0 before."""
    report = known.report
    counted = None if report is None else report.counted_minor
    return 0 if report is None or counted is None else counted - report.due_minor


def money_of(session: Session) -> Currency:
    """The shop's currency."""
    shop = session.shop
    return currency("CNY" if shop is None else shop.currency)


def figures_of(session: Session) -> Figures:
    """Figures in the shop's currency and the language of the screens."""
    return Figures(words=session.words, currency=money_of(session))
