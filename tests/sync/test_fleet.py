"""Many tills, a bad network, one truth: in the end everybody has the same of every member."""

from __future__ import annotations

import pytest

from tests.sync.fleet import Fleet, agreed

SEEDS = 40
STEPS = 60


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_till_and_head_office_come_to_the_same(seed: int) -> None:
    fleet = Fleet(seed)
    fleet.run(STEPS)
    agreed(fleet)
    assert fleet.counts["events"] > STEPS // 4


def test_the_same_seed_goes_the_same_way() -> None:
    one, other = Fleet(7), Fleet(7)
    one.run(STEPS)
    other.run(STEPS)
    assert [till.journal for till in one.tills] == [till.journal for till in other.tills]
