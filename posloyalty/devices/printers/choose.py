"""Make the printer that the shop has set up, from the words in its settings.

| kind | address | options |
|---|---|---|
| none | | |
| network | host, host:port or [IPv6]:port | |
| usb | vendor:product, as in 04b8:0e15 | |
| serial | COM3, "/dev/ttyUSB0 9600" | baud=9600 |
| file | a folder, or a device such as /dev/usb/lp0 | |
| recording | a folder to keep the jobs in, or nothing | |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from posloyalty.devices.printers.channel import Connector
from posloyalty.devices.printers.device_file import DeviceConnector, is_device
from posloyalty.devices.printers.escpos_printer import EscposPrinter
from posloyalty.devices.printers.folder import FolderPrinter
from posloyalty.devices.printers.no_printer import NoPrinter, UnusablePrinter
from posloyalty.devices.printers.recording import RecordingPrinter
from posloyalty.services.papers.receipt_printer import ReceiptPrinter


def make_printer(
    kind: str,
    address: str,
    options: Mapping[str, str] | None = None,
    *,
    monotonic_ms: Callable[[], int],
) -> ReceiptPrinter:
    """The printer of a setup; nothing is opened yet. A wrong address makes an `UnusablePrinter`."""
    address = address.strip()
    if kind == "none":
        return NoPrinter()
    if kind == "recording":
        return FolderPrinter(Path(address)) if address else RecordingPrinter()
    if kind == "file" and address and not is_device(Path(address)):
        return FolderPrinter(Path(address))
    connector = _connector(kind, address, options or {})
    if connector is None:
        return UnusablePrinter()
    return EscposPrinter(connector, monotonic_ms=monotonic_ms)


def _connector(kind: str, address: str, options: Mapping[str, str]) -> Connector | None:
    # Late: a till has one printer, and no need of the others' libraries.
    if kind == "network":
        from posloyalty.devices.printers.network import parse_network_address

        return parse_network_address(address)
    if kind == "usb":
        from posloyalty.devices.printers.usb import parse_usb_address

        return parse_usb_address(address)
    if kind == "serial" and address:
        from posloyalty.devices.printers.serial_port import BAUD, BAUDS, SerialConnector

        port, _, typed = address.partition(" ")
        baud = typed.strip() or options.get("baud", str(BAUD))
        return SerialConnector(port, int(baud)) if baud in map(str, BAUDS) else None
    if kind == "file" and address:
        return DeviceConnector(Path(address))
    return None
