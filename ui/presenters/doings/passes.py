"""Passes: one use of what was bought by the dozen, by the pace that the programme allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Right
from posloyalty.services.happenings import using_pass
from ui.presenters.doings.doing import NOTHING_ASKED, Doing, Look, Undo, recorded
from ui.presenters.refusal_text import refusal_code_text

if TYPE_CHECKING:
    from posloyalty.services.use_rights import PassView


def passes(look: Look) -> Iterator[Doing]:
    """A row for each pass that the member holds, the one that ends first in front."""
    for view in look.till.use_rights.of_member(look.member_id).passes:
        yield _row(look, view)


def undo_use(look: Look, what: str) -> Undo | None:
    """The way back of a use, for who may take one back."""
    if not look.operator.may(Right.WAIVE):
        return None
    return lambda _acted, by: look.till.use_rights.give_back(look.member_id, what, by)


def _row(look: Look, view: PassView) -> Doing:
    words, figures = look.figures.words, look.figures
    sub = words("doings.pass_left", left=view.left, uses=view.uses)
    if view.last_day is not None:
        day = figures.day(view.last_day)
        sub = words("doings.pass_left_through", left=view.left, uses=view.uses, day=day)
    preview, act = recorded(
        look, lambda _answers: using_pass(look.member_id, view.id, view.right_id)
    )
    return Doing(
        id=f"pass:{view.right_id.hex()}",
        icon="card",
        title=view.name,
        sub=sub,
        verb=words("doings.use_one"),
        sample=None if view.why_not is not None else NOTHING_ASKED,
        preview=preview,
        act=act,
        undo=undo_use(look, f"pass/{view.id}"),
        why_not="" if view.why_not is None else refusal_code_text(view.why_not, figures),
    )
