"""Draws: the entries that a member has, and prizes that they won, to be handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from posloyalty.services.doings.happenings import handing_over
from ui.presenters.doings.doing import NOTHING_ASKED, Answers, Doing, Look, recorded
from ui.presenters.doings.passes import undo_use

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Entered, Prize
    from posloyalty.services.doings.programme_acts import Acted, Happening


def draws(look: Look) -> Iterator[Doing]:
    """The prizes of each first; without any its entries, and once it is drawn that they lost."""
    for one in look.offered.draws:
        for prize in one.prizes:
            yield _prize(look, one, prize)
        if one.entries and not one.prizes:
            yield _entries(look, one)


def _prize(look: Look, one: Entered, prize: Prize) -> Doing:
    words = look.figures.words

    def hand_over(_answers: Answers) -> Happening:
        return handing_over(look.member_id, one.id, prize.right_id)

    would, act, uses = recorded(look, hand_over)

    def preview(answers: Answers) -> Acted:
        # Refused as the act is. What it gives stands above, and "handed over" is not yet true.
        return replace(would(answers), awards=(), told=())

    return Doing(
        id=f"prize:{prize.right_id.hex()}",
        icon="gift",
        title=prize.name,
        sub=words("doings.prize_of", name=one.name),
        verb=words("doings.hand_over"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
        undo=undo_use(look, f"prize/{one.id}"),
    )


def _entries(look: Look, one: Entered) -> Doing:
    words, day = look.figures.words, look.figures.day
    open_still = look.day <= one.through
    if one.drawn:
        sub = words("doings.draw_lost")
    else:
        sub = words(
            "doings.draw_open" if open_still else "doings.draw_waits",
            day=day(one.through if open_still else one.drawn_after),
            odds=one.odds,
        )
    return Doing(
        id=f"draw:{one.id}",
        icon="note",
        title=one.name,
        sub=sub,
        amount=words.counted("doings.entries", one.entries),
    )
