"""What is left of a programme that is over ends between the sales, a piece at a time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.fakes.lanes import LanesAtOnce, LanesByStep, Shell
from ui.ending_pump import FIRST_MS, LOOK_MS, PIECE_MS, EndingPump


class Ends:
    """A service with so many pieces to do."""

    def __init__(self, *pieces: int) -> None:
        self.pieces = list(pieces)
        self.steps = 0
        self.broken = False

    def step(self) -> int:
        self.steps += 1
        if self.broken:
            raise OSError("the disk is full")
        return self.pieces.pop(0) if self.pieces else 0


def opened(ends: Ends, lanes: Any = None) -> tuple[Shell, EndingPump]:
    shell = Shell(lanes=lanes or LanesAtOnce())
    pump = EndingPump(shell.session)
    till: Any = SimpleNamespace(winding_up=ends)
    shop: Any = SimpleNamespace()
    shell.session.attach(till, shop)
    return shell, pump


def test_it_begins_behind_the_first_sale_and_goes_on_until_nothing_is_left() -> None:
    ends = Ends(10, 3)
    shell, _ = opened(ends)
    shell.timer.pass_ms(FIRST_MS - 1)
    assert ends.steps == 0
    shell.timer.pass_ms(1)
    shell.timer.pass_ms(PIECE_MS)
    shell.timer.pass_ms(PIECE_MS)
    assert (ends.pieces, ends.steps) == ([], 3)


def test_a_till_that_stays_on_looks_again() -> None:
    ends = Ends()
    shell, _ = opened(ends)
    shell.timer.pass_ms(FIRST_MS)
    shell.timer.pass_ms(LOOK_MS - 1)
    assert ends.steps == 1
    shell.timer.pass_ms(1)
    assert ends.steps == 2


def test_a_fault_is_no_end() -> None:
    ends = Ends(1)
    ends.broken = True
    shell, _ = opened(ends)
    shell.timer.pass_ms(FIRST_MS)
    ends.broken = False
    shell.timer.pass_ms(LOOK_MS)
    assert ends.pieces == []


def test_one_piece_is_under_way_at_a_time_and_none_after_the_end() -> None:
    lanes = LanesByStep()
    ends = Ends(1, 1, 1)
    shell, pump = opened(ends, lanes)
    shell.timer.pass_ms(FIRST_MS)
    pump.turn()
    assert len(lanes.waiting["write"]) == 1
    lanes.run_all()
    pump.stop()
    shell.timer.pass_ms(LOOK_MS)
    assert not lanes.waiting["write"]
    assert ends.steps == 1
