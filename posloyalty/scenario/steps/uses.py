"""`step = "use"`: a member's pass or privilege is used, or a prize handed over.
`step = "reserve"`: a place on a day.

step = "use"
member = "wang"
pass = "coffee-30"            # or `privilege = "trial"`, `prize = "spring-draw"`; `back = true`
                              # takes a use back

step = "reserve"
member = "wang"
privilege = "trial"
day = 2026-05-01              # `off = true` calls it off
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.works.pass_uses import using_pass
from posloyalty.domain.engine.works.prize import handing_over
from posloyalty.domain.programme.kinds.draw import PRIZE
from posloyalty.domain.programme.kinds.pass_ import PASS
from posloyalty.domain.programme.kinds.privilege import PRIVILEGE
from posloyalty.domain.shop.operator import Operator
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted


@dataclass(frozen=True, slots=True)
class Use:
    """What is used, by its kind and id: a pass, a privilege, a prize of a draw."""

    member: str
    kind: str
    of: str
    back: bool

    def run(self, scene: Scene) -> Outcome:
        """Use it as the till does."""
        uses, member = scene.till.use_rights, scene.member_id(self.member)
        if self.back:
            acted = uses.give_back(member, f"{self.kind}/{self.of}", scene.operator)
        else:
            making = {PASS: using_pass, PRIZE: handing_over}
            if self.kind in making:
                scene.world.reserve_use(scene.placed, making[self.kind](member, self.of))
            used: dict[str, Callable[[bytes, str, Operator], Acted]] = {
                PASS: uses.use_pass,
                PRIZE: uses.hand_over,
                PRIVILEGE: uses.use_privilege,
            }
            acted = used[self.kind](member, self.of, scene.operator)
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
    kind = next((one for one in (PASS, PRIZE) if one in block), PRIVILEGE)
    used = block.text(kind)
    member = block.refer("member", "member")
    return Use(member, kind, used, block.flag("back", default=False))


@step("reserve", gives=(Acted, Consequences))
def read_reserve(block: Block) -> Reserve:
    """Read whose, which privilege and which day."""
    member, privilege = block.refer("member", "member"), block.text("privilege")
    if "day" not in block:
        block.found("day", "MISSING_KEY")
    day = block.day("day") or date.min
    return Reserve(member, privilege, day, block.flag("off", default=False))
