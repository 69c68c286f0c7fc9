"""Households: founding one, joining that of somebody who is named by their phone, leaving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from posloyalty.domain.engine.at_counter import Answers, Place, said
from posloyalty.domain.programme.kinds.household import Household
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.doings.doing import Doing, Look, Person, source
from ui.presenters.form import Field, FieldKind

PHONE: Final = "phone"
PHONE_MOST: Final = 20


@source(heading=said("doings.of_households"), place=Place.BELONGS, kinds=(Household,))
def households(look: Look) -> Iterator[Doing]:
    """Leaving the member's own, or founding and joining one."""
    sharing = look.offered.household
    if sharing is None:
        return
    if sharing.belongs:
        role = "head" if sharing.head else "member"
        yield _leave(look, look.figures.words(f"doings.household_{role}", n=sharing.members))
    else:
        yield _found(look)
        yield _join(look)


def _leave(look: Look, sub: str) -> Doing:
    words = look.figures.words

    def leave(_answers: Answers, by: Person) -> str:
        look.till.households.leave(look.member_id, by.operator)
        return words("doings.household_left")

    return Doing(
        id="household:leave",
        icon="people",
        title=words("doings.household"),
        sub=sub,
        verb=words("doings.leave"),
        act=leave,
    )


def _found(look: Look) -> Doing:
    words = look.figures.words

    def found(_answers: Answers, by: Person) -> str:
        look.till.households.found(look.member_id, by.operator)
        return words("doings.household_founded")

    return Doing(
        id="household:found",
        icon="people",
        title=words("doings.household_new"),
        sub=words("doings.household_new_sub"),
        verb=words("doings.found"),
        act=found,
    )


def _join(look: Look) -> Doing:
    words, till = look.figures.words, look.till

    def join(answers: Answers, by: Person) -> str:
        other = till.members.by_phone(answers.get(PHONE, ""))
        if other is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        household_id = till.households.of_member(other)
        if household_id is None:
            raise ServiceRefusal("NO_SUCH_HOUSEHOLD")
        till.households.join(look.member_id, household_id, by.operator)
        return words("doings.household_joined")

    phone = Field(
        name=PHONE,
        label=words("doings.household_phone"),
        kind=FieldKind.PHONE,
        length_max=PHONE_MOST,
    )
    return Doing(
        id="household:join",
        icon="people",
        title=words("doings.household_join"),
        sub=words("doings.household_join_sub"),
        verb=words("doings.join"),
        fields=(phone,),
        act=join,
    )
