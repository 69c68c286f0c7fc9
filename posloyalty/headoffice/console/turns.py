"""Turns at having a password checked: each takes 32 MiB and a core, and anybody may send one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from posloyalty.services.refusal import ServiceRefusal

WAITING_MOST: Final = 3
"""So many wait while one is checked; whoever comes beyond that is told so, and nothing counts."""
AT_AN_ADDRESS: Final = 2
"""So many of one address are here at most, so that it cannot take every place."""


class Turns:
    """One is checked at a time, so many more wait, and of an address two at most are here."""

    def __init__(self) -> None:
        self._checking = Lock()
        self._counting = Lock()
        self._inside = 0
        self._at: Counter[str] = Counter()

    @contextmanager
    def turn(self, address: str = "") -> Iterator[None]:
        """One's turn to be checked, whatever it takes; refuses SIGN_IN_BUSY. "" is no address."""
        with self._counting:
            crowded = bool(address) and self._at[address] >= AT_AN_ADDRESS
            if crowded or self._inside > WAITING_MOST:
                raise ServiceRefusal("SIGN_IN_BUSY")
            self._inside += 1
            self._at[address] += 1
        try:
            with self._checking:
                yield
        finally:
            with self._counting:
                self._inside -= 1
                self._at -= Counter([address])
