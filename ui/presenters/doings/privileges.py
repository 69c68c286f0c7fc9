"""Privileges: what members may have now and then, and places that are reserved for a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import NOTHING_ASKED
from posloyalty.services.doings.happenings import reserving, using_privilege
from ui.presenters.amounts import Figures
from ui.presenters.doings.days import weekday_text
from ui.presenters.doings.doing import Doing, Look, recorded
from ui.presenters.doings.passes import undo_use
from ui.presenters.form import Choice, Field, FieldKind
from ui.presenters.refusal_text import refused, short_refusal

if TYPE_CHECKING:
    from posloyalty.services.selling.use_rights import PrivilegeView

DAYS_AHEAD: Final = 14
DAY: Final = "day"


def privileges(look: Look) -> Iterator[Doing]:
    """Using each, reserving a place where the file has places, and the places that are held."""
    for view in look.till.use_rights.of_member(look.member_id, look.language).privileges:
        yield _use(look, view)
        if view.can_reserve:
            yield _reserve(look, view)
        for day in view.reserved:
            yield _call_off(look, view, day)


def _use(look: Look, view: PrivilegeView) -> Doing:
    figures = look.figures
    preview, act, uses = recorded(look, lambda _answers: using_privilege(look.member_id, view.id))
    return Doing(
        id=f"privilege:{view.id}",
        icon="star",
        title=view.name,
        sub=_left(look, view),
        verb=figures.words("doings.use"),
        sample=None if view.why_not is not None else NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
        undo=undo_use(look, f"privilege/{view.id}"),
        why_not=_why_not(view, figures),
    )


def _why_not(view: PrivilegeView, figures: Figures) -> str:
    """The conditions that are not met, or that it was had often enough."""
    return "" if view.why_not is None else short_refusal(refused(view.why_not), figures)


def _left(look: Look, view: PrivilegeView) -> str:
    words = look.figures.words
    if view.left is None:
        return words("doings.privilege_always")
    if view.again is None:
        return words("doings.privilege_left", left=view.left)
    day = look.figures.day(view.again)
    return words("doings.privilege_left_until", left=view.left, day=day)


def _reserve(look: Look, view: PrivilegeView) -> Doing:
    words, figures = look.figures.words, look.figures
    days = (look.day + timedelta(days=n) for n in range(DAYS_AHEAD))
    choices = tuple(
        Choice(day.isoformat(), weekday_text(day, figures))
        for day in days
        if day not in view.reserved
    )
    preview, act, uses = recorded(
        look,
        lambda answers: reserving(look.member_id, view.id, date.fromisoformat(answers[DAY])),
    )
    return Doing(
        id=f"reserve:{view.id}",
        icon="calendar",
        title=view.name,
        sub=words("doings.reserve_a_day"),
        verb=words("doings.reserve"),
        fields=(
            Field(name=DAY, label=words("doings.day"), kind=FieldKind.CHOICE, choices=choices),
        ),
        preview=preview,
        act=act,
        uses=uses,
    )


def _call_off(look: Look, view: PrivilegeView, day: date) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(
        look, lambda _answers: reserving(look.member_id, view.id, day, off=True)
    )
    return Doing(
        id=f"reserved:{view.id}:{day.isoformat()}",
        icon="calendar",
        title=view.name,
        sub=words("doings.reserved_for", day=weekday_text(day, look.figures)),
        verb=words("doings.call_off"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
        undo=lambda _acted, by: look.till.use_rights.reserve(look.member_id, view.id, day, by),
    )
