"""Referrals: the member's own code, and the code of whoever brought a new member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import Answers, Place, said
from posloyalty.domain.programme.kinds.referral import Referral
from ui.presenters.doings.doing import Doing, Look, Person, source
from ui.presenters.form import Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Referring
    from posloyalty.services.doings.programme_acts import Acted

CODE: Final = "code"
CODE_MOST: Final = 40


@source(heading=said("doings.of_referrals"), place=Place.BELONGS, kinds=(Referral,))
def referrals(look: Look) -> Iterator[Doing]:
    """The code of each referral; once, for somebody new, the code that they came by."""
    for one in look.offered.referrals:
        yield _own_code(look, one)
    if any(one.new for one in look.offered.referrals):
        yield _came_by(look)


def _own_code(look: Look, one: Referring) -> Doing:
    words = look.figures.words
    if one.code:
        return Doing(
            id=f"referral:{one.id}",
            icon="people",
            title=one.name,
            sub=words("doings.referral_code"),
            amount=one.code,
        )

    def give(_answers: Answers, by: Person) -> str:
        code = look.till.doings.referrals.code(
            look.member_id, one.id, by.operator, approved_by=by.approved_by
        )
        return words("doings.referral_given", name=one.name, code=code)

    return Doing(
        id=f"referral:{one.id}",
        icon="people",
        title=one.name,
        sub=words("doings.referral_none"),
        verb=words("doings.give_code"),
        act=give,
    )


def _came_by(look: Look) -> Doing:
    words = look.figures.words

    def capture(answers: Answers, by: Person) -> Acted:
        typed = answers.get(CODE, "")
        return look.till.doings.referrals.capture(look.member_id, typed, by.operator)

    return Doing(
        id="came_by",
        icon="add-person",
        title=words("doings.came_by"),
        sub=words("doings.came_by_sub"),
        verb=words("doings.note_it"),
        fields=(
            Field(name=CODE, label=words("doings.code"), kind=FieldKind.TEXT, length_max=CODE_MOST),
        ),
        act=capture,
    )
