"""Printers behind a device file that reads and writes, such as Linux's /dev/usb/lp0.

The kernel's own driver needs no libusb and no rights beyond group "lp".
"""

from __future__ import annotations

import os
import select
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posloyalty.devices.printers.channel import ChannelBroken

READ_BYTES: Final = 256


class DeviceChannel:
    """An open device file."""

    answers = True

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, data: bytes, *, timeout_ms: int) -> int:
        """Send what the driver takes in time."""
        try:
            _, ready, _ = select.select([], [self._handle], [], max(1, timeout_ms) / 1000)
            return os.write(self._handle, data) if ready else 0
        except BlockingIOError:
            return 0
        except OSError as fault:
            raise ChannelBroken(str(fault)) from fault

    def read(self, *, timeout_ms: int) -> bytes:
        """The next bytes."""
        try:
            ready, _, _ = select.select([self._handle], [], [], max(1, timeout_ms) / 1000)
            data = os.read(self._handle, READ_BYTES) if ready else None
        except BlockingIOError:
            return b""
        except OSError as fault:
            raise ChannelBroken(str(fault)) from fault
        if data == b"":
            raise ChannelBroken("the device is gone")
        return data or b""

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


@dataclass(frozen=True, slots=True)
class DeviceConnector:
    """The path of a device file."""

    path: Path
    bytes_per_s: int = 20_000

    def open(self) -> DeviceChannel:
        """Open it without waiting for anybody."""
        try:
            return DeviceChannel(os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY))
        except OSError as fault:
            raise ChannelBroken(str(fault)) from fault


def is_device(path: Path) -> bool:
    """Whether a path is a character device, not a folder or a file."""
    try:
        return stat.S_ISCHR(path.stat().st_mode)
    except OSError:
        return False
