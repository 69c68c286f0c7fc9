"""Draws at work: entries for sales, the promise of a seed, and the draw.

`Trigger.DRAW`, what "<id>", evidence `act`: "commit" with the `commitment` of a seed, before the
first day has passed; "draw" with the `seed`, once the late hours are over.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.boards import EVENTS_MOST, digest
from posloyalty.domain.engine.draws import entries_of, winners
from posloyalty.domain.engine.giving import Source, gives_out
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.draw import (
    COMMIT,
    ENTRY,
    PRIZE,
    SEED,
    Draw,
    GiveEntry,
    commitment,
)
from posloyalty.domain.programme.reason import reason

ACT = "act"
COMMITMENT = "commitment"
DRAWS = "draw"


@works(Draw, Trigger.SALE, stage=Stage.REWARDS)
def enter(draw: Draw, moment: Moment, awards: Awards) -> None:
    """An entry for every so much of a sale, told with the odds."""
    if moment.active is None or moment.sold is None or draw.each_minor is None:
        return
    count = _due(draw, moment.sold.spend_minor)
    if not draw.days.first <= moment.day <= draw.days.last or not count:
        return
    _issue(draw, count, awards, None)
    name = draw.names.in_language(moment.store.language)
    odds = draw.odds.in_language(moment.store.language)
    awards.tell("DRAW_ENTRIES", name=name, count=count, odds=odds, terms=draw.terms)


@works(Draw, Trigger.RETURN, stage=Stage.REWARDS)
def leave(draw: Draw, moment: Moment, awards: Awards) -> None:
    """Entries that what stays would not have brought are withdrawn, until they are drawn."""
    returned = moment.returned
    if returned is None or draw.each_minor is None:
        return
    mine = [one for one in returned.issued if one.kind == ENTRY and one.of == draw.id]
    stand = [one for one in mine if one.cancelled <= 0 and not one.used]
    due = 0 if returned.whole else _due(draw, returned.kept.spend_minor)
    for place, right in enumerate(sorted(stand, key=lambda one: one.id)):
        if place < due:
            awards.leave(right.id)
        else:
            awards.plan.cancel(right)


@works(Draw, Trigger.DRAW, stage=Stage.BONUSES)
def draw_lots(draw: Draw, moment: Moment, awards: Awards) -> None:
    """Promise a seed, or draw by it."""
    recorded = moment.recorded
    if recorded is None or recorded.what != draw.id:
        return
    evidence = dict(recorded.evidence)
    if evidence.get(ACT) == COMMIT:
        _commit(draw, evidence.get(COMMITMENT, ""), awards)
    elif evidence.get(ACT) == DRAWS:
        _draw(draw, evidence.get(SEED, ""), awards)


@gives_out(GiveEntry)
def give_entries(gift: GiveEntry, awards: Awards, source: Source, times: int) -> None:
    """Entries, while the draw takes any."""
    draw = awards.programme.find(Draw, gift.draw)
    assert draw is not None  # a programme that names another is refused
    if draw.days.first <= awards.moment.day <= draw.days.last:
        _issue(draw, gift.count * times, awards, source)


def _due(draw: Draw, spend_minor: int) -> int:
    if draw.each_minor is None or spend_minor < draw.least_minor:
        return 0
    return min(draw.most_entries, spend_minor // draw.each_minor)


def _issue(draw: Draw, count: int, awards: Awards, source: Source | None) -> None:
    moment = awards.moment
    owner = None if source is None else source.member_id
    if owner is None:
        if moment.state is None:
            return
        owner = moment.state.member_id
    for _ in range(count):
        awards.plan.issue(kind=ENTRY, of=draw.id, owner=owner, code=draw.code(moment.programme.id))
    name = draw.names.in_language(moment.store.language)
    awards.show(
        Award(
            kind=ENTRY,
            of=draw.id,
            name=name,
            amount=count,
            rule_id=draw.id if source is None else source.rule_id,
            reasons=() if source is None else source.reasons,
        )
    )


def _commit(draw: Draw, promised: str, awards: Awards) -> None:
    moment = awards.moment
    if moment.day > draw.days.first:
        awards.refuse("COMMIT_TOO_LATE", day=draw.days.first)
    if any(one.kind == COMMIT and one.of == draw.id for one in moment.gathered):
        awards.refuse("COMMITTED")
    owner = bytes.fromhex(draw.code(moment.programme.id))
    for code in (promised, draw.code(moment.programme.id)):
        # Twice: once to be found by what was promised, once among all that the draw has.
        awards.plan.issue(kind=COMMIT, of=draw.id, owner=owner, code=code, uses=0)


def _draw(draw: Draw, seed: str, awards: Awards) -> None:
    moment, programme = awards.moment, awards.programme
    owner = bytes.fromhex(draw.code(programme.id))
    last = draw.days.last
    over = datetime.combine(last + timedelta(days=1), time(), tzinfo=programme.zone)
    due = over + timedelta(hours=draw.late_hours)
    if moment.at < due:
        awards.refuse("DRAW_NOT_OVER", day=due.date(), hour=f"{due:%H:%M}")
    if any(entry.owner == owner and entry.day == last for entry in moment.gathered_meters):
        awards.refuse("DRAWN")
    promised = commitment(seed)
    if not any(one.kind == COMMIT and one.code == promised for one in moment.gathered):
        awards.refuse("SEED_WRONG")
    entries = entries_of(draw, _once(moment.gathered))
    won = winners(draw, entries, bytes.fromhex(seed))
    awards.count(f"drawn/{draw.id}", 1, owner=owner, day=last)
    ids = [one.id for one in entries]
    awards.write("digest", digest(ids))
    awards.write("entries", "".join(one.hex() for one in ids[:EVENTS_MOST]))
    awards.write("winners", " ".join(f"{one.prize}:{one.entry.id.hex()}" for one in won))
    names = {one.id: one.names.in_language(moment.store.language) for one in draw.prizes}
    for one in won:
        awards.plan.use(one.entry)
        awards.issue(
            PRIZE,
            f"{draw.id}/{one.prize}",
            rule_id=draw.id,
            name=names[one.prize],
            owner=one.entry.owner,
            reasons=(reason("DRAWN_BY_LOT", entries=len(ids)),),
        )


def _once(rights: tuple[Right, ...]) -> list[Right]:
    """A right that is found by several codes is one."""
    return list({one.id: one for one in rights}.values())
