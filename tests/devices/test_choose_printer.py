"""The printer that the shop set up, and printers without hardware."""

from pathlib import Path

import pytest

from posloyalty.devices.printers.choose import make_printer
from posloyalty.devices.printers.escpos_printer import EscposPrinter
from posloyalty.devices.printers.folder import FolderPrinter
from posloyalty.devices.printers.no_printer import NoPrinter
from posloyalty.devices.printers.recording import JOBS_MAX, RecordingPrinter
from posloyalty.devices.printers.serial_port import SerialConnector
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
    ReceiptPrinter,
)
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock

READY = PrinterCondition(PrinterState.READY)


def make(kind: str, address: str = "", options: dict[str, str] | None = None) -> ReceiptPrinter:
    return make_printer(kind, address, options, monotonic_ms=SetClock().monotonic_ms)


@pytest.mark.parametrize(
    ("kind", "address", "made"),
    [
        ("none", "", NoPrinter),
        ("recording", "", RecordingPrinter),
        ("recording", "receipts", FolderPrinter),
        ("network", "192.168.1.50:9100", EscposPrinter),
        ("usb", "04b8:0e15", EscposPrinter),
        ("serial", "COM3", EscposPrinter),
        ("serial", "/dev/ttyUSB0 9600", EscposPrinter),
        ("file", "/dev/null", EscposPrinter),
        ("file", "receipts", FolderPrinter),
    ],
)
def test_each_kind_makes_its_printer(kind: str, address: str, made: type) -> None:
    assert type(make(kind, address)) is made


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("network", ""),
        ("network", "host:99999"),
        ("usb", "04b8"),
        ("serial", ""),
        ("serial", "COM3 9601"),
        ("file", " "),
    ],
)
def test_a_wrong_address_is_a_state_and_leaves_the_jobs_waiting(kind: str, address: str) -> None:
    printer = make(kind, address)
    off = PrinterCondition(PrinterState.OFF, "bad_address")
    assert printer.condition() == off
    assert printer.print(b"job") == PrintResult(Outcome.NOT_SENT, off)


def test_the_speed_of_a_line_may_stand_in_the_options() -> None:
    printer = make("serial", "COM3", {"baud": "9600"})
    assert isinstance(printer, EscposPrinter)
    assert printer._connector == SerialConnector("COM3", 9600)


def test_every_state_and_detail_has_words_and_every_trouble_says_what_to_do() -> None:
    codes = [state.value for state in PrinterState]
    codes += ["off_hint", "paper_out_hint", "slow_hint", "unknown_hint", "cover_open_hint"]
    codes += ["cover_open", "fault", "paper_low", "bad_address"]
    for language in LANGUAGES:
        assert [code for code in codes if not Words(language).has(f"printer.{code}")] == []


def test_a_folder_keeps_each_job_as_a_file_of_its_own(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "receipts")
    assert printer.condition() == READY
    for job in (b"one", b"two"):
        assert printer.print(job) == PrintResult(Outcome.PRINTED, READY)
    names = sorted(path.name for path in (tmp_path / "receipts").iterdir())
    assert names == ["receipt-000001.escpos", "receipt-000002.escpos"]
    assert (tmp_path / "receipts" / names[1]).read_bytes() == b"two"


def test_a_folder_never_writes_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "receipt-000041.escpos").write_bytes(b"old")
    (tmp_path / "receipt-note.escpos").write_bytes(b"not ours")
    FolderPrinter(tmp_path).print(b"new")
    assert (tmp_path / "receipt-000042.escpos").read_bytes() == b"new"
    assert (tmp_path / "receipt-000041.escpos").read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_is_off(tmp_path: Path) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.write_bytes(b"")
    printer = FolderPrinter(in_the_way)
    off = PrinterCondition(PrinterState.OFF)
    assert printer.condition() == off
    assert printer.print(b"job") == PrintResult(Outcome.NOT_SENT, off)


@pytest.mark.parametrize(
    ("state", "outcome", "kept"),
    [
        (PrinterState.READY, Outcome.PRINTED, 1),
        (PrinterState.SLOW, Outcome.PRINTED, 1),
        (PrinterState.UNKNOWN, Outcome.UNKNOWN, 1),
        (PrinterState.OFF, Outcome.NOT_SENT, 0),
        (PrinterState.PAPER_OUT, Outcome.NOT_SENT, 0),
    ],
)
def test_the_recording_printer_behaves_as_it_is_told(
    state: PrinterState, outcome: Outcome, kept: int
) -> None:
    printer = RecordingPrinter()
    printer.set(state)
    assert printer.print(b"job") == PrintResult(outcome, PrinterCondition(state))
    assert len(printer.jobs) == kept


def test_the_recording_printer_forgets_the_oldest_jobs() -> None:
    printer = RecordingPrinter()
    for number in range(JOBS_MAX + 5):
        printer.print(str(number).encode())
    assert (len(printer.jobs), printer.jobs[0]) == (JOBS_MAX, b"5")


def test_no_printer_takes_nothing() -> None:
    printer = NoPrinter()
    none = PrinterCondition(PrinterState.NONE)
    assert printer.condition() == none
    assert printer.print(b"job") == PrintResult(Outcome.NOT_SENT, none)
