"""The print queue: an original leaves the till at most once, and nothing that waits is lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.devices.printers.recording import RecordingPrinter
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.papers.print_receipts import (
    LOOK_EVERY_MS,
    PAUSES_MS,
    WAITING_MAX,
    PrinterStatus,
    PrintReceipts,
    ReceiptDress,
)
from posloyalty.services.papers.receipt import Receipt, SaleCode
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from posloyalty.services.papers.write_receipt import ReceiptShop
from posloyalty.services.ports import PrintState, Reader, StoredSale
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import Words
from tests.fakes.book import Rig, a_sale, add_member, made_book

READY, OFF, PAPER_OUT = PrinterState.READY, PrinterState.OFF, PrinterState.PAPER_OUT


class PowerCut(BaseException):
    """The till dies here: nothing after this line runs."""


@dataclass
class Desk:
    """A till with a book and a printer, and what a test does at it."""

    rig: Rig
    printer: RecordingPrinter = field(default_factory=RecordingPrinter)
    rendered: list[Receipt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """What happens when the till starts."""
        self.receipts = PrintReceipts(
            book=self.rig.book,
            clock=self.rig.clock,
            ids=self.rig.ids,
            printer=lambda: self.printer,
            dress=lambda: ReceiptDress(ReceiptShop(name="晨光便利"), Words("zh_CN")),
            render=self.render,
            sale_code=sale_code,
        )
        self.receipts.recover()

    def restart(self) -> None:
        self.rig.reopen()
        self.start()

    def render(self, receipt: Receipt) -> bytes:
        self.rendered.append(receipt)
        return f"{receipt.number} {'copy' if receipt.copy else 'original'}".encode()

    def sell(self, *, member_id: bytes | None = None) -> bytes:
        with self.rig.book.write() as unit:
            booked = a_sale(unit, self.rig, member_id=member_id, print_receipt=True)
            unit.sales.book(booked)
            unit.commit()
        return booked.sale.id

    def run_all(self) -> list[PrintState]:
        """The print lane until it has nothing to do or rests."""
        done = []
        while (state := self.receipts.run_next()) is not None:
            done.append(state)
            assert len(done) <= 50, "the lane prints for ever"
        return done

    def pass_ms(self, count: int) -> None:
        self.rig.clock.pass_time(timedelta(milliseconds=count))

    def doubtful(self) -> list[bytes]:
        return [row.sale_id for row in self.receipts.unconfirmed()]

    def printed(self, sale_id: bytes) -> PrintState:
        with self.rig.book.read() as reader:
            stored = reader.sales.by_id(sale_id)
        assert stored is not None
        return stored.printed

    def events(self, kind: str) -> list[bytes]:
        with self.rig.book.read() as reader:
            return [event.body for event in reader.journal.events() if event.kind == kind]


def sale_code(_reader: Reader, sale: StoredSale) -> str:
    return "LR1:" + sale.body_hash.hex().upper()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with made_book(tmp_path) as rig:
        yield Desk(rig)


def test_sales_print_in_their_order_and_are_then_known_to_be_printed(desk: Desk) -> None:
    first, second = desk.sell(), desk.sell()
    assert desk.run_all() == [PrintState.PRINTED, PrintState.PRINTED]
    assert [job.split()[1] for job in desk.printer.jobs] == [b"original"] * 2
    assert desk.rendered[0].number < desk.rendered[1].number
    assert desk.printed(first) is desk.printed(second) is PrintState.PRINTED
    assert desk.receipts.unconfirmed() == ()
    assert desk.receipts.run_next() is None


@pytest.mark.parametrize("state", [OFF, PAPER_OUT])
def test_a_printer_that_takes_nothing_loses_nothing_and_prints_when_it_is_back(
    desk: Desk, state: PrinterState
) -> None:
    desk.printer.set(state)
    sold = [desk.sell(), desk.sell()]
    assert desk.run_all() == [PrintState.WAITING]
    assert desk.receipts.status() == PrinterStatus(state, 2)
    desk.printer.set(READY)
    desk.pass_ms(PAUSES_MS[0])
    assert desk.run_all() == [PrintState.PRINTED, PrintState.PRINTED]
    assert len(desk.printer.jobs) == 2
    assert [desk.printed(sale) for sale in sold] == [PrintState.PRINTED] * 2
    assert desk.receipts.status() == PrinterStatus(READY, 0)


def test_tries_rest_longer_and_longer_up_to_a_bound(desk: Desk) -> None:
    desk.printer.set(OFF)
    desk.sell()
    for pause in (*PAUSES_MS, PAUSES_MS[-1]):
        assert desk.receipts.run_next() is PrintState.WAITING
        desk.pass_ms(pause - 1)
        assert desk.receipts.run_next() is None
        desk.pass_ms(1)


def test_a_wall_clock_set_back_a_day_holds_no_receipt_up(desk: Desk) -> None:
    desk.printer.set(OFF)
    desk.sell()
    desk.run_all()
    desk.printer.set(READY)
    desk.rig.clock.set_wall(timedelta(days=-1))
    desk.rig.clock.ms += PAUSES_MS[0]
    assert desk.run_all() == [PrintState.PRINTED]


def test_silence_is_unknown_never_success_and_never_a_second_original(desk: Desk) -> None:
    desk.printer.set(PrinterState.UNKNOWN)
    sale = desk.sell()
    assert desk.run_all() == [PrintState.UNKNOWN]
    desk.printer.set(READY)
    assert desk.run_all() == []
    assert desk.doubtful() == [sale]
    assert len(desk.printer.jobs) == 1


def test_a_doubtful_receipt_is_reprinted_as_a_copy_that_the_journal_notes(desk: Desk) -> None:
    desk.printer.set(PrinterState.UNKNOWN)
    sale = desk.sell()
    desk.run_all()
    desk.printer.set(READY)
    cashier = Operator(b"O" * 16, "李敏", Role.CASHIER)
    desk.receipts.queue(sale, copy=True, operator=cashier)
    assert desk.doubtful() == []
    assert desk.run_all() == [PrintState.PRINTED]
    assert desk.printer.jobs[-1].endswith(b"copy")
    (noted,) = desk.events("receipt_copy")
    assert sale.hex().encode() in noted
    assert cashier.id.hex().encode() in noted


def test_a_copy_that_nobody_confirms_is_in_doubt_again(desk: Desk) -> None:
    sale = desk.sell()
    desk.run_all()
    desk.printer.set(PrinterState.UNKNOWN)
    desk.receipts.queue(sale, copy=True)
    assert desk.run_all() == [PrintState.UNKNOWN]
    assert desk.doubtful() == [sale]


def test_dismissing_ends_the_doubt_and_nothing_else(desk: Desk) -> None:
    desk.printer.set(PrinterState.UNKNOWN)
    sale = desk.sell()
    desk.run_all()
    desk.receipts.dismiss(sale)
    assert desk.doubtful() == []
    assert desk.printed(sale) is PrintState.UNKNOWN
    assert desk.run_all() == []
    assert desk.events("receipt_copy") == []


def test_dismissing_after_asking_for_a_copy_does_not_hide_what_becomes_of_it(desk: Desk) -> None:
    desk.printer.set(PrinterState.UNKNOWN)
    sale = desk.sell()
    desk.run_all()
    desk.receipts.queue(sale, copy=True)
    desk.receipts.dismiss(sale)
    desk.run_all()
    assert desk.doubtful() == [sale]


@pytest.mark.parametrize("at", ["before_send", "after_send"])
def test_a_crash_around_the_sending_leaves_a_doubt_and_never_prints_an_original_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    sale = desk.sell()
    whole = desk.printer.print

    def dying(data: bytes) -> PrintResult:
        if at == "after_send":
            whole(data)
        raise PowerCut

    monkeypatch.setattr(desk.printer, "print", dying)
    with pytest.raises(PowerCut):
        desk.receipts.run_next()
    monkeypatch.undo()
    desk.restart()
    assert desk.doubtful() == [sale]
    assert desk.run_all() == []
    assert len(desk.printer.jobs) == (1 if at == "after_send" else 0)


def test_a_crash_while_the_receipt_is_drawn_leaves_it_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sell()

    def dying(_receipt: Receipt) -> bytes:
        raise PowerCut

    monkeypatch.setattr(desk.receipts, "_render", dying)
    with pytest.raises(PowerCut):
        desk.receipts.run_next()
    desk.restart()
    assert desk.run_all() == [PrintState.PRINTED]
    assert len(desk.printer.jobs) == 1


def test_a_crash_after_the_mark_does_not_print_again(desk: Desk) -> None:
    desk.sell()
    desk.run_all()
    desk.restart()
    assert desk.run_all() == []
    assert desk.doubtful() == []


def test_a_receipt_that_cannot_be_drawn_is_told_and_does_not_hold_up_the_next(desk: Desk) -> None:
    bad, good = desk.sell(), desk.sell()
    draw = desk.render
    desk.receipts._render = failing_once(draw)
    with pytest.raises(ZeroDivisionError):
        desk.receipts.run_next()
    assert desk.doubtful() == [bad]
    assert desk.run_all() == [PrintState.PRINTED]
    assert desk.printed(good) is PrintState.PRINTED


def test_a_driver_that_breaks_its_promise_leaves_a_doubt_and_not_a_job_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = desk.sell()

    def broken(_data: bytes) -> PrintResult:
        raise OSError("nobody caught this")

    monkeypatch.setattr(desk.printer, "print", broken)
    with pytest.raises(OSError, match="nobody caught this"):
        desk.receipts.run_next()
    assert desk.doubtful() == [sale]
    assert desk.receipts.status().waiting == 0


def test_a_printer_that_cannot_be_made_leaves_the_receipt_waiting(desk: Desk) -> None:
    def nonsense() -> RecordingPrinter:
        raise ValueError("no network printer is at 'x'")

    desk.sell()
    desk.receipts._printer = nonsense
    with pytest.raises(ValueError, match="no network printer"):
        desk.receipts.run_next()
    assert desk.receipts.status().waiting == 1
    assert desk.doubtful() == []


def failing_once(draw: Callable[[Receipt], bytes]) -> Callable[[Receipt], bytes]:
    calls: list[int] = []

    def render(receipt: Receipt) -> bytes:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return draw(receipt)

    return render


def test_an_idle_printer_is_looked_at_now_and_then(desk: Desk) -> None:
    assert desk.receipts.status().state is PrinterState.UNKNOWN
    desk.receipts.run_next()
    assert desk.receipts.status().state is READY
    desk.printer.set(READY, "paper_low")
    desk.pass_ms(LOOK_EVERY_MS - 1)
    desk.receipts.run_next()
    assert desk.receipts.status() == PrinterStatus(READY, 0)
    desk.pass_ms(1)
    desk.receipts.run_next()
    assert desk.receipts.status() == PrinterStatus(READY, 0, "paper_low")


def test_a_printer_that_was_set_up_anew_is_tried_at_once(desk: Desk) -> None:
    desk.printer.set(OFF)
    desk.sell()
    desk.run_all()
    assert desk.receipts.status() == PrinterStatus(OFF, 1)
    desk.printer = RecordingPrinter()
    assert desk.run_all() == [PrintState.PRINTED]
    desk.printer = RecordingPrinter()
    desk.printer.set(READY, "paper_low")
    desk.run_all()
    assert desk.receipts.status().detail == "paper_low"


def test_asking_for_the_status_does_not_touch_the_hardware(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched() -> PrinterCondition:
        raise AssertionError("the status asked the printer")

    monkeypatch.setattr(desk.printer, "condition", touched)
    assert desk.receipts.status() == PrinterStatus(PrinterState.UNKNOWN, 0)


def test_the_queue_of_copies_is_bounded(desk: Desk) -> None:
    sale = desk.sell()
    with desk.rig.book.write() as unit:
        for _ in range(WAITING_MAX - 1):
            unit.printing.queue(sale, copy=True)
        unit.commit()
    with pytest.raises(ServiceRefusal) as refused:
        desk.receipts.queue(sale, copy=True)
    assert refused.value.reason == "PRINT_QUEUE_FULL"
    assert desk.events("receipt_copy") == []


@pytest.mark.parametrize("act", ["queue", "receipt"])
def test_an_unknown_sale_is_refused(desk: Desk, act: str) -> None:
    with pytest.raises(ServiceRefusal) as refused:
        getattr(desk.receipts, act)(b"N" * 16, copy=True)
    assert refused.value.reason == "NO_SUCH_SALE"


def test_the_receipt_of_a_stored_sale_is_signed_masked_and_in_the_shops_words(desk: Desk) -> None:
    member = add_member(desk.rig, "王小雨", phone="13812346021")
    sale = desk.sell(member_id=member)
    receipt = desk.receipts.receipt(sale, copy=False)
    assert "王**" in repr(receipt)
    assert "小雨" not in repr(receipt)
    assert "13812346021" not in repr(receipt)
    assert receipt.language == "zh_CN"
    (code,) = [block.text for block in receipt.blocks if isinstance(block, SaleCode)]
    with desk.rig.book.read() as reader:
        stored = reader.sales.by_id(sale)
    assert stored is not None
    assert code == "LR1:" + stored.body_hash.hex().upper()


def test_a_test_page_prints_at_once_beside_the_queue(desk: Desk) -> None:
    assert desk.receipts.print_test().outcome is Outcome.PRINTED
    assert desk.rendered[-1].number == "打印测试页"
    desk.printer.set(PAPER_OUT)
    assert desk.receipts.print_test().outcome is Outcome.NOT_SENT
    assert desk.receipts.status() == PrinterStatus(PAPER_OUT, 0)


ACTS = st.sampled_from(["sell", "run", "off", "silent", "ready", "crash", "restart"])


# Each example is a till's whole book on disk.
@settings(max_examples=max(20, settings().max_examples // 20))
@given(acts=st.lists(ACTS, min_size=1, max_size=25))
def test_whatever_happens_each_original_leaves_once_at_most_and_none_is_forgotten(
    acts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with made_book(tmp_path_factory.mktemp("till")) as rig:
        desk = Desk(rig)
        sold = [desk.sell()]
        for act in acts:
            live(desk, act, sold)
        desk.printer.set(READY)
        desk.restart()
        desk.run_all()
        originals = [job for job in desk.printer.jobs if job.endswith(b"original")]
        assert len(originals) == len(set(originals))
        known = [sale for sale in sold if desk.printed(sale) is PrintState.PRINTED]
        assert set(known) | set(desk.doubtful()) == set(sold)
        assert len(originals) >= len(known)


def live(desk: Desk, act: str, sold: list[bytes]) -> None:
    states = {"off": OFF, "silent": PrinterState.UNKNOWN, "ready": READY}
    if act in states:
        desk.printer.set(states[act])
    elif act == "sell":
        sold.append(desk.sell())
    elif act == "restart":
        desk.restart()
    elif act == "run":
        desk.pass_ms(PAUSES_MS[-1])
        desk.receipts.run_next()
    else:
        crash(desk)


def crash(desk: Desk) -> None:
    """The till dies between the printing and the mark, when there is something to print."""
    whole = desk.printer.print

    def dying(data: bytes) -> PrintResult:
        whole(data)
        raise PowerCut

    desk.printer.print = dying  # type: ignore[method-assign]
    try:
        desk.pass_ms(PAUSES_MS[-1])
        desk.receipts.run_next()
    except PowerCut:
        desk.rig.reopen()
    finally:
        del desk.printer.print  # type: ignore[attr-defined]
    desk.start()
