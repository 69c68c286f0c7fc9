"""`step = "sign_up"`: somebody becomes a member at a till; later steps name them by `member`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.members.member import Birthday
from posloyalty.scenario.block import Block
from posloyalty.scenario.givens.member import read_birthday
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.happenings import signing_up
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.members.enrol_member import TERMS, EnrolForm, Enrolled

CONSENTED = (TERMS, "", True)
NEWCOMER: Final = bytes(16)
"""Who joins has no id before."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """The form that is filled in, and the name by which the file knows who filled it in."""

    member: str
    phone: str
    name: str
    birthday: Birthday | None

    def run(self, scene: Scene) -> Outcome:
        """Enrol them."""
        form = EnrolForm(
            phone=self.phone, name=self.name, birthday=self.birthday, consents=(CONSENTED,)
        )
        scene.world.reserve_use(scene.placed, replace(signing_up(NEWCOMER), joins=True))
        enrolled = scene.till.enrol.enrol(form, scene.operator)
        scene.world.members[self.member] = enrolled.member.id
        welcome = enrolled.welcome
        return Outcome((enrolled,) if welcome is None else (enrolled, welcome, welcome.does))


@step("sign_up", gives=(Enrolled, Acted, Consequences))
def read_sign_up(block: Block) -> SignUp:
    """Read the form."""
    member = block.text("member")
    if member and not block.reading.declare("member", member):
        block.found("member", "ID_TWICE", given=member)
    return SignUp(member, block.text("phone"), block.text("name", member), read_birthday(block))
