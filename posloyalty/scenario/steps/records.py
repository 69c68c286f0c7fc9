"""`step = "merge"`: head office finds that two records are one member: `goes` becomes `member`.
`step = "erase"`: a member asked to be erased. `step = "wind_up"`: the programme is over, and what
is left to a member ends as it was announced. Tills hear of each when they next exchange.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.winding_down import phase_of
from posloyalty.domain.programme.kinds.winding_down import Phase
from posloyalty.domain.values.calendar import store_day
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True)
class Merge:
    """Which record stays, and which goes."""

    member: str
    goes: str

    def run(self, scene: Scene) -> Outcome:
        """Join them. Refuses NO_SUCH_MEMBER where one is not known, or means another already."""
        stays, goes = scene.member_id(self.member), scene.member_id(self.goes)
        if not scene.world.head_office.merge(stays, goes, scene.world.at):
            raise ServiceRefusal("NO_SUCH_MEMBER")
        return NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class Erase:
    """Who."""

    member: str

    def run(self, scene: Scene) -> Outcome:
        """Erase them."""
        if not scene.world.head_office.erase(scene.member_id(self.member), scene.world.at):
            raise ServiceRefusal("NO_SUCH_MEMBER")
        return NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class WindUp:
    """Whose."""

    member: str

    def run(self, scene: Scene) -> Outcome:
        """End what is left. Refuses NOTHING_TO_RECORD for nothing, and before the end."""
        world, member = scene.world, scene.member_id(self.member)
        over = phase_of(scene.programme, store_day(world.at, scene.programme.zone)) is Phase.OVER
        if not over or not world.head_office.wind_up(member, scene.programme, world.at):
            raise ServiceRefusal("NOTHING_TO_RECORD")
        return NOTHING_SEEN


@step("merge")
def read_merge(block: Block) -> Merge:
    """Read the two."""
    return Merge(block.refer("member", "member"), block.refer("goes", "member"))


@step("erase")
def read_erase(block: Block) -> Erase:
    """Read who."""
    return Erase(block.refer("member", "member"))


@step("wind_up")
def read_wind_up(block: Block) -> WindUp:
    """Read whose."""
    return WindUp(block.refer("member", "member"))
