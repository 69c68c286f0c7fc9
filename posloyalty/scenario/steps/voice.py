"""`step = "vote"`, `"story"`, `"answer"`: what members say.

`vote` names a `choice`. `story` hands in its `text` with `licensed`, or does something about one
that was handed in: `act = "show"`, `"reject"` (with a `cause`), `"withdraw"`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted


class StoryAct(StrEnum):
    """What is done about a story."""

    SUBMIT = "submit"
    SHOW = "show"
    REJECT = "reject"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Said:
    """What a member says, or what is done about it."""

    member: str
    act: Callable[[Scene], Acted]

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does."""
        acted = self.act(scene)
        return Outcome((acted, acted.does))


@step("vote", gives=(Acted, Consequences))
def read_vote(block: Block) -> Said:
    """Read who votes for what."""
    member, what, choice = block.refer("member", "member"), block.text("what"), block.text("choice")
    return Said(
        member,
        lambda scene: scene.till.doings.voices.vote(
            scene.member_id(member), what, choice, scene.operator
        ),
    )


@step("story", gives=(Acted, Consequences))
def read_story(block: Block) -> Said:
    """Read what is done about which story."""
    member, what = block.refer("member", "member"), block.text("what")
    text, act = block.text("text"), block.choice("act", StoryAct, StoryAct.SUBMIT)
    licensed = block.flag("licensed", default=True) if act is StoryAct.SUBMIT else False
    cause = block.text("cause") if act is StoryAct.REJECT and "cause" in block else ""

    def run(scene: Scene) -> Acted:
        voices, member_id, operator = (
            scene.till.doings.voices,
            scene.member_id(member),
            scene.operator,
        )
        content = text.encode("utf-8")
        digest = sha256(content).hexdigest()
        match act:
            case StoryAct.SUBMIT:
                return voices.submit(member_id, what, content, operator, licensed=licensed)
            case StoryAct.SHOW:
                return voices.show(member_id, what, digest, operator)
            case StoryAct.REJECT:
                return voices.reject(member_id, what, digest, cause, operator)
        return voices.withdraw(member_id, what, digest, operator)

    return Said(member, run)


@step("answer", gives=(Acted, Consequences))
def read_answer(block: Block) -> Said:
    """Read the answers by question."""
    member, what = block.refer("member", "member"), block.text("what")
    table = block.section("answers")
    answers = {} if table is None else {name: table.whole(name) for name in table.untaken}
    return Said(
        member,
        lambda scene: scene.till.doings.voices.answer(
            scene.member_id(member), what, answers, scene.operator
        ),
    )
