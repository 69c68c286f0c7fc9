"""Serial printers and device files at the other end of a pseudo terminal."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.devices.printers.channel import Connector
from posloyalty.devices.printers.device_file import DeviceConnector, is_device
from posloyalty.devices.printers.escpos_printer import EscposPrinter, Patience
from posloyalty.devices.printers.serial_port import SerialConnector
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from tests.devices.wall import monotonic_ms
from tests.fakes.wired_printers import Wire, serial_printer

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo terminals", allow_module_level=True)

# The speed is not the pseudo terminal's but what the time for a job is reckoned by.
BAUD = 4_000_000
JOB = b"\x1b@" + b"\x1bJ\x02" * 8000 + b"\x1dVB"
PATIENT = Patience(answer_ms=1000, slow_ms=1000, job_ms=5000)
QUICK = Patience(answer_ms=60, slow_ms=60, job_ms=150)
READY = PrinterCondition(PrinterState.READY)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serial_printer() as wire:
        yield wire


@pytest.fixture(params=["pyserial", "device file"])
def connector(request: pytest.FixtureRequest, wire: Wire) -> Connector:
    if request.param == "pyserial":
        return SerialConnector(wire.address, BAUD)
    return DeviceConnector(Path(wire.address), bytes_per_s=BAUD)


def printer(connector: Connector, patience: Patience = PATIENT) -> EscposPrinter:
    return EscposPrinter(connector, monotonic_ms=monotonic_ms, patience=patience)


def test_a_job_longer_than_the_lines_buffer_prints_whole(wire: Wire, connector: Connector) -> None:
    assert printer(connector).print(JOB) == PrintResult(Outcome.PRINTED, READY)
    assert (len(wire.machine.rows), wire.machine.cuts) == (16_000, 1)


def test_without_paper_nothing_is_sent(wire: Wire, connector: Connector) -> None:
    wire.machine.paper_out = True
    out = PrinterCondition(PrinterState.PAPER_OUT)
    assert printer(connector).print(JOB) == PrintResult(Outcome.NOT_SENT, out)
    assert wire.machine.rows == []


def test_silence_is_unknown(wire: Wire, connector: Connector) -> None:
    wire.machine.silent = True
    result = printer(connector, QUICK).print(JOB[:8])
    assert result == PrintResult(Outcome.UNKNOWN, PrinterCondition(PrinterState.UNKNOWN))


@pytest.mark.parametrize("kind", ["pyserial", "device file"])
def test_a_line_that_takes_no_more_bytes_is_given_up_in_time(kind: str) -> None:
    with serial_printer(deaf=True) as wire:
        connector: Connector = SerialConnector(wire.address, BAUD)
        if kind == "device file":
            connector = DeviceConnector(Path(wire.address), bytes_per_s=BAUD)
        result = printer(connector, QUICK).print(JOB * 10)
    assert result == PrintResult(Outcome.UNKNOWN, PrinterCondition(PrinterState.UNKNOWN))


@pytest.mark.parametrize("kind", [SerialConnector, DeviceConnector])
def test_a_port_that_is_not_there_is_off(tmp_path: Path, kind: type) -> None:
    gone = tmp_path / "ttyUSB0"
    connector = kind(str(gone)) if kind is SerialConnector else kind(gone)
    off = PrinterCondition(PrinterState.OFF)
    assert printer(connector).print(JOB) == PrintResult(Outcome.NOT_SENT, off)
    assert printer(connector).condition() == off


def test_a_line_that_another_program_holds_is_off_and_gets_nothing(wire: Wire) -> None:
    held = SerialConnector(wire.address).open()
    try:
        result = printer(SerialConnector(wire.address)).print(JOB)
    finally:
        held.close()
    assert result == PrintResult(Outcome.NOT_SENT, PrinterCondition(PrinterState.OFF))
    assert wire.machine.received == 0


def test_an_adapter_that_is_unplugged_while_it_prints_is_in_doubt() -> None:
    with serial_printer() as wire:
        whole = wire.machine.feed

        def unplugged(data: bytes) -> bytes:
            told = whole(data)
            if wire.machine.received > 3000:
                # The far end is gone: from now on the near end reads end of file.
                wire.stopped.set()
            return told

        wire.machine.feed = unplugged  # type: ignore[method-assign]
        result = printer(SerialConnector(wire.address, BAUD), QUICK).print(JOB * 10)
    assert result.outcome is Outcome.UNKNOWN


def test_only_a_character_device_is_a_device(tmp_path: Path, wire: Wire) -> None:
    assert is_device(Path(wire.address))
    assert not is_device(tmp_path)
    assert not is_device(tmp_path / "nothing")
    assert is_device(Path(os.devnull))


def test_a_slow_line_is_given_the_time_that_it_needs() -> None:
    assert SerialConnector("COM3", 9600).bytes_per_s == 800
