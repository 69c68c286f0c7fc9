"""Paid memberships: where the member stands, a trial, a pause. Buying one is a line of the sale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import NOTHING_ASKED
from posloyalty.domain.engine.plans import PlanState
from posloyalty.services.doings.happenings import pausing_plan, trying_plan
from ui.presenters.doings.doing import Doing, Look, number, recorded
from ui.presenters.form import Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.plans import PlanView

DAYS: Final = "days"
DAYS_LONGEST: Final = 4


def plans(look: Look) -> Iterator[Doing]:
    """Where the member stands in each, then what can be done about it."""
    for view in look.till.plans.of_member(look.member_id, look.language):
        if view.may_try:
            yield _trial(look, view)
        elif view.state is PlanState.ACTIVE and view.pause_days:
            yield _pause(look, view)
        else:
            yield Doing(
                id=f"plan:{view.id}", icon="calendar", title=view.name, sub=_standing(look, view)
            )


def _standing(look: Look, view: PlanView) -> str:
    """The state with its last day, then the benefits."""
    words = look.figures.words
    day = "" if view.through is None else look.figures.day(view.through)
    said = words(f"doings.plan_{view.state.value}", day=day)
    return " · ".join((said, *view.benefits))


def _trial(look: Look, view: PlanView) -> Doing:
    preview, act, uses = recorded(look, lambda _answers: trying_plan(look.member_id, view.id))
    return Doing(
        id=f"trial:{view.id}",
        icon="calendar",
        title=view.name,
        sub=_standing(look, view),
        verb=look.figures.words("doings.begin_trial"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
    )


def _pause(look: Look, view: PlanView) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(
        look, lambda answers: pausing_plan(look.member_id, view.id, number(answers, DAYS))
    )
    return Doing(
        id=f"pause:{view.id}",
        icon="calendar",
        title=view.name,
        sub=_standing(look, view),
        verb=words("doings.pause"),
        fields=(
            Field(
                name=DAYS,
                label=words("doings.pause_days", most=view.pause_days),
                kind=FieldKind.DIGITS,
                length_max=DAYS_LONGEST,
            ),
        ),
        preview=preview,
        act=act,
        uses=uses,
    )
