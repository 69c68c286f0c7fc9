"""USB printers on a bus of our own: found, claimed, asked, unplugged."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import pytest
import usb.core

from posloyalty.devices.printers.channel import ChannelBroken
from posloyalty.devices.printers.escpos_printer import EscposPrinter
from posloyalty.devices.printers.usb import UsbConnector, find_device, parse_usb_address
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from tests.fakes.escpos_machine import EscposMachine
from tests.fakes.time import SetClock

JOB = b"\x1b@" + b"\x1bJ\x20" + b"\x1dVB"
OFF = PrinterCondition(PrinterState.OFF)
READY = PrinterCondition(PrinterState.READY)


@dataclass
class End:
    """A bulk endpoint of the device."""

    device: Device
    bEndpointAddress: int  # noqa: N815
    bmAttributes: int = 2  # noqa: N815

    def write(self, data: bytes, timeout: int) -> int:
        return self.device.take(data, timeout)

    def read(self, _size: int, timeout: int) -> deque[int]:
        return self.device.give(timeout)


@dataclass
class Interface:
    """One interface; class 7 is a printer."""

    ends: list[End]
    bInterfaceClass: int = 7  # noqa: N815
    bInterfaceNumber: int = 0  # noqa: N815

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.ends)


@dataclass
class Device:
    """A printer as pyusb shows it, with the machine inside. Waiting passes the set clock."""

    clock: SetClock
    machine: EscposMachine = field(default_factory=EscposMachine)
    printer_class: int = 7
    answers: bool = True
    kernel_has_it: bool = True
    kernel_knows: bool = True
    unplug_after: int | None = None
    stuck: bool = False
    given_back: int = 0
    configured: bool = True
    _back: bytes = b""

    def set_configuration(self) -> None:
        self.configured = True

    def get_active_configuration(self) -> list[Interface]:
        if not self.configured:
            raise usb.core.USBError("configuration not set")
        ends = [End(self, 0x01)] + ([End(self, 0x82)] if self.answers else [])
        return [
            Interface([End(self, 0x83, 3)], bInterfaceClass=3),
            Interface(ends, self.printer_class),
        ]

    def is_kernel_driver_active(self, _number: int) -> bool:
        if not self.kernel_knows:
            raise NotImplementedError
        return self.kernel_has_it

    def detach_kernel_driver(self, _number: int) -> None:
        self.kernel_has_it = False

    def finalize(self) -> None:
        self.given_back += 1

    # pyusb's dispose_resources asks the device's context.
    @property
    def _ctx(self) -> Device:
        return self

    def dispose(self, _device: object) -> None:
        self.given_back += 1

    def take(self, data: bytes, timeout: int) -> int:
        if self.stuck:
            self.clock.ms += timeout
            raise usb.core.USBTimeoutError("timed out")
        if self.unplug_after is not None and self.machine.received >= self.unplug_after:
            raise usb.core.USBError("no such device", errno=19)
        self._back += self.machine.feed(data)
        return len(data)

    def give(self, timeout: int) -> deque[int]:
        if not self._back:
            self.clock.ms += timeout
            raise usb.core.USBTimeoutError("timed out")
        told, self._back = deque(self._back), b""
        return told


@pytest.fixture
def device() -> Device:
    return Device(SetClock())


def printer(device: Device | None, clock: SetClock | None = None) -> EscposPrinter:
    clock = clock or (device.clock if device else SetClock())
    connector = UsbConnector(0x04B8, 0x0E15, find=lambda _vendor, _product: device)
    return EscposPrinter(connector, monotonic_ms=clock.monotonic_ms)


def test_a_good_printer_prints_and_is_given_back(device: Device) -> None:
    assert printer(device).print(JOB) == PrintResult(Outcome.PRINTED, READY)
    assert device.machine.cuts == 1
    assert not device.kernel_has_it
    assert device.given_back == 1


def test_a_device_without_a_configuration_is_given_one(device: Device) -> None:
    device.configured = False
    assert printer(device).condition() == READY


def test_a_system_without_kernel_drivers_is_no_hindrance(device: Device) -> None:
    device.kernel_knows = False
    assert printer(device).condition() == READY


def test_a_printer_that_cannot_answer_is_never_confirmed(device: Device) -> None:
    device.answers = False
    result = printer(device).print(JOB)
    assert result == PrintResult(Outcome.UNKNOWN, PrinterCondition(PrinterState.UNKNOWN))
    assert device.machine.cuts == 1


def test_nothing_plugged_in_is_off() -> None:
    assert printer(None).print(JOB) == PrintResult(Outcome.NOT_SENT, OFF)


def test_a_device_that_is_no_printer_is_not_written_to(device: Device) -> None:
    device.printer_class = 8
    assert printer(device).print(JOB) == PrintResult(Outcome.NOT_SENT, OFF)
    assert device.machine.received == 0


def test_unplugged_in_the_middle_is_in_doubt(device: Device) -> None:
    device.unplug_after = 7
    assert printer(device).print(JOB) == PrintResult(Outcome.UNKNOWN, OFF)


def test_after_a_job_that_was_cut_in_an_image_the_next_one_comes_out_whole(device: Device) -> None:
    raster = b"\x1dv0\0" + bytes((72, 0, 192, 0)) + b"\xff" * (72 * 192)
    device.unplug_after = 5000
    cut = printer(device)
    assert cut.print(b"\x1b@" + raster).outcome is Outcome.UNKNOWN
    device.unplug_after = None
    assert cut.print(b"\x1b@" + raster + b"\x1dVB") == PrintResult(Outcome.PRINTED, READY)
    whole = [row == b"\xff" * 72 for row in device.machine.rows]
    assert whole[-192:] == [True] * 192
    assert device.machine.cuts == 1
    before = device.machine.received
    cut.print(JOB)
    assert device.machine.received - before < 100


def test_unplugged_before_the_job_got_nothing(device: Device) -> None:
    device.unplug_after = 0
    assert printer(device).print(JOB) == PrintResult(Outcome.NOT_SENT, OFF)


def test_a_printer_that_takes_nothing_in_time_is_unknown_and_got_nothing(device: Device) -> None:
    device.stuck = True
    result = printer(device).print(JOB)
    assert result == PrintResult(Outcome.NOT_SENT, PrinterCondition(PrinterState.UNKNOWN))


def test_a_machine_without_libusb_says_that_usb_is_not_available(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_backend(**_numbers: int) -> None:
        raise usb.core.NoBackendError("no backend available")

    monkeypatch.setattr(usb.core, "find", no_backend)
    with pytest.raises(ChannelBroken, match="USB is not available"):
        find_device(0x04B8, 0x0E15)
    connector = UsbConnector(0x04B8, 0x0E15)
    assert EscposPrinter(connector, monotonic_ms=SetClock().monotonic_ms).condition() == OFF


def test_numbers_are_read_as_lsusb_writes_them() -> None:
    assert parse_usb_address(" 04B8:0e15 ") == UsbConnector(0x04B8, 0x0E15)


@pytest.mark.parametrize("text", ["", "04b8", "04b8:", "4b8:0e15", "04b8:0e1g", "04b8:0e15:1"])
def test_what_is_no_pair_of_numbers_is_refused(text: str) -> None:
    assert parse_usb_address(text) is None
