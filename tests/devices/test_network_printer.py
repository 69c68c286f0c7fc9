"""Network printers on a real TCP port: fine, late, empty, off, silent, confused, cut off."""

import socket
from collections.abc import Iterator

import pytest

from posloyalty.devices.printers.escpos_printer import EscposPrinter, Patience
from posloyalty.devices.printers.network import NetworkConnector, parse_network_address
from posloyalty.documents.receipt_escpos import drawer_kick, drawer_kick_at_once, receipt_escpos
from posloyalty.documents.receipt_raster import receipt_dots
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from tests.devices.wall import monotonic_ms
from tests.fakes.sold import a_receipt
from tests.fakes.wired_printers import Wire, network_printer

pytestmark = pytest.mark.enable_socket

JOB = b"\x1b@" + b"\x1bJ\x20" + b"\x1dVB"
QUICK = Patience(answer_ms=150, slow_ms=120, job_ms=300)
READY = PrinterCondition(PrinterState.READY)


def printer_at(address: str, patience: Patience = QUICK) -> EscposPrinter:
    connector = parse_network_address(address)
    assert connector is not None
    return EscposPrinter(connector, monotonic_ms=monotonic_ms, patience=patience)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with network_printer() as wire:
        yield wire


def test_a_good_printer_prints_a_whole_receipt_dot_by_dot_and_cuts_once(wire: Wire) -> None:
    receipt = a_receipt("zh_CN", 58)
    patient = Patience(answer_ms=2000, slow_ms=2000, job_ms=10_000)
    result = printer_at(wire.address, patient).print(receipt_escpos(receipt))
    assert result == PrintResult(Outcome.PRINTED, READY)
    dots = receipt_dots(receipt)
    paper = wire.machine.paper(dots.width)
    assert paper.tobytes() == dots.tobytes()
    assert (wire.machine.cuts, wire.machine.resets, wire.machine.kicks) == (1, 1, 0)


def test_the_drawer_opens_by_a_command_of_its_own(wire: Wire) -> None:
    assert printer_at(wire.address).print(drawer_kick()).outcome is Outcome.PRINTED
    assert (wire.machine.kicks, wire.machine.rows) == (1, [])


@pytest.mark.parametrize(
    ("turned", "outcome", "kicks"),
    [
        ({}, Outcome.PRINTED, 1),
        ({"paper_out": True}, Outcome.UNKNOWN, 1),
        ({"cover_open": True}, Outcome.UNKNOWN, 1),
        ({"fault": True}, Outcome.NOT_SENT, 0),
    ],
)
def test_the_drawer_opens_also_while_nothing_is_printed(
    wire: Wire, turned: dict[str, bool], outcome: Outcome, kicks: int
) -> None:
    for name, value in turned.items():
        setattr(wire.machine, name, value)
    result = printer_at(wire.address).kick(drawer_kick(), drawer_kick_at_once())
    assert (result.outcome, wire.machine.kicks) == (outcome, kicks)
    wire.machine.load_paper()
    assert wire.machine.kicks == kicks


def test_a_printer_that_is_gone_opens_no_drawer() -> None:
    result = printer_at("127.0.0.1:9").kick(drawer_kick(), drawer_kick_at_once())
    assert result == PrintResult(Outcome.NOT_SENT, PrinterCondition(PrinterState.OFF))


def test_a_printer_without_paper_gets_nothing_and_says_so(wire: Wire) -> None:
    wire.machine.paper_out = True
    printer = printer_at(wire.address)
    out = PrinterCondition(PrinterState.PAPER_OUT)
    assert printer.condition() == out
    assert printer.print(JOB) == PrintResult(Outcome.NOT_SENT, out)
    wire.machine.load_paper()
    assert printer.print(JOB).outcome is Outcome.PRINTED
    assert wire.machine.cuts == 1


def test_paper_that_ends_in_the_middle_leaves_the_receipt_in_doubt(wire: Wire) -> None:
    wire.machine.runs_out_after_rows = 10
    result = printer_at(wire.address).print(JOB)
    assert result == PrintResult(Outcome.UNKNOWN, PrinterCondition(PrinterState.PAPER_OUT))


@pytest.mark.parametrize(
    ("turned", "expected"),
    [
        ({"cover_open": True}, PrinterCondition(PrinterState.OFF, "cover_open")),
        ({"cover_open": True, "paper_out": True}, PrinterCondition(PrinterState.OFF, "cover_open")),
        ({"fault": True}, PrinterCondition(PrinterState.OFF, "fault")),
        ({"paper_low": True}, PrinterCondition(PrinterState.READY, "paper_low")),
        ({"silent": True}, PrinterCondition(PrinterState.UNKNOWN)),
        ({"garbage": True}, PrinterCondition(PrinterState.UNKNOWN)),
    ],
)
def test_the_condition_says_what_the_printer_says(
    wire: Wire, turned: dict[str, bool], expected: PrinterCondition
) -> None:
    for name, value in turned.items():
        setattr(wire.machine, name, value)
    assert printer_at(wire.address).condition() == expected


@pytest.mark.parametrize("trouble", ["silent", "garbage"])
def test_no_answer_and_nonsense_are_unknown_though_the_paper_came_out(
    wire: Wire, trouble: str
) -> None:
    setattr(wire.machine, trouble, True)
    result = printer_at(wire.address).print(JOB)
    assert result == PrintResult(Outcome.UNKNOWN, PrinterCondition(PrinterState.UNKNOWN))
    assert wire.machine.cuts == 1


def test_a_late_answer_is_slow_and_still_printed(wire: Wire) -> None:
    wire.late_s = 0.05
    patience = Patience(answer_ms=2000, slow_ms=20, job_ms=4000)
    result = printer_at(wire.address, patience).print(JOB)
    assert result == PrintResult(Outcome.PRINTED, PrinterCondition(PrinterState.SLOW))


def test_a_printer_that_loses_power_in_the_middle_is_in_doubt(wire: Wire) -> None:
    wire.cut_after = 400
    result = printer_at(wire.address).print(JOB * 200)
    assert result.outcome is Outcome.UNKNOWN
    assert result.condition in (
        PrinterCondition(PrinterState.OFF),
        PrinterCondition(PrinterState.UNKNOWN),
    )


def test_a_printer_that_hangs_up_before_the_job_got_nothing(wire: Wire) -> None:
    wire.cut_after = 1
    result = printer_at(wire.address).print(JOB)
    assert result == PrintResult(Outcome.NOT_SENT, PrinterCondition(PrinterState.OFF))


def test_a_printer_that_is_off_gets_nothing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        printer = printer_at(address)
        off = PrinterCondition(PrinterState.OFF)
        assert printer.condition() == off
        assert printer.print(JOB) == PrintResult(Outcome.NOT_SENT, off)


def test_a_printer_that_never_answers_in_turn_is_waited_for_once(wire: Wire) -> None:
    wire.machine.answers_in_order = False
    printer = printer_at(wire.address)
    assert printer.print(JOB).outcome is Outcome.PRINTED
    before = wire.machine.received
    assert printer.print(JOB).outcome is Outcome.PRINTED
    # The second time nothing but the job and the two pairs of questions goes out.
    assert wire.machine.received - before == len(JOB) + 4 * 3


def test_each_job_is_a_visit_of_its_own_so_that_others_get_their_turn(wire: Wire) -> None:
    printer = printer_at(wire.address)
    printer.print(JOB)
    printer.condition()
    assert wire.guests == 2


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.168.1.50", "192.168.1.50", 9100),
        (" printer-1.local:9101 ", "printer-1.local", 9101),
        ("[fe80::1]:9100", "fe80::1", 9100),
        ("[fe80::1]", "fe80::1", 9100),
        ("fe80::1", "fe80::1", 9100),
    ],
)
def test_addresses_are_read(text: str, host: str, port: int) -> None:
    assert parse_network_address(text) == NetworkConnector(host, port)


@pytest.mark.parametrize(
    "text", ["", ":9100", "host:", "host:x", "host:0", "host:65536", "[fe80::1", "a b", "[::1]9100"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert parse_network_address(text) is None
