"""`step = "use"`: a member's pass or privilege is used. `step = "reserve"`: a place on a day.

step = "use"
member = "wang"
pass = "coffee-30"            # or `privilege = "trial"`; `back = true` takes a use back

step = "reserve"
member = "wang"
privilege = "trial"
day = 2026-05-01              # `off = true` calls it off
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.programme_acts import Acted


@dataclass(frozen=True, slots=True)
class Use:
    """What is used: a pass or a privilege, by its id."""

    member: str
    of_pass: str
    privilege: str
    back: bool

    def run(self, scene: Scene) -> Outcome:
        """Use it as the till does."""
        uses, member = scene.till.use_rights, scene.member_id(self.member)
        if self.back:
            what = f"pass/{self.of_pass}" if self.of_pass else f"privilege/{self.privilege}"
            acted = uses.give_back(member, what, scene.operator)
        elif self.of_pass:
            acted = uses.use_pass(member, self.of_pass, scene.operator)
        else:
            acted = uses.use_privilege(member, self.privilege, scene.operator)
        return Outcome((acted, acted.does))


@dataclass(frozen=True, slots=True)
class Reserve:
    """A place on a day, or one called off."""

    member: str
    privilege: str
    day: date
    off: bool

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does."""
        uses, member = scene.till.use_rights, scene.member_id(self.member)
        act = uses.call_off if self.off else uses.reserve
        acted = act(member, self.privilege, self.day, scene.operator)
        return Outcome((acted, acted.does))


@step("use", gives=(Acted, Consequences))
def read_use(block: Block) -> Use:
    """Read whose, and what."""
    of_pass = block.text("pass") if "pass" in block else ""
    privilege = "" if of_pass else block.text("privilege")
    member = block.refer("member", "member")
    return Use(member, of_pass, privilege, block.flag("back", default=False))


@step("reserve", gives=(Acted, Consequences))
def read_reserve(block: Block) -> Reserve:
    """Read whose, which privilege and which day."""
    member, privilege = block.refer("member", "member"), block.text("privilege")
    if "day" not in block:
        block.found("day", "MISSING_KEY")
    day = block.day("day") or date.min
    return Reserve(member, privilege, day, block.flag("off", default=False))
