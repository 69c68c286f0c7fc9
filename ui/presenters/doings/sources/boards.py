"""Boards: a member is seen on one under a nickname, or leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import NOTHING_ASKED, Answers, Place, said
from posloyalty.domain.programme.kinds.board import Board
from posloyalty.services.doings.happenings import leaving_board
from ui.presenters.doings.doing import Doing, Look, Person, recorded, source
from ui.presenters.form import Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Belonging
    from posloyalty.services.doings.programme_acts import Acted

NICKNAME: Final = "nickname"
NICKNAME_MOST: Final = 24


@source(heading=said("doings.of_boards"), place=Place.BELONGS, kinds=(Board,))
def boards(look: Look) -> Iterator[Doing]:
    """A row for each board whose days are not over."""
    for one in look.offered.boards:
        yield _off_board(look, one) if one.belongs else _onto_board(look, one)


def _onto_board(look: Look, one: Belonging) -> Doing:
    words, boards_of = look.figures.words, look.till.doings.boards
    nickname = Field(
        name=NICKNAME,
        label=words("doings.nickname"),
        kind=FieldKind.PERSON,
        hint=words("doings.nickname_hint"),
        length_max=NICKNAME_MOST,
    )

    def join(answers: Answers, by: Person) -> Acted:
        return boards_of.join(look.member_id, one.id, answers.get(NICKNAME, ""), by.operator)

    return Doing(
        id=f"board:{one.id}",
        icon="people",
        title=one.name,
        sub=words("doings.board_open"),
        verb=words("doings.join"),
        fields=(nickname,),
        act=join,
        undo=lambda _acted, by: boards_of.leave(look.member_id, one.id, by),
    )


def _off_board(look: Look, one: Belonging) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(look, lambda _answers: leaving_board(look.member_id, one.id))
    return Doing(
        id=f"board:{one.id}",
        icon="people",
        title=one.name,
        sub=words("doings.board_member"),
        verb=words("doings.leave"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
    )
