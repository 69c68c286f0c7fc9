"""Printers on a serial line, by pyserial. A raster receipt takes a while: 8 s at 115200 baud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import serial

from posloyalty.devices.printers.channel import ChannelBroken

BAUD: Final = 115_200
BAUDS: Final = (9600, 19200, 38400, 57600, 115_200)
BITS_PER_BYTE: Final = 10
# One write is at most what the line carries in a fifth of a second, so that a time-out is noticed.
WRITES_PER_S: Final = 5


class SerialChannel:
    """An open serial line."""

    answers = True

    def __init__(self, line: serial.Serial) -> None:
        self._line = line
        self._piece_bytes = max(16, line.baudrate // BITS_PER_BYTE // WRITES_PER_S)

    def write(self, data: bytes, *, timeout_ms: int) -> int:
        """Send a piece; the driver's buffer takes it or the time runs out."""
        self._line.write_timeout = max(1, timeout_ms) / 1000
        try:
            return int(self._line.write(data[: self._piece_bytes]) or 0)
        except serial.SerialTimeoutException:
            return 0
        except (OSError, serial.SerialException) as fault:
            raise ChannelBroken(str(fault)) from fault

    def read(self, *, timeout_ms: int) -> bytes:
        """The next bytes; an unplugged adapter breaks the channel."""
        try:
            self._line.timeout = max(1, timeout_ms) / 1000
            first = bytes(self._line.read(1))
            return first + bytes(self._line.read(self._line.in_waiting)) if first else b""
        except (OSError, serial.SerialException) as fault:
            raise ChannelBroken(str(fault)) from fault

    def close(self) -> None:
        """Close the line without waiting for what is still in the driver's buffer."""
        self._line.close()


@dataclass(frozen=True, slots=True)
class SerialConnector:
    """A serial port by name, such as COM3 or /dev/ttyUSB0."""

    port: str
    baud: int = BAUD

    @property
    def bytes_per_s(self) -> int:
        """What the line carries: start, eight data and stop bit a byte, and some slack."""
        return self.baud // (BITS_PER_BYTE + 2)

    def open(self) -> SerialChannel:
        """Open the port for us alone: two programs on one line would print into one another."""
        try:
            line = serial.Serial(port=self.port, baudrate=self.baud, exclusive=True)
        except (OSError, ValueError, serial.SerialException) as fault:
            raise ChannelBroken(str(fault)) from fault
        return SerialChannel(line)
