"""Many tills, a bad network, one truth: in the end everybody has the same of every member."""

from __future__ import annotations

import pytest

from tests.sync.fleet import Fleet, agreed

SEEDS = 40
SAMPLE = 16
STEPS = 60


@pytest.mark.long(sample=SAMPLE)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_till_and_head_office_come_to_the_same(seed: int) -> None:
    fleet = Fleet(seed)
    fleet.run(STEPS)
    agreed(fleet)
    assert fleet.counts["events"] > STEPS // 4


@pytest.mark.long(sample=SAMPLE)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_spent_from_leases_alone_is_never_spent_twice(seed: int) -> None:
    fleet = Fleet(seed, lending=True)
    fleet.run(STEPS)
    agreed(fleet)
    assert fleet.counts["overspent"] == 0


def test_points_are_spent_from_leases_at_all() -> None:
    spent = 0
    for seed in range(10):
        fleet = Fleet(seed, lending=True)
        fleet.run(STEPS)
        spent += fleet.counts["spent"]
    assert spent > 1_000


def test_the_same_seed_goes_the_same_way() -> None:
    one, other = Fleet(7), Fleet(7)
    one.run(STEPS)
    other.run(STEPS)
    assert [till.journal for till in one.tills] == [till.journal for till in other.tills]
