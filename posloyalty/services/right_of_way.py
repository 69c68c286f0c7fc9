"""The counter goes first: work that can wait is done in small pieces, between two customers.

Shape: whoever a customer waits for works within `first()`; a lane in the background calls `give()`
before each piece and waits there while somebody does. Python runs one thread at a time, and who
wants its turn back waits for a call of the other's to end, so a piece is what costs a sale nothing
that could be noticed: some tenths of a millisecond. Packing and waiting for the network hold nobody
up and are no pieces.

Nobody waits for ever: a till that is busy all the time still gets a piece done after `PATIENCE`
waits. Nothing that a sale needs may be held while one waits (a unit, a reader).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

PATIENCE: Final = 4
"""So many times it is waited, each until a sale is over, before a piece is done all the same."""
WAIT_S: Final = 0.005
"""So long each time at most, for a sale may wait itself, for its disk or a printer."""


class Gate(Protocol):
    """What `threading.Event` is: open or shut, and one may wait until it is open."""

    def set(self) -> None:
        """Open it."""
        ...

    def clear(self) -> None:
        """Shut it."""
        ...

    def is_set(self) -> bool:
        """Whether it is open."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is open, so many seconds at most; whether it is."""
        ...


class RightOfWay:
    """Of one till program; from any thread."""

    def __init__(self, free: Gate | None = None) -> None:
        self._free: Gate = threading.Event() if free is None else free
        self._free.set()
        self._lock = threading.Lock()
        self._first = 0

    @contextmanager
    def first(self) -> Iterator[None]:
        """Somebody waits for what is done here."""
        with self._lock:
            self._first += 1
            self._free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._first -= 1
                if not self._first:
                    self._free.set()

    def give(self) -> None:
        """Let whoever goes first be done, if somebody does."""
        for _ in range(PATIENCE):
            if self._free.is_set():
                return
            self._free.wait(WAIT_S)
