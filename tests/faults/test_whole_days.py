"""Whole days with crashes in the middle of anything: money, cards, goods and Z stay true."""

from __future__ import annotations

from pathlib import Path

from hypothesis.stateful import run_state_machine_as_test

from tests.faults.one_till import Figures, make_days
from tests.faults.whole_days import days_machine, days_settings


def test_whole_days_with_crashes_hold_against_a_notebook_beside_the_till(tmp_path: Path) -> None:
    figures = Figures()
    machine = days_machine(make_days(tmp_path / "made"), tmp_path / "days", figures)
    run_state_machine_as_test(
        machine, settings=days_settings(runs=8, steps=25, derandomize=True, database=None)
    )
    assert figures.crashes > 20
    assert figures.undone > 0
    assert figures.kept > 0
