"""The Qt binding in use keeps count of `True`.

PySide6 6.12.0 on Python 3.11 loses one reference to `True` with each signal that carries a bool,
until the interpreter aborts in the middle of a sale. That is why the lock stays below 6.12.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

EMITS = 2_000
# The interpreter and Qt may take or give back a handful for reasons of their own.
TOLERANCE = 50


class Bell(QObject):
    rung = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.rung.connect(self.hear)

    @Slot(bool)
    def hear(self, loud: bool) -> None:
        self.heard += loud


def test_emitting_a_bool_loses_no_reference_to_true() -> None:
    bell = Bell()

    assert abs(drift_of_true(lambda: bell.rung.emit(True), EMITS)) <= TOLERANCE
    assert bell.heard == EMITS


def test_a_drift_would_be_seen() -> None:
    kept: list[bool] = []
    seen = 0 if sys.version_info >= (3, 12) else EMITS  # from 3.12 True is immortal: no count

    assert abs(drift_of_true(lambda: kept.append(True), EMITS) - seen) <= TOLERANCE
    assert abs(drift_of_true(kept.pop, EMITS) + seen) <= TOLERANCE


def drift_of_true(action: Callable[[], object], times: int) -> int:
    before = sys.getrefcount(True)
    for _ in range(times):
        action()
    return sys.getrefcount(True) - before
