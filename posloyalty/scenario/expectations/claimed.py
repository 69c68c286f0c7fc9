"""`claimed = 47`: the points that a claimed receipt earns; by wallet where there are several."""

from __future__ import annotations

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, points_check
from posloyalty.scenario.seen import Check
from posloyalty.services.members.claims import ClaimView


@expects("claimed", of=ClaimView)
def read_claimed(block: Block, key: str) -> Check:
    """Read the points."""
    return points_check(block, key, ClaimView, lambda view: view.points)
