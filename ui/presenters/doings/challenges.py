"""Challenges: how far those are that run, and those that wait to be taken up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from posloyalty.domain.engine.at_counter import NOTHING_ASKED
from posloyalty.services.doings.happenings import taking_up
from ui.presenters.doings.doing import Doing, Look, recorded
from ui.presenters.tier_text import TierWords

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Named


def challenges(look: Look) -> Iterator[Doing]:
    """Those to take up, then those under way."""
    figures = look.figures
    for one in look.offered.to_take_up:
        yield _to_take_up(look, one)
    told = TierWords(figures.words, wallets=figures.wallets, currency=figures.currency)
    waiting = {one.id for one in look.offered.to_take_up}
    for progress in look.offered.challenges:
        if progress.figure is not None and progress.id not in waiting:
            day = None if progress.last_day is None else figures.day(progress.last_day)
            yield Doing(
                id=f"challenge:{progress.id}",
                icon="star",
                title=progress.name,
                sub=told.goal(progress.figure, day),
                amount=told.way(progress.figure),
            )


def _to_take_up(look: Look, one: Named) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(look, lambda _answers: taking_up(look.member_id, one.id))
    return Doing(
        id=f"take_up:{one.id}",
        icon="star",
        title=one.name,
        sub=words("doings.waits_to_be_taken_up"),
        verb=words("doings.take_up"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
    )
