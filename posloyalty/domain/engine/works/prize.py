"""Prizes at work: what was won by lot is handed over at the till, and taken back the same day.

`Trigger.USE` and `Trigger.UNUSE`, what "prize/<draw>", evidence `right`: the prize that is meant,
else the member's first. What is handed over is counted in the meter `handed_over/<draw>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    AtCounter,
    Place,
    Row,
    WayBack,
    said,
    shows,
)
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.draws import entries_of
from posloyalty.domain.engine.happening import Happening, happening
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.draw import PRIZE, Draw
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.shop.operator import Role

RIGHT = "right"
DRAW_TOLD: Final = timedelta(days=30)
"""How long after a draw could be held those who did not win are told how it stands."""


def handing_over(member_id: bytes, draw_id: str, right_id: bytes | None = None) -> Happening:
    """A prize is handed over to whom it belongs, the first one unless one is named."""
    evidence = () if right_id is None else ((RIGHT, right_id.hex()),)
    return happening(Trigger.USE, member_id, f"{PRIZE}/{draw_id}", evidence)


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
    """One that was handed over today was not; a supervisor says so."""
    right, operator = _meant(draw, moment, awards, handed=True), moment.operator
    if right is not None:
        if operator is not None and not operator.is_at_least(Role.SUPERVISOR):
            awards.refuse("NOT_ALLOWED", name=operator.name)
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


@shows(Draw, heading=said("doings.of_draws"), place=Place.WINS)
def at_counter(draw: Draw, at: AtCounter) -> Iterator[Row]:
    """What the member won and was not given; who won nothing is told of their entries, a month
    longer than until it may be drawn, so that they hear that they lost.
    """
    prizes = prizes_of(draw, at.state.rights)
    won = [right for right in prizes if not right.used]
    named = {prize.id: prize.names for prize in draw.prizes}
    for right in won:
        prize_id = right.of.partition("/")[2]
        yield _prize(draw, right, named.get(prize_id, Names(prize_id)), at)
    entries = len(entries_of(draw, at.state.rights))
    after = draw.days.last + timedelta(days=1, hours=draw.late_hours)
    if prizes or not entries or at.day > after + DRAW_TOLD:
        return
    if _is_drawn(draw, at):
        sub = said("doings.draw_lost")
    elif at.day <= draw.days.last:
        sub = said("doings.draw_open", day=draw.days.last, odds=draw.odds)
    else:
        sub = said("doings.draw_waits", day=after, odds=draw.odds)
    yield Row(
        id=f"draw:{draw.id}",
        icon="note",
        title=draw.names,
        sub=sub,
        amount=said("doings.entries", n=entries),
    )


def _prize(draw: Draw, right: Right, names: Names, at: AtCounter) -> Row:
    back = happening(Trigger.UNUSE, at.member_id, f"{PRIZE}/{draw.id}")
    return Row(
        id=f"prize:{right.id.hex()}",
        icon="gift",
        title=names,
        sub=said("doings.prize_of", name=draw.names),
        verb=said("doings.hand_over"),
        sample=NOTHING_ASKED,
        does=lambda _answers: handing_over(at.member_id, draw.id, right.id),
        back=WayBack(by=lambda _did: back, role=Role.SUPERVISOR),
        quiet=True,
    )


def _is_drawn(draw: Draw, at: AtCounter) -> bool:
    """Whether it was held: the draw itself counts that on its last day, once."""
    last = draw.days.last
    if at.day <= last:
        return False
    counted = at.counts(bytes.fromhex(draw.code(at.programme.id)), last)
    return any(entry.day == last for entry in counted)
