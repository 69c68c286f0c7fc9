"""`step = "accept"`, `"cancel"`, `"check_in"`: places at an event. `"commit"`, `"draw"`: a draw.

`what` is the event's or draw's id; `guests` come along, `people` are there in all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.doings.programme_acts import Acted

PEOPLE_MOST = 100


@dataclass(frozen=True, slots=True)
class Attending:
    """What a member does about an event."""

    member: str
    act: Callable[[Scene], Acted]

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does."""
        acted = self.act(scene)
        return Outcome((acted, acted.does))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A seed is promised, or the winners are drawn."""

    draw: str
    promised: bool
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Do it as head office does."""
        if self.promised:
            scene.till.doings.attend.commit(self.draw, scene.operator)
            return NOTHING_SEEN
        acted = scene.till.doings.attend.draw(self.draw, scene.operator)
        return Outcome((acted, acted.does))


@step("accept", gives=(Acted, Consequences))
def read_accept(block: Block) -> Attending:
    """Read who wants to come, and with how many."""
    member, what = block.refer("member", "member"), block.text("what")
    guests = block.whole("guests", 0, most=PEOPLE_MOST)
    return Attending(
        member,
        lambda scene: scene.till.doings.attend.accept(
            scene.member_id(member), what, scene.operator, guests=guests
        ),
    )


@step("cancel", gives=(Acted, Consequences))
def read_cancel(block: Block) -> Attending:
    """Read who does not come."""
    member, what = block.refer("member", "member"), block.text("what")
    return Attending(
        member,
        lambda scene: scene.till.doings.attend.cancel(
            scene.member_id(member), what, scene.operator
        ),
    )


@step("check_in", gives=(Acted, Consequences))
def read_check_in(block: Block) -> Attending:
    """Read who is there, with how many in all."""
    member, what = block.refer("member", "member"), block.text("what")
    people = block.whole("people", 1, least=1, most=PEOPLE_MOST)
    return Attending(
        member,
        lambda scene: scene.till.doings.attend.check_in(
            scene.member_id(member), what, scene.operator, people=people
        ),
    )


@step("commit")
def read_commit(block: Block) -> Drawing:
    """Read the draw whose seed is promised."""
    return Drawing(block.text("what"), promised=True)


@step("draw", gives=(Acted, Consequences))
def read_draw(block: Block) -> Drawing:
    """Read the draw."""
    return Drawing(block.text("what"), promised=False)
