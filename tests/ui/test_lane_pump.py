"""A pump does one job at a time, waits once at a time, and ends for good."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from posloyalty.services.till import Till
from tests.fakes.lanes import LanesByStep, Shell
from ui.lane_pump import LanePump


class Counting(LanePump[int]):
    """Counts what it does, and waits as the test says."""

    def __init__(self, shell: Shell, lanes: LanesByStep) -> None:
        super().__init__(shell.session, lanes.look_up)
        self.told: list[object] = []
        self.breaks = False

    def wait(self, ms: int) -> None:
        self._after(ms)

    def _job(self, till: Till) -> Callable[[], int]:
        def count() -> int:
            if self.breaks:
                raise OSError("the disk is full")
            return till.count()  # type: ignore[attr-defined,no-any-return]

        return count

    def _done(self, found: int) -> None:
        self.told.append(found)

    def _failed(self, fault: Exception) -> None:
        self.told.append(str(fault))


class Rig:
    """A pump whose lane runs when the test lets it."""

    def __init__(self) -> None:
        self.lanes = LanesByStep()
        self.shell = Shell(lanes=self.lanes)
        self.pump = Counting(self.shell, self.lanes)

    def open(self) -> None:
        counts = iter(range(1, 99))
        till: Any = SimpleNamespace(count=lambda: next(counts))
        shop: Any = SimpleNamespace()
        self.shell.session.attach(till, shop)

    @property
    def waiting(self) -> int:
        return len(self.lanes.waiting["look_up"])


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_nothing_begins_before_a_book_is_open(rig: Rig) -> None:
    rig.pump.turn()
    assert rig.waiting == 0
    rig.open()
    rig.pump.turn()
    assert rig.waiting == 1


def test_of_three_turns_one_job_is_done_and_then_the_next_may_begin(rig: Rig) -> None:
    rig.open()
    for _ in range(3):
        rig.pump.turn()
    assert rig.waiting == 1
    rig.lanes.run_all()
    assert rig.pump.told == [1]
    rig.pump.turn()
    rig.lanes.run_all()
    assert rig.pump.told == [1, 2]


def test_after_a_fault_the_next_job_may_begin(rig: Rig) -> None:
    rig.open()
    rig.pump.breaks = True
    rig.pump.turn()
    rig.lanes.run_all()
    rig.pump.breaks = False
    rig.pump.turn()
    rig.lanes.run_all()
    assert rig.pump.told == ["the disk is full", 1]


def test_a_later_wait_replaces_the_earlier_one(rig: Rig) -> None:
    rig.open()
    rig.pump.wait(1_000)
    rig.pump.wait(3_000)
    rig.shell.timer.pass_ms(2_999)
    assert rig.waiting == 0
    rig.shell.timer.pass_ms(1)
    rig.lanes.run_all()
    rig.shell.timer.pass_ms(10_000)
    assert rig.waiting == 0
    assert rig.pump.told == [1]


def test_after_the_end_no_wait_begins_anything_and_none_can_be_begun(rig: Rig) -> None:
    rig.open()
    rig.pump.wait(1_000)
    rig.pump.stop()
    assert rig.shell.timer.callbacks == 0
    rig.pump.wait(1_000)
    assert rig.shell.timer.callbacks == 0
    rig.pump.turn()
    rig.shell.timer.pass_ms(10_000)
    assert rig.waiting == 0


def test_the_answer_of_a_job_that_was_under_way_at_the_end_still_comes(rig: Rig) -> None:
    rig.open()
    rig.pump.turn()
    rig.pump.stop()
    rig.lanes.run_all()
    assert rig.pump.told == [1]
