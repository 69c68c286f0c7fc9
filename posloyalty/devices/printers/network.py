"""Printers on the network: raw TCP, port 9100 unless the address says otherwise."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Final

from posloyalty.devices.printers.channel import ChannelBroken

PORT: Final = 9100
CONNECT_S: Final = 3.0
READ_BYTES: Final = 256


class SocketChannel:
    """An open connection to a printer."""

    answers = True

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write(self, data: bytes, *, timeout_ms: int) -> int:
        """Send what the connection takes in time."""
        self._connection.settimeout(max(1, timeout_ms) / 1000)
        try:
            return self._connection.send(data)
        except TimeoutError:
            return 0
        except OSError as fault:
            raise ChannelBroken(str(fault)) from fault

    def read(self, *, timeout_ms: int) -> bytes:
        """The next bytes; a printer that hangs up breaks the channel."""
        self._connection.settimeout(max(1, timeout_ms) / 1000)
        try:
            data = self._connection.recv(READ_BYTES)
        except TimeoutError:
            return b""
        except OSError as fault:
            raise ChannelBroken(str(fault)) from fault
        if not data:
            raise ChannelBroken("the printer hung up")
        return data

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class NetworkConnector:
    """Where a network printer listens."""

    host: str
    port: int = PORT
    bytes_per_s: int = 50_000

    def open(self) -> SocketChannel:
        """Connect within three seconds."""
        try:
            connection = socket.create_connection((self.host, self.port), timeout=CONNECT_S)
        except OSError as fault:
            raise ChannelBroken(str(fault)) from fault
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketChannel(connection)


def parse_network_address(text: str) -> NetworkConnector | None:
    """Read "192.168.1.50", "printer.local:9100" or "[fe80::1]:9100"; None when it is none."""
    host, port = text.strip(), str(PORT)
    if host.startswith("["):
        host, closed, rest = host[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            return None
        port = rest[1:] or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    allowed = all(ch.isalnum() or ch in "-._:%" for ch in host)
    if not host or not allowed or not (port.isascii() and port.isdigit()):
        return None
    return NetworkConnector(host, int(port)) if 0 < int(port) < 65536 else None
