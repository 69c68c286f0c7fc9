"""When the head office of a world lets what is left of a programme end."""

from __future__ import annotations

from datetime import timedelta

from posloyalty.domain.programme.kinds.winding_down import GRACE
from tests.simulation.faults import Faults
from tests.simulation.kinds import ENDS
from tests.simulation.restored import RestorableTill
from tests.simulation.world import World
from tests.simulation.wound_down import WoundDown


def test_a_till_that_joined_after_the_copy_was_made_is_not_waited_for_until_it_joins_again() -> (
    None
):
    world = World(3, kind=ENDS, faults=Faults())
    part = next(one for one in world.parts if isinstance(one, WoundDown))
    world.skipped += part.ends_at + GRACE + timedelta(hours=1) - world.at
    copy = world.desk.copy()
    late = RestorableTill("N", "S0")
    world.joins(late)
    assert part.waits_for() == set(world.nodes)
    world.desk = copy
    assert part.waits_for() == world.nodes.keys() - {late.id}
    world.heal()
    world.check()
    assert not part.waits_for()
    assert late.id in world.desk.genesis
