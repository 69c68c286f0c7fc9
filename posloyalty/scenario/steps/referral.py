"""`step = "referral_code"`: a member gets a code. `step = "refer"`: a friend came by one.

`of` names the referral. A code may be wished for; without one it is drawn. `refer` names the code,
or `by` the member whose code it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.doings.programme_acts import Acted


@dataclass(frozen=True, slots=True)
class ReferralCode:
    """Who gets a code of which referral."""

    member: str
    referral: str
    wish: str

    def run(self, scene: Scene) -> Outcome:
        """Give it as the till does."""
        member_id = scene.member_id(self.member)
        scene.till.doings.referrals.code(member_id, self.referral, scene.operator, self.wish)
        return NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class Refer:
    """Who came by which code, or by whose."""

    member: str
    code: str
    by: str
    referral: str

    def run(self, scene: Scene) -> Outcome:
        """Note it as the till does."""
        referrals, code = scene.till.doings.referrals, self.code
        if self.by:
            code = referrals.code(scene.member_id(self.by), self.referral, scene.operator)
        acted = referrals.capture(scene.member_id(self.member), code, scene.operator)
        return Outcome((acted, acted.does))


@step("referral_code")
def read_referral_code(block: Block) -> ReferralCode:
    """Read whose code it is."""
    wish = block.text("code") if "code" in block else ""
    return ReferralCode(block.refer("member", "member"), block.text("of"), wish)


@step("refer", gives=(Acted, Consequences))
def read_refer(block: Block) -> Refer:
    """Read the friend, and the code or whose it is."""
    member = block.refer("member", "member")
    if "by" in block:
        return Refer(member, "", block.refer("by", "member"), block.text("of"))
    return Refer(member, block.text("code"), "", "")
