"""Votes and surveys: what a member says, as they say it at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.services.doings.happenings import answering, voting
from ui.presenters.doings.doing import Doing, Look, number, recorded
from ui.presenters.form import Choice, Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Asked, Ballot

CHOICE: Final = "choice"


def votes(look: Look) -> Iterator[Doing]:
    """A row for each vote that the member has not cast."""
    for one in look.offered.votes:
        yield _vote(look, one)


def surveys(look: Look) -> Iterator[Doing]:
    """A row for each survey that the member was invited to."""
    for one in look.offered.surveys:
        yield _survey(look, one)


def _vote(look: Look, one: Ballot) -> Doing:
    words = look.figures.words
    options = tuple(Choice(option.id, option.name) for option in one.options)
    preview, act, uses = recorded(
        look, lambda answers: voting(look.member_id, one.id, answers.get(CHOICE, ""))
    )
    return Doing(
        id=f"vote:{one.id}",
        icon="edit",
        title=one.name,
        sub=words("doings.through", day=look.figures.day(one.through)),
        verb=words("doings.vote"),
        fields=(
            Field(
                name=CHOICE, label=words("doings.options"), kind=FieldKind.CHOICE, choices=options
            ),
        ),
        sample={CHOICE: one.options[0].id} if one.options else None,
        preview=preview,
        act=act,
        uses=uses,
    )


def _survey(look: Look, one: Asked) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(
        look,
        lambda answers: answering(
            look.member_id, one.id, {each.id: number(answers, each.id) for each in one.questions}
        ),
    )
    fields = tuple(
        Field(
            name=each.id,
            label=each.name,
            kind=FieldKind.CHOICE,
            choices=tuple(Choice(str(score), str(score)) for score in each.scores),
        )
        for each in one.questions
    )
    through = "" if one.through is None else look.figures.day(one.through)
    return Doing(
        id=f"survey:{one.id}",
        icon="note",
        title=one.name,
        sub=words("doings.through", day=through) if through else "",
        verb=words("doings.hand_in"),
        fields=fields,
        sample={each.id: str(each.scores[0]) for each in one.questions},
        preview=preview,
        act=act,
        uses=uses,
    )
