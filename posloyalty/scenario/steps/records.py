"""`step = "merge"`: head office finds that two records are one member: `goes` becomes `member`.
`step = "erase"`: a member asked to be erased. Tills hear of both when they next exchange.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@step("merge")
def read_merge(block: Block) -> Merge:
    """Read the two."""
    return Merge(block.refer("member", "member"), block.refer("goes", "member"))


@step("erase")
def read_erase(block: Block) -> Erase:
    """Read who."""
    return Erase(block.refer("member", "member"))
