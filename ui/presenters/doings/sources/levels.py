"""Levels by hand: one given with a reason, and one that was given so ended. Who manages answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import Answers, Place, said
from posloyalty.services.doings.happenings import granting, withdrawing
from posloyalty.services.members.adjust_points import CAUSE_LENGTH_MOST
from posloyalty.services.members.levels_by_hand import end_level, give_level
from ui.presenters.doings.doing import Doing, Look, Person, source
from ui.presenters.form import Choice, Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import LevelByHand
    from posloyalty.services.doings.programme_acts import Acted

LEVEL: Final = "level"
THROUGH: Final = "through"
CAUSE: Final = "cause"
AS_MET: Final = "met"


@source(heading=said("doings.of_levels"), place=Place.BY_HAND)
def levels(look: Look) -> Iterator[Doing]:
    """Those that were given and hold, then one row to give another."""
    for one in look.offered.levels:
        if one.given_through is not None:
            yield _to_end(look, one, one.given_through)
    open_ones = tuple(one for one in look.offered.levels if one.given_through is None)
    if open_ones:
        yield _to_give(look, open_ones)


def _to_end(look: Look, one: LevelByHand, through: date) -> Doing:
    words = look.figures.words

    def act(answers: Answers, by: Person) -> Acted:
        return end_level(
            look.till.acts,
            look.member_id,
            one.id,
            answers.get(CAUSE, ""),
            by.operator,
            approved_by=by.approved_by,
        )

    return Doing(
        id=f"end_level:{one.id}",
        icon="star",
        title=one.name,
        sub=_given(look, through),
        verb=words("doings.end_level"),
        fields=(_cause(look),),
        preview=lambda _answers: look.till.acts.preview(withdrawing(look.member_id, one.id)),
        act=act,
    )


def _to_give(look: Look, found: tuple[LevelByHand, ...]) -> Doing:
    words, first = look.figures.words, found[0]

    def asked(answers: Answers) -> tuple[str, date | None]:
        through = answers.get(THROUGH, AS_MET)
        day = None if through == AS_MET else date.fromisoformat(through)
        return answers.get(LEVEL) or first.id, day

    def preview(answers: Answers) -> Acted:
        return look.till.acts.preview(granting(look.member_id, *asked(answers)))

    def act(answers: Answers, by: Person) -> Acted:
        level, through = asked(answers)
        return give_level(
            look.till.acts,
            look.member_id,
            level,
            through,
            answers.get(CAUSE, ""),
            by.operator,
            approved_by=by.approved_by,
        )

    return Doing(
        id="give_level",
        icon="star",
        title=words("doings.level_by_hand"),
        sub=words("doings.by_hand_sub"),
        verb=words("doings.give_level"),
        fields=tuple(_fields(look, found)),
        preview=preview,
        act=act,
    )


def _fields(look: Look, found: tuple[LevelByHand, ...]) -> Iterator[Field]:
    words = look.figures.words
    yield Field(
        name=LEVEL,
        label=words("doings.which_level"),
        kind=FieldKind.CHOICE,
        value=found[0].id,
        choices=tuple(Choice(one.id, one.name) for one in found),
    )
    ends = sorted({date(look.day.year, 12, 31), date(look.day.year + 1, 12, 31)})
    yield Field(
        name=THROUGH,
        label=words("doings.level_through"),
        kind=FieldKind.CHOICE,
        value=AS_MET,
        choices=(
            Choice(AS_MET, words("doings.as_if_met")),
            *(Choice(day.isoformat(), _day(look, day)) for day in ends),
        ),
    )
    yield _cause(look)


def _cause(look: Look) -> Field:
    words = look.figures.words
    return Field(
        name=CAUSE,
        label=words("doings.cause"),
        kind=FieldKind.NAME,
        hint=words("doings.cause_hint"),
        length_max=CAUSE_LENGTH_MOST,
    )


def _given(look: Look, through: date) -> str:
    words = look.figures.words
    if through == date.max:
        return words("doings.level_given_for_good")
    return words("doings.level_given", day=_day(look, through))


def _day(look: Look, day: date) -> str:
    """A day with its year: levels outlast one."""
    return look.figures.words("doings.day_of_year", day=look.figures.day(day), year=day.year)
