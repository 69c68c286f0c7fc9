"""Boards at work: joining, leaving, and the freeze with its prizes.

`Trigger.BOARD`, what "<id>", evidence `act` "join" or "leave". `Trigger.RUN`, what "<id>", evidence
`period` (its first day): the board of that period is frozen, once its late hours are over. The
event says the places, the ids of all events that were included, and their digest.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.boards import (
    EVENTS_MOST,
    digest,
    frozen_meter,
    included,
    joined,
    standings,
)
from posloyalty.domain.engine.giving import give
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.board import BOARD, PERIOD, Board, Joins
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.values.identifiers import derive_id

ACT = "act"
JOIN = "join"
LEAVE = "leave"


@works(Board, Trigger.BOARD, stage=Stage.BONUSES)
def join_or_leave(board: Board, moment: Moment, awards: Awards) -> None:
    """A member wants to be seen, or not any more."""
    recorded, member = moment.recorded, moment.active
    if recorded is None or recorded.what != board.id:
        return
    if member is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    mine = [one for one in joined(board, moment.gathered) if one.owner == member.member_id]
    if dict(recorded.evidence).get(ACT) == LEAVE:
        if not mine:
            awards.refuse("NOT_ON_BOARD")
        for right in mine:
            awards.plan.cancel(right)
        return
    if mine:
        awards.refuse("ON_BOARD")
    first, last = board.days(moment.day)
    if moment.day > last:
        awards.refuse("BOARD_OVER")
    if board.joins is Joins.BEFORE_START and moment.day >= first:
        awards.refuse("BOARD_BEGUN")
    awards.issue(
        BOARD,
        board.id,
        rule_id=board.id,
        name=board.names.in_language(moment.store.language),
        code=board.code(moment.programme.id),
        uses=0,
        from_day=moment.day,
    )


@works(Board, Trigger.RUN, stage=Stage.BONUSES)
def freeze(board: Board, moment: Moment, awards: Awards) -> None:
    """Freeze the places and give the prizes."""
    recorded = moment.recorded
    if recorded is None or recorded.what != board.id:
        return
    begins = _day(dict(recorded.evidence).get(PERIOD, ""))
    if begins is None or board.days(begins)[0] != begins:
        awards.refuse("NO_SUCH_PERIOD")
    programme, days = moment.programme, board.days(begins)
    over = datetime.combine(days[1] + timedelta(days=1), time(), tzinfo=programme.zone)
    due = over + timedelta(hours=board.late_hours)
    if moment.at < due:
        awards.refuse("BOARD_NOT_OVER", day=due.date(), hour=f"{due:%H:%M}")
    owner = derive_id(BOARD, programme.id, board.id)
    if any(
        entry.owner == owner and entry.day == days[1] and entry.amount > 0
        for entry in moment.gathered_meters
    ):
        awards.refuse("BOARD_FROZEN")
    members = [one.owner for one in joined(board, moment.gathered)]
    places = standings(programme, board, members, moment.gathered_meters, days)
    counted = included(programme, board, members, moment.gathered_meters, days)
    event_ids = sorted({entry.event_id for entry in counted})
    awards.count(frozen_meter(board), 1, owner=owner, day=days[1])
    awards.write("places", " ".join(f"{s.place}:{s.member_id.hex()}:{s.amount}" for s in places))
    awards.write("digest", digest(event_ids))
    awards.write("included", "".join(one.hex() for one in event_ids[:EVENTS_MOST]))
    name = board.names.in_language(moment.store.language)
    for one in places:
        for prize in board.prizes:
            if prize.place <= one.place <= prize.through:
                why = reason("PLACE_ON_BOARD", name=name, place=one.place)
                give(
                    prize.gives,
                    awards,
                    rule_id=board.id,
                    name=name,
                    reasons=(why,),
                    member_id=one.member_id,
                )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
