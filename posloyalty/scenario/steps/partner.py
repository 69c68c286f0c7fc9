"""`step = "partner"`: a row of a partner's statement, points issued or spent with it."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.members.partners import PartnerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Who reports what of whom."""

    member: str
    partner: str
    row: str
    points: int

    def run(self, scene: Scene) -> Outcome:
        """Take the row in."""
        row = PartnerRow(
            partner=self.partner,
            row=self.row,
            member_id=scene.member_id(self.member),
            points=self.points,
        )
        acted = scene.till.partners.report(row, scene.operator)
        return Outcome((acted, acted.does))


@step("partner", gives=(Acted, Consequences))
def read_partner(block: Block) -> Reported:
    """Read the partner, the member, and the points: `issued` or `redeemed`."""
    wallet = block.wallet()
    issued = block.count("issued", wallet) if "issued" in block else 0
    redeemed = block.count("redeemed", wallet) if "redeemed" in block else 0
    if bool(issued) == bool(redeemed):
        block.found("issued", "KIND_MISSING", known="issued, redeemed")
    return Reported(
        member=block.refer("member", "member"),
        partner=block.text("partner"),
        row=block.text("row"),
        points=issued - redeemed,
    )
