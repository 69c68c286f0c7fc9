"""Passes: one use of what was bought by the dozen, by the pace that the programme allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from posloyalty.domain.engine.at_counter import NOTHING_ASKED, Answers
from posloyalty.domain.shop.operator import Right
from posloyalty.services.doings.happenings import using_pass
from ui.presenters.doings.doing import Doing, Look, Undo, recorded
from ui.presenters.refusal_text import refusal_sentence, refused

if TYPE_CHECKING:
    from posloyalty.domain.engine.happening import Happening
    from posloyalty.services.selling.use_rights import PassView


def passes(look: Look) -> Iterator[Doing]:
    """A row for each pass that is not over, the one that ends first in front; where all of a kind
    are over, the last of them says so.
    """
    views = look.till.use_rights.of_member(look.member_id, look.language).passes
    last = {view.id: view for view in views}
    going = {view.id for view in views if not _over(view)}
    for view in views:
        if not _over(view) or (view.id not in going and view is last[view.id]):
            yield _row(look, view)


def _over(view: PassView) -> bool:
    return view.why_not is not None and view.why_not.code in ("PASS_USED_UP", "PASS_ENDED")


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

    def use(_answers: Answers) -> Happening:
        return using_pass(look.member_id, view.id, view.right_id)

    preview, act, uses = recorded(look, use)
    return Doing(
        id=f"pass:{view.right_id.hex()}",
        icon="card",
        title=view.name,
        sub=sub,
        verb=words("doings.use_one"),
        sample=None if view.why_not is not None else NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
        undo=undo_use(look, f"pass/{view.id}"),
        why_not="" if view.why_not is None else refusal_sentence(refused(view.why_not), figures),
    )
