"""A call that is waited for no longer than so long, whatever it waits for itself.

The system's search for a name's address takes as long as it likes, and nothing ends it from
outside: with a line that is up and a name server that is gone that is ten seconds and more. So who
has a customer in front of them lets it go on beside them and counts the time themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, Generic, TypeVar

Given = TypeVar("Given")


class TooLong(Exception):
    """The time was over."""


class Beside:
    """One call at a time, from one thread; what comes too late is thrown away."""

    def __init__(self) -> None:
        self._last: _Call[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a call for which nobody waits any more is not back yet."""
        return self._last is not None and not self._last.is_back.is_set()

    def call(self, do: Callable[[], Given], seconds: float) -> Given:
        """What `do` gives or raises; raises `TooLong`. Not while it is busy."""
        call = _Call(do)
        self._last = call
        Thread(target=call.run, daemon=True).start()
        if not call.is_back.wait(seconds):
            raise TooLong
        return call.given()


class _Call(Generic[Given]):
    def __init__(self, do: Callable[[], Given]) -> None:
        self._do = do
        self._given: Given | None = None
        self._raised: BaseException | None = None
        self.is_back = Event()

    def run(self) -> None:
        try:
            self._given = self._do()
        except BaseException as raised:  # noqa: BLE001 - raised where it is waited for
            self._raised = raised
        self.is_back.set()

    def given(self) -> Given:
        if self._raised is not None:
            raise self._raised
        return self._given  # type: ignore[return-value]  # what it gave, None too
