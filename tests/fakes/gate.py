"""A gate that nobody waits at: each wait is counted, and may be where something happens."""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.services.right_of_way import RightOfWay


class CountedGate:
    """Implements `services.right_of_way.Gate`; `waits` are the seconds of each."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.is_open = True
        self.waits: list[float | None] = []
        self._meanwhile = meanwhile

    def set(self) -> None:
        self.is_open = True

    def clear(self) -> None:
        self.is_open = False

    def is_set(self) -> bool:
        return self.is_open

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        self._meanwhile()
        return self.is_open


def counted_way(meanwhile: Callable[[], object] = lambda: None) -> tuple[RightOfWay, CountedGate]:
    """A right of way, and the gate at which its lanes wait."""
    gate = CountedGate(meanwhile)
    return RightOfWay(gate), gate
