"""The member's record, at a shop without head office: another one is theirs too, or they go.

Neither can be undone, so each has a box to tick: the button does nothing while that is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from posloyalty.domain.engine.at_counter import Answers, Place, said
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.doings.doing import Doing, Look, Person, source
from ui.presenters.form import Field, FieldKind

PHONE: Final = "phone"
PHONE_MOST: Final = 20
SURE: Final = "sure"


@source(heading=said("doings.of_records"), place=Place.BY_HAND)
def records(look: Look) -> Iterator[Doing]:
    """Joining another record to this one, and erasing; where a head office is, it does both."""
    if look.offered.lone:
        yield _merge(look)
        yield _erase(look)


def _merge(look: Look) -> Doing:
    words, till = look.figures.words, look.till

    def merge(answers: Answers, by: Person) -> str:
        other = till.members.by_phone(answers.get(PHONE, ""))
        if other is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        till.records.merge(look.member_id, other, by.operator, approved_by=by.approved_by)
        return words("doings.merged")

    phone = Field(
        name=PHONE,
        label=words("doings.merge_phone"),
        kind=FieldKind.PHONE,
        length_max=PHONE_MOST,
    )
    return Doing(
        id="record:merge",
        icon="people",
        title=words("doings.merge"),
        sub=words("doings.merge_sub"),
        verb=words("doings.merge_do"),
        fields=(phone, Field(name=SURE, label=words("doings.merge_sure"), kind=FieldKind.TICK)),
        act=merge,
    )


def _erase(look: Look) -> Doing:
    words = look.figures.words

    def erase(_answers: Answers, by: Person) -> str:
        look.till.records.erase(look.member_id, by.operator, approved_by=by.approved_by)
        return words("doings.erased")

    return Doing(
        id="record:erase",
        icon="remove-person",
        title=words("doings.erase"),
        sub=words("doings.erase_sub"),
        verb=words("doings.erase_do"),
        fields=(Field(name=SURE, label=words("doings.erase_sure"), kind=FieldKind.TICK),),
        act=erase,
        ends=True,
    )
