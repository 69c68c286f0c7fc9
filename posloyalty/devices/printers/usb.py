"""Printers on USB by vendor and product number, through pyusb and the system's libusb.

The printer is the interface of class 7 with a bulk endpoint each way; the kernel's own driver is
moved aside while we talk. `find` is pyusb's `usb.core.find` unless a test hands in its own bus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from posloyalty.devices.printers.channel import ChannelBroken

PRINTER_CLASS: Final = 7
READ_BYTES: Final = 64
_DIRECTION_IN: Final = 0x80
_BULK: Final = 2

Find = Callable[[int, int], Any]


class UsbChannel:
    """A claimed printer interface."""

    def __init__(self, device: Any, *, out: Any, back: Any) -> None:
        self._device = device
        self._out = out
        self._back = back

    @property
    def answers(self) -> bool:
        """Some printers have no endpoint for answers."""
        return self._back is not None

    def write(self, data: bytes, *, timeout_ms: int) -> int:
        """Send one transfer."""
        import usb.core

        try:
            return int(self._out.write(data, max(1, timeout_ms)))
        except usb.core.USBTimeoutError:
            return 0
        except usb.core.USBError as fault:
            raise ChannelBroken(str(fault)) from fault

    def read(self, *, timeout_ms: int) -> bytes:
        """The next transfer."""
        import usb.core

        try:
            return bytes(self._back.read(READ_BYTES, max(1, timeout_ms)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as fault:
            raise ChannelBroken(str(fault)) from fault

    def close(self) -> None:
        """Give the interface back."""
        import usb.util

        usb.util.dispose_resources(self._device)


def find_device(vendor: int, product: int) -> Any:
    """The first such device on the machine's buses, or None; raises `ChannelBroken`."""
    try:
        import usb.core

        return usb.core.find(idVendor=vendor, idProduct=product)
    except (ImportError, ValueError, OSError) as fault:
        # pyusb says NoBackendError, a ValueError, where the system has no libusb.
        raise ChannelBroken(f"USB is not available: {fault}") from fault


@dataclass(frozen=True, slots=True)
class UsbConnector:
    """A USB printer by its numbers, as in 04b8:0e15."""

    vendor: int
    product: int
    find: Find = find_device
    bytes_per_s: int = 50_000

    def open(self) -> UsbChannel:
        """Find the device and claim its printer interface."""
        import usb.core

        device = self.find(self.vendor, self.product)
        if device is None:
            raise ChannelBroken("no such device is plugged in")
        try:
            return _claimed(device)
        except usb.core.USBError as fault:
            raise ChannelBroken(str(fault)) from fault


def parse_usb_address(text: str) -> UsbConnector | None:
    """Read "04b8:0e15", as lsusb writes it; None when it is none."""
    vendor, _, product = text.strip().lower().partition(":")
    digits = frozenset("0123456789abcdef")
    if not all(len(part) == 4 and digits.issuperset(part) for part in (vendor, product)):
        return None
    return UsbConnector(int(vendor, 16), int(product, 16))


def _claimed(device: Any) -> UsbChannel:
    for interface in _configuration(device):
        if interface.bInterfaceClass != PRINTER_CLASS:
            continue
        _move_kernel_aside(device, interface.bInterfaceNumber)
        bulk = [end for end in interface if end.bmAttributes & 0x03 == _BULK]
        out = [end for end in bulk if not end.bEndpointAddress & _DIRECTION_IN]
        back = [end for end in bulk if end.bEndpointAddress & _DIRECTION_IN]
        if out:
            return UsbChannel(device, out=out[0], back=back[0] if back else None)
    raise ChannelBroken("this device is no printer")


def _configuration(device: Any) -> Any:
    """The active configuration; a device that has none yet is given its first."""
    import usb.core

    try:
        return device.get_active_configuration()
    except usb.core.USBError:
        device.set_configuration()
        return device.get_active_configuration()


def _move_kernel_aside(device: Any, number: int) -> None:
    try:
        if device.is_kernel_driver_active(number):
            device.detach_kernel_driver(number)
    except NotImplementedError:
        return  # only Linux has such drivers in the way
