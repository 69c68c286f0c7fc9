"""A snapshot comes from head office: who is in which segment, and what was picked for whom.

`Trigger.SNAPSHOT`, what "segments", evidence `as_of` and `segments`, ids with commas: the member is
in these from that day on, and in no other. What the list's id, evidence `as_of` and `offers`, such
as "latte-off:bought_before,cake-off": the list, best first, in place of the one before.
`Trigger.ACTIVITY`, what the list's id, evidence `offer`: the member turned it down.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.snapshots import (
    PICK,
    pick_name,
    pick_rights,
    picks_of,
    segment_rights,
    turned_down_meter,
)
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.engine.works.rule import happened
from posloyalty.domain.ledger.right import UNBOUNDED
from posloyalty.domain.programme.kinds.personal import Personal
from posloyalty.domain.programme.kinds.rule import Rule
from posloyalty.domain.programme.kinds.segment import SEGMENT, Segment, SegmentEntered
from posloyalty.domain.programme.reason import reason

SEGMENTS = "segments"
AS_OF = "as_of"
OFFERS = "offers"
OFFER = "offer"
BEST = "best"
LIST_MOST = 100


@works(Segment, Trigger.SNAPSHOT, stage=Stage.BONUSES)
def take(segment: Segment, moment: Moment, awards: Awards) -> None:
    """Let the member into the segment or out of it; who stays in stays by the newer snapshot."""
    state, recorded = moment.state, moment.recorded
    if state is None or recorded is None or recorded.what != SEGMENTS:
        return
    as_of = _as_of(recorded, awards, moment)
    for right in segment_rights(moment.programme, state, moment.day):
        if right.of == segment.id:
            awards.plan.cancel(right)
    if segment.id in _listed(recorded, SEGMENTS):
        awards.issue(
            SEGMENT,
            segment.id,
            rule_id=segment.id,
            name=segment.names.in_language(moment.store.language),
            reasons=(reason("SNAPSHOT_OF", as_of=as_of),),
            uses=UNBOUNDED,
            from_day=as_of,
            last_day=segment.last_day(as_of),
        )


@works(Personal, Trigger.SNAPSHOT, stage=Stage.BONUSES)
def pick(personal: Personal, moment: Moment, awards: Awards) -> None:
    """Put a list in place of the one before."""
    state, recorded, programme = moment.state, moment.recorded, moment.programme
    if state is None or recorded is None or recorded.what != personal.id:
        return
    as_of = _as_of(recorded, awards, moment)
    for right in pick_rights(programme, state, moment.day):
        if right.of.startswith(f"{personal.id}/"):
            awards.plan.cancel(right)
    known = {offer.id: offer for offer in programme.offers}
    for place, one in enumerate(_listed(recorded, OFFERS)[:LIST_MOST], 1):
        name, _, why = one.partition(":")
        if name not in known:
            awards.refuse("NO_SUCH_OFFER", name=name)
        awards.issue(
            PICK,
            pick_name(personal.id, place, name, why or BEST),
            rule_id=personal.id,
            name=known[name].names.in_language(moment.store.language),
            uses=UNBOUNDED,
            from_day=as_of,
            last_day=personal.last_day(as_of),
        )


@works(Personal, Trigger.ACTIVITY, stage=Stage.BONUSES)
def turn_down(personal: Personal, moment: Moment, awards: Awards) -> None:
    """Count that the member does not want it, and what is shown instead."""
    state, recorded = moment.active, moment.recorded
    if state is None or recorded is None or recorded.what != personal.id:
        return
    name = dict(recorded.evidence).get(OFFER, "")
    shown = {one.offer for one in picks_of(moment.programme, state, moment.day) if one.shown}
    if name not in shown:
        awards.refuse("NOT_SHOWN", name=name)
    awards.count(turned_down_meter(name), 1)


@happened(SegmentEntered)
def _entered(wanted: SegmentEntered, _rule: Rule, moment: Moment, _awards: Awards) -> int:
    recorded, member = moment.recorded, moment.facts.member
    if moment.trigger is not Trigger.SNAPSHOT or recorded is None or member is None:
        return 0
    listed = recorded.what == SEGMENTS and wanted.segment in _listed(recorded, SEGMENTS)
    return int(listed and wanted.segment not in member.segments)


def _listed(recorded: Recorded, key: str) -> list[str]:
    text = dict(recorded.evidence).get(key, "")
    return [one.strip() for one in text.split(",") if one.strip()]


def _as_of(recorded: Recorded, awards: Awards, moment: Moment) -> date:
    """The snapshot's day; it may not lie ahead."""
    written = dict(recorded.evidence).get(AS_OF, "")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        awards.refuse("BAD_DAY", given=written)
    if day > moment.day:
        awards.refuse("BAD_DAY", given=written)
    return day
