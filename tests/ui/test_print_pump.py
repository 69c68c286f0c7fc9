"""The print queue is worked off while the till is open: now, after every job, and every second."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from tests.fakes.lanes import LanesAtOnce, LanesByStep, Shell
from ui.print_pump import TURN_MS, PrintPump

PRINTED = "printed"


@dataclass
class Receipts:
    """A queue of so many receipts."""

    waiting: int = 0
    broken: bool = False
    turns: int = 0

    def run_next(self) -> str | None:
        self.turns += 1
        if self.broken:
            raise OSError("no printer")
        if not self.waiting:
            return None
        self.waiting -= 1
        return PRINTED


@dataclass
class Open:
    """A till that was opened, and how often the pump told of a job."""

    receipts: Receipts
    lanes: Any = field(default_factory=LanesAtOnce)
    told: int = 0

    def __post_init__(self) -> None:
        self.shell = Shell(lanes=self.lanes)
        self.pump = PrintPump(self.shell.session, self._told)
        till: Any = SimpleNamespace(receipts=self.receipts)
        shop: Any = SimpleNamespace()
        self.shell.session.attach(till, shop)

    def _told(self) -> None:
        self.told += 1


def test_three_receipts_that_wait_are_printed_at_once_one_after_the_other() -> None:
    found = Open(Receipts(waiting=3))
    assert found.receipts.waiting == 0
    # Each of the three, and that the printer was looked at.
    assert (found.receipts.turns, found.told) == (4, 4)


def test_the_queue_is_looked_at_every_second_and_nothing_is_told_where_nothing_was_done() -> None:
    found = Open(Receipts())
    assert (found.receipts.turns, found.told) == (1, 1)
    found.shell.timer.pass_ms(5 * TURN_MS)
    assert (found.receipts.turns, found.told) == (6, 1)
    found.receipts.waiting = 1
    found.shell.timer.pass_ms(TURN_MS)
    assert (found.receipts.waiting, found.told) == (0, 2)


def test_a_printer_that_fails_is_told_and_asked_again_a_second_later() -> None:
    found = Open(Receipts(waiting=1, broken=True))
    assert (found.receipts.turns, found.told) == (1, 1)
    found.receipts.broken = False
    found.shell.timer.pass_ms(TURN_MS)
    assert found.receipts.waiting == 0


def test_a_job_that_takes_long_is_waited_for_and_none_follows_after_the_end() -> None:
    lanes = LanesByStep()
    found = Open(Receipts(waiting=9), lanes)
    found.shell.timer.pass_ms(10 * TURN_MS)
    assert len(lanes.waiting["printing"]) == 1
    found.pump.stop()
    lanes.run_all()
    found.shell.timer.pass_ms(10 * TURN_MS)
    assert not lanes.waiting["printing"]
    assert (found.receipts.turns, found.told) == (1, 1)
