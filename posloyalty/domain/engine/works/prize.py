"""Prizes at work: what was won by lot is handed over at the till, and taken back the same day.

`Trigger.USE` and `Trigger.UNUSE`, what "prize/<draw>", evidence `right`: the prize that is meant,
else the member's first. What is handed over is counted in the meter `handed_over/<draw>`.
"""

from __future__ import annotations

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.draw import PRIZE, Draw
from posloyalty.domain.programme.reason import reason

RIGHT = "right"


def prizes_of(draw: Draw, rights: tuple[Right, ...]) -> tuple[Right, ...]:
    """What rights say was won in a draw, handed over or not, in the order of their ids."""
    won = (one for one in rights if one.kind == PRIZE and one.of.partition("/")[0] == draw.id)
    return tuple(sorted((one for one in won if one.cancelled <= 0), key=lambda one: one.id))


@works(Draw, Trigger.USE, stage=Stage.BONUSES)
def hand_over(draw: Draw, moment: Moment, awards: Awards) -> None:
    """A prize goes over the counter, once."""
    right = _meant(draw, moment, awards, handed=False)
    if right is not None:
        awards.plan.use(right)
        _note(draw, right, awards, 1, "HANDED_OVER")


@works(Draw, Trigger.UNUSE, stage=Stage.BONUSES)
def take_back(draw: Draw, moment: Moment, awards: Awards) -> None:
    """One that was handed over today was not."""
    right = _meant(draw, moment, awards, handed=True)
    if right is not None:
        if awards.counted(_meter(draw), since=moment.day) < 1:
            awards.refuse("NOT_USED_TODAY", name=draw.names.in_language(moment.store.language))
        awards.plan.give_back(right)
        _note(draw, right, awards, -1, "GIVEN_BACK_ONE")


def _meant(draw: Draw, moment: Moment, awards: Awards, *, handed: bool) -> Right | None:
    """The prize that is recorded; None where something else is."""
    recorded, state = moment.recorded, moment.state
    if recorded is None or recorded.what != f"{PRIZE}/{draw.id}":
        return None
    if state is None:
        awards.refuse("NO_MEMBER")
    wanted = dict(recorded.evidence).get(RIGHT, "")
    won = [one for one in prizes_of(draw, state.rights) if bool(one.used) is handed]
    found = [one for one in won if not wanted or one.id.hex() == wanted]
    if not found:
        awards.refuse("NO_PRIZE", name=draw.names.in_language(moment.store.language))
    return found[0]


def _note(draw: Draw, right: Right, awards: Awards, count: int, code: str) -> None:
    prize_id, language = right.of.partition("/")[2], awards.moment.store.language
    named = {one.id: one.names.in_language(language) for one in draw.prizes}
    awards.count(_meter(draw), count)
    awards.show(
        Award(
            kind=PRIZE,
            of=right.of,
            name=named.get(prize_id, prize_id),
            amount=1,
            rule_id=draw.id,
            reasons=(reason(code),),
        )
    )


def _meter(draw: Draw) -> str:
    return f"handed_over/{draw.id}"
