"""The line under a request, so that another thread can end a wait of nearly a minute at once, and
a request has an end.

An HTTP client cannot be told from outside to give up, and closing a socket does not wake who reads
from it; shutting it down does. The client names its connections as it makes them (httpcore's trace
extension); what is kept here is the newest one.

A client's patience is for each piece: whoever sends a byte now and then is never late by it. So
there is a time for the whole request besides (`within`).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock, Timer
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
        self._lock = Lock()
        self._asked = 0  # the number of the request that is on its way, negative for none
        self.is_cut = False
        self.is_late = False
        """Whether the last request took longer than it had."""

    def follow(self, name: str, told: Mapping[str, Any]) -> None:
        """A client's trace: a connection that was made replaces the earlier one."""
        if name in _MADE:
            self._stream = told["return_value"]
            if self.is_cut or self.is_late:
                self._shut()

    def cut(self) -> None:
        """From another thread, for good: who reads gets nothing more."""
        self.is_cut = True
        self._shut()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """A request that has so long: whoever reads or writes gets an error then, and is late."""
        with self._lock:
            number = self._asked = abs(self._asked) + 1
            self.is_late = False
        timer = Timer(seconds, self._end, (number,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:  # whoever ends it now would end the next one
                self._asked = -number

    def _end(self, number: int) -> None:
        with self._lock:
            if self._asked == number:
                self.is_late = True
                self._shut()

    def _shut(self) -> None:
        stream = self._stream
        under = None if stream is None else stream.get_extra_info("socket")
        if under is not None:
            with suppress(OSError):  # it is gone already
                socket.socket.shutdown(under, socket.SHUT_RDWR)
