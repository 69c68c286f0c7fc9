"""The line under a request, so that another thread can end a wait of nearly a minute at once.

An HTTP client cannot be told from outside to give up, and closing a socket does not wake who reads
from it; shutting it down does. The client names its connections as it makes them (httpcore's trace
extension); what is kept here is the newest one.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

_MADE: Final = (
    "connection.connect_tcp.complete",
    "connection.connect_unix_socket.complete",
    "connection.start_tls.complete",
)


class Line:
    """The newest connection of one client."""

    def __init__(self) -> None:
        self._stream: Any = None
        self.is_cut = False

    def follow(self, name: str, told: Mapping[str, Any]) -> None:
        """A client's trace: a connection that was made replaces the earlier one."""
        if name in _MADE:
            self._stream = told["return_value"]
            if self.is_cut:
                self._shut()

    def cut(self) -> None:
        """From another thread, for good: who reads gets nothing more."""
        self.is_cut = True
        self._shut()

    def _shut(self) -> None:
        stream = self._stream
        under = None if stream is None else stream.get_extra_info("socket")
        if under is not None:
            with suppress(OSError):  # it is gone already
                socket.socket.shutdown(under, socket.SHUT_RDWR)
