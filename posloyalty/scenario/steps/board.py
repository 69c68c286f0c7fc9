"""`step = "join_board"`, `"leave_board"`: to be seen or not. `step = "freeze"`: a board is final.

`what` is the board's id. `freeze` freezes the period that the day `on` lies in, without it today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted


@dataclass(frozen=True, slots=True)
class JoinBoard:
    """Who joins or leaves which board; the nickname is empty for who leaves."""

    member: str
    board: str
    nickname: str

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does."""
        boards, member_id = scene.till.doings.boards, scene.member_id(self.member)
        if self.nickname:
            acted = boards.join(member_id, self.board, self.nickname, scene.operator)
        else:
            acted = boards.leave(member_id, self.board, scene.operator)
        return Outcome((acted, acted.does))


@dataclass(frozen=True, slots=True)
class Freeze:
    """Which board becomes final."""

    board: str
    on: date | None
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Do it as head office does."""
        acted = scene.till.doings.boards.freeze(self.board, scene.operator, self.on)
        return Outcome((acted, acted.does))


@step("join_board", gives=(Acted, Consequences))
def read_join_board(block: Block) -> JoinBoard:
    """Read who joins, under which nickname; their name in the file without one."""
    member = block.refer("member", "member")
    return JoinBoard(member, block.text("what"), block.text("nickname", member or "-"))


@step("leave_board", gives=(Acted, Consequences))
def read_leave_board(block: Block) -> JoinBoard:
    """Read who leaves."""
    return JoinBoard(block.refer("member", "member"), block.text("what"), "")


@step("freeze", gives=(Acted, Consequences))
def read_freeze(block: Block) -> Freeze:
    """Read the board and a day of its period."""
    return Freeze(block.text("what"), block.day("on"))
