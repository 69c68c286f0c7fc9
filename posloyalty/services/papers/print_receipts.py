"""Printing receipts: a durable queue in the book, worked off one job at a time.

A sale is on disk before its receipt starts. The queue lives in the same book, so what
waits survives a crash. Each job goes WAITING -> PRINTING -> PRINTED | UNKNOWN, and back to WAITING
when the printer took nothing:

- PRINTING is on disk before the first byte goes out. What is found there after a crash may be on
  paper or not: it becomes UNKNOWN, never printed again as an original.
- PRINTED is written only when the printer said so.
- UNKNOWN receipts are listed by `unconfirmed` and reprinted as copies, which the journal notes.

So an original leaves the till at most once. A refund has a receipt of its own and goes the same
way, and so does the Z of a closed shift: wherever an id says whose paper is meant, it is one of
theirs. `run_next` belongs to
the print lane alone; the other methods may be called from anywhere, and none of them touches the
hardware.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from msgspec import UNSET

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift import CashMove, Shift
from posloyalty.domain.shop.shift_sums import Sums
from posloyalty.domain.values.money import currency
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
    ReceiptPrinter,
)
from posloyalty.services.papers.write_cash_slip import slip_number, write_cash_slip
from posloyalty.services.papers.write_pay_out import PaidSlip, paid_slip_of, write_pay_out
from posloyalty.services.papers.write_receipt import (
    ReceiptPeople,
    ReceiptShop,
    Wording,
    as_training,
    write_receipt,
)
from posloyalty.services.papers.write_refund import write_refund
from posloyalty.services.papers.write_shift import Names, write_x, write_z
from posloyalty.services.papers.write_slip import trial_slip
from posloyalty.services.ports import (
    Book,
    Clock,
    Ids,
    PrintJob,
    PrintState,
    Reader,
    RefundRow,
    SaleRow,
    StoredClose,
    StoredRefund,
    StoredSale,
    UnitOfWork,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.events import ReceiptCopy, decode

WAITING_MAX: Final = 200
UNCONFIRMED_MAX: Final = 50
# Between tries while the printer takes nothing; short, because a customer may be waiting.
PAUSES_MS: Final = (1_000, 2_000, 3_000, 5_000)
# How often an idle printer is asked how it is, so that the state on screen is no memory.
LOOK_EVERY_MS: Final = 10_000

_OUTCOMES: Final = {
    Outcome.PRINTED: PrintState.PRINTED,
    Outcome.NOT_SENT: PrintState.WAITING,
    Outcome.UNKNOWN: PrintState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What is known of the printer, how many receipts wait, and more words in area "printer"."""

    state: PrinterState
    waiting: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptDress:
    """How the shop's receipts look now: its details, the words of its language, and whether the
    book is for training and its papers say so.
    """

    shop: ReceiptShop
    words: Wording
    training: bool = False


class SaleCodes(Protocol):
    """Whoever can sign what identifies a sale."""

    def __call__(self, reader: Reader, sale: StoredSale, /) -> str | None:
        """The text of the sale's QR, or None where this till cannot sign it."""
        ...


class PrintReceipts:
    """The print queue's service. `printer` gives the printer set up now; settings may change."""

    def __init__(
        self,
        *,
        book: Book,
        clock: Clock,
        ids: Ids,
        printer: Callable[[], ReceiptPrinter],
        dress: Callable[[], ReceiptDress],
        render: Callable[[Receipt], bytes],
        sale_code: SaleCodes,
    ) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._printer = printer
        self._dress = dress
        self._render = render
        self._sale_code = sale_code
        self._condition = PrinterCondition(PrinterState.UNKNOWN)
        self._known: ReceiptPrinter | None = None
        self._failures = 0
        self._pause_until_ms: int | None = None
        self._look_at_ms: int | None = None

    # --- from any lane ---

    def queue(self, paper_id: bytes, *, copy: bool, operator: Operator | None = None) -> None:
        """Put a receipt into the queue; a copy is noted in the journal.

        Raises `ServiceRefusal` NO_SUCH_SALE or PRINT_QUEUE_FULL.
        """
        with self._book.write() as unit:
            paper = _paper(unit, paper_id)
            if unit.printing.waiting() >= WAITING_MAX:
                raise ServiceRefusal("PRINT_QUEUE_FULL", most=WAITING_MAX)
            if copy:
                self._note_copy(unit, paper_id, _number(paper), operator)
            unit.printing.queue(paper_id, copy=copy)
            unit.commit()

    def receipt(self, paper_id: bytes, *, copy: bool) -> Receipt:
        """A receipt as data; raises `ServiceRefusal` NO_SUCH_SALE."""
        dress = self._dress()
        shop, words = dress.shop, dress.words
        with self._book.read() as reader:
            paper = _paper(reader, paper_id)
            if isinstance(paper, StoredClose):
                names, counts = operator_names(reader), reader.shifts.counts(paper.shift.id)
                made = write_z(paper, counts, shop=shop, names=names, words=words, copy=copy)
                return as_training(made, words) if dress.training else made
            if isinstance(paper, (CashMove, PaidSlip)):
                made = _slip(reader, paper, shop, words, copy=copy)
                return as_training(made, words) if dress.training else made
            people = _people(reader, _of(paper))
            code = self._sale_code(reader, paper) if isinstance(paper, StoredSale) else None
        if isinstance(paper, StoredRefund):
            return write_refund(
                paper.refund,
                shop=shop,
                people=people,
                words=words,
                copy=copy,
                training=dress.training,
            )
        return write_receipt(
            paper.sale,
            shop=shop,
            people=people,
            words=words,
            code=code,
            copy=copy,
            training=dress.training,
        )

    def unconfirmed(self) -> tuple[SaleRow, ...]:
        """Sales whose newest receipt may not have come out, newest first."""
        with self._book.read() as reader:
            return reader.printing.unconfirmed(limit=UNCONFIRMED_MAX)

    def unconfirmed_refunds(self) -> tuple[RefundRow, ...]:
        """The same of refunds."""
        with self._book.read() as reader:
            return reader.printing.unconfirmed_refunds(limit=UNCONFIRMED_MAX)

    def dismiss(self, paper_id: bytes) -> None:
        """Somebody looked and wants no copy; changes nothing for a receipt that is not in doubt."""
        with self._book.write() as unit:
            sales = unit.printing.unconfirmed(limit=UNCONFIRMED_MAX)
            refunds = unit.printing.unconfirmed_refunds(limit=UNCONFIRMED_MAX)
            doubtful = {row.sale_id for row in sales} | {row.refund_id for row in refunds}
            if paper_id not in doubtful:
                return
            # A newer job that wants no paper: the one in doubt stays on record as it was.
            seen = unit.printing.queue(paper_id, copy=True)
            unit.printing.mark(seen, PrintState.DISMISSED)
            unit.commit()

    def status(self) -> PrinterStatus:
        """What the print lane saw last, and how many receipts wait."""
        with self._book.read() as reader:
            waiting = reader.printing.waiting()
        condition = self._condition
        return PrinterStatus(condition.state, waiting, condition.detail)

    # --- the print lane ---

    def recover(self) -> int:
        """At start: what the last stop cut short becomes UNKNOWN; says how many.

        Must run before the first `run_next`, and while nothing is being printed.
        """
        with self._book.write() as unit:
            cut_short = unit.printing.interrupted()
            for job in cut_short:
                unit.printing.mark(job.id, PrintState.UNKNOWN, detail="unknown")
            unit.commit()
        return len(cut_short)

    def run_next(self) -> PrintState | None:
        """Print the oldest receipt that waits; says what became of it, None when nothing was done.

        Call it again at once after anything but None, and every second or so otherwise: while the
        printer takes nothing it rests, and when idle it asks the printer how it is.
        """
        printer = self._printer()
        if printer is not self._known:
            # Another one was set up: what is known of the old one no longer counts.
            self._known, self._look_at_ms = printer, None
            self._rest(nothing_taken=False)
        if self._resting():
            return None
        with self._book.read() as reader:
            job = reader.printing.next_waiting()
        if job is None:
            self._look(printer)
            return None
        return self._run(job, printer)

    def print_slip(self, slip: Receipt) -> PrintResult:
        """Print something that is no sale's receipt, now and once."""
        result = self._printer().print(self._render(self.marked(slip)))
        self._saw(result.condition)
        return result

    def marked(self, slip: Receipt) -> Receipt:
        """A slip as it leaves this till: in training it says so at both ends."""
        dress = self._dress()
        return as_training(slip, dress.words) if dress.training and not slip.training else slip

    def print_x(self, shift: Shift, sums: Sums, at: datetime) -> PrintResult:
        """Print what an open shift comes to, now and once."""
        return self.print_slip(self.x_paper(shift, sums, at))

    def x_paper(self, shift: Shift, sums: Sums, at: datetime) -> Receipt:
        """What an open shift comes to, as data."""
        dress = self._dress()
        with self._book.read() as reader:
            names = operator_names(reader)
        made = write_x(shift, sums, at, shop=dress.shop, names=names, words=dress.words)
        return as_training(made, dress.words) if dress.training else made

    def print_test(self) -> PrintResult:
        """Print a test page."""
        dress = self._dress()
        return self.print_slip(trial_slip(dress.shop, dress.words, self._clock.now()))

    # --- how ---

    def _run(self, job: PrintJob, printer: ReceiptPrinter) -> PrintState:
        try:
            paper_id = job.sale_id or job.refund_id or job.close_id or job.move_id or job.act_id
            assert paper_id is not None  # a job is of one of them
            data = self._render(self.receipt(paper_id, copy=job.copy))
            self._mark(job, PrintState.PRINTING)
            result = printer.print(data)
        except Exception:
            # A receipt that cannot be drawn, or a driver that breaks its promise, must not hold up
            # those behind it; it is shown as in doubt, and the fault goes on to the lane.
            self._mark(job, PrintState.UNKNOWN, detail="fault")
            raise
        state = _OUTCOMES[result.outcome]
        self._mark(job, state, detail=_detail(result))
        self._saw(result.condition)
        self._rest(nothing_taken=result.outcome is Outcome.NOT_SENT)
        return state

    def _mark(self, job: PrintJob, state: PrintState, *, detail: str = "") -> None:
        with self._book.write() as unit:
            unit.printing.mark(job.id, state, detail=detail)
            unit.commit()

    def _look(self, printer: ReceiptPrinter) -> None:
        now_ms = self._clock.monotonic_ms()
        if self._look_at_ms is None or now_ms >= self._look_at_ms:
            self._saw(printer.condition())

    def _saw(self, condition: PrinterCondition) -> None:
        self._condition = condition
        self._look_at_ms = self._clock.monotonic_ms() + LOOK_EVERY_MS

    def _rest(self, *, nothing_taken: bool) -> None:
        if not nothing_taken:
            self._failures, self._pause_until_ms = 0, None
            return
        pause_ms = PAUSES_MS[min(self._failures, len(PAUSES_MS) - 1)]
        self._failures += 1
        self._pause_until_ms = self._clock.monotonic_ms() + pause_ms

    def _resting(self) -> bool:
        until_ms = self._pause_until_ms
        return until_ms is not None and self._clock.monotonic_ms() < until_ms

    def _note_copy(
        self, unit: UnitOfWork, paper_id: bytes, number: str, operator: Operator | None
    ) -> None:
        stamp = unit.journal.stamp()
        unit.journal.append(
            ReceiptCopy(
                id=self._ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                actor=UNSET if operator is None else operator.id.hex(),
                sale=paper_id.hex(),
                no=number,
            )
        )


def operator_names(reader: Reader | UnitOfWork) -> Names:
    """Everybody's name by their id in hexadecimal."""
    return {operator.id.hex(): operator.name for operator in reader.people.all()}


_Paper = StoredSale | StoredRefund | StoredClose | CashMove | PaidSlip


def _paper(reader: Reader | UnitOfWork, paper_id: bytes) -> _Paper:
    found = (
        reader.sales.by_id(paper_id)
        or reader.refunds.stored(paper_id)
        or reader.shifts.closed(paper_id)
        or reader.shifts.move(paper_id)
        or _paid_out(reader, paper_id)
    )
    if found is None:
        raise ServiceRefusal("NO_SUCH_SALE")
    return found


def _paid_out(reader: Reader | UnitOfWork, paper_id: bytes) -> PaidSlip | None:
    stored = reader.journal.by_event_id(paper_id)
    return None if stored is None else paid_slip_of(decode(stored.body))


def _slip(
    reader: Reader, paper: CashMove | PaidSlip, shop: ReceiptShop, words: Wording, *, copy: bool
) -> Receipt:
    names, money = operator_names(reader), currency(reader.settings.get("shop.currency") or "CNY")
    if isinstance(paper, CashMove):
        return write_cash_slip(paper, shop=shop, names=names, money=money, words=words, copy=copy)
    return write_pay_out(paper, shop=shop, names=names, money=money, words=words, copy=copy)


def _of(paper: StoredSale | StoredRefund) -> Sale | Refund:
    return paper.sale if isinstance(paper, StoredSale) else paper.refund


def _number(paper: _Paper) -> str:
    if isinstance(paper, CashMove):
        return slip_number(paper)
    if isinstance(paper, PaidSlip):
        return paper.number
    return f"Z-{paper.close.number}" if isinstance(paper, StoredClose) else _of(paper).number


def _people(reader: Reader, paper: Sale | Refund) -> ReceiptPeople:
    operator = reader.people.by_id(paper.operator_id)
    member = None if paper.member_id is None else reader.members.by_id(paper.member_id)
    return ReceiptPeople(
        operator="" if operator is None else operator.name,
        member=None if member is None else member.profile.name or None,
    )


def _detail(result: PrintResult) -> str:
    """The wording key under which the queue remembers why a job is not printed."""
    if result.outcome is Outcome.PRINTED:
        return ""
    return result.condition.detail or result.condition.state.value
