"""A small storm over a few tills, on real processes; `python -m tests.prove chain` is the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.checking import check
from tests.fleet.fleet import Fleet

pytestmark = pytest.mark.enable_socket


def test_a_storm_loses_no_acknowledged_sale_and_spends_no_point_twice(tmp_path: Path) -> None:
    with Fleet(tmp_path, seed=1, tills_count=3, rounds=5) as fleet:
        fleet.fill()
        fleet.storm(5)
        fleet.settle()
        figures, faults = check(fleet)
    assert faults == []
    assert figures["acknowledged sales"] > 20
    assert figures["spent articles"] > 0
