"""Tier schemes at work: whatever counts something meets levels, and a return may take one away.

Runs after everything of the event is counted. A level that was not held before is a moment of its
own: works that wait for `Trigger.TIER_MET` (a welcome gift) see it with the new rank in their
facts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.moment import LevelMet, Moment, Trigger
from posloyalty.domain.engine.progress import ProgressReader, reached
from posloyalty.domain.engine.tier_history import (
    CHALLENGE,
    challenge_made,
    met_intervals,
    met_levels,
    open_challenges,
    record_of,
    renewed,
)
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.work import Stage, run_works, works
from posloyalty.domain.programme.tier_scheme import OnReturn, TierScheme
from posloyalty.domain.programme.tier_window import ONE_DAY

ASSESSED = tuple(trigger for trigger in Trigger if trigger is not Trigger.TIER_MET)


@works(TierScheme, *ASSESSED, stage=Stage.TIERS)
def assess(scheme: TierScheme, moment: Moment, awards: Awards) -> None:
    """Meet what the figures reach, after taking back what a return takes back."""
    before = moment.state
    if before is None:
        return
    reader = ProgressReader(moment.programme, scheme)
    own = [
        entry
        for entry in awards.plan.counted
        if entry.owner == before.member_id and reader.counts(entry)
    ]
    undone = any(entry.undoes is not None for entry in own)
    if undone and scheme.on_return is OnReturn.REASSESS:
        _reassess(scheme, moment, awards, before)
    # Who may not earn meets nothing; a return is looked at whoever brings the goods.
    if moment.active is None:
        return
    if any(entry.amount > 0 and entry.undoes is None for entry in own):
        _meet(scheme, moment, awards, reader, bought=True)
    elif moment.trigger is Trigger.TIER_CHALLENGE:
        # What was done earlier on its first day counts: it may be made already.
        _meet(scheme, moment, awards, reader, bought=False)


def tell_met(scheme: TierScheme, moment: Moment, awards: Awards, holding: TierHolding) -> None:
    """Let works answer to a level that the member did not hold before this event."""
    before = held(moment.programme, scheme, moment.state, moment.day).rank
    rank = scheme.rank_of(holding.level)
    if rank <= before:
        return
    seen = rank if holding.met_on <= moment.day else before
    met_moment = replace(
        moment,
        trigger=Trigger.TIER_MET,
        level_met=LevelMet(
            scheme=scheme.id,
            level=holding.level,
            rank=rank,
            before=before,
            first=holding.met_on,
            through=holding.through,
        ),
        facts=moment.facts.at_rank(scheme.id, seen),
        business_facts=moment.business_facts.at_rank(scheme.id, seen),
    )
    run_works(met_moment, awards.within(met_moment))


def _meet(
    scheme: TierScheme, moment: Moment, awards: Awards, reader: ProgressReader, *, bought: bool
) -> None:
    state = awards.state
    assert state is not None
    day, joined_on = moment.day, state.joined_on
    tally = reader.tally(e for e in state.meters if e.owner == state.member_id)
    values = tally.values(scheme.window.first_day(day, joined_on), day)
    ranks = {reached(scheme, values) if bought else 0}
    for _, right in open_challenges(scheme, state.rights, day):
        made = challenge_made(scheme, right, tally, day)
        if made:
            awards.plan.use(right)
            ranks.add(made)
    rank = max(ranks)
    if not rank:
        return
    level = scheme.levels[rank - 1].id
    met = TierHolding(
        scheme=scheme.id,
        level=level,
        met_on=scheme.starts_on(day, joined_on),
        through=scheme.held_through(day, joined_on),
    )
    known = _stored(scheme, state)
    holding = met if level not in known else renewed(known[level], met)
    if holding != known.get(level):
        awards.plan.meet(state.member_id, holding)
        tell_met(scheme, moment, awards, holding)


def _reassess(scheme: TierScheme, moment: Moment, awards: Awards, before: MemberState) -> None:
    """As if what comes back had never been bought; what was given otherwise stays.

    A level whose stored end does not follow from what was counted was granted, or brought along:
    a return does not touch it.
    """
    after = awards.state
    assert after is not None
    was = met_levels(moment.programme, scheme, record_of(before))
    now = met_levels(moment.programme, scheme, record_of(after))
    known = _stored(scheme, before)
    for level in dict.fromkeys((*known, *now)):
        stored, left = known.get(level), now.get(level)
        if stored is None:
            target = left
        elif level in was and was[level].through == stored.through:
            target = left or _ended(stored, moment.day)
        else:
            target = stored if left is None else renewed(stored, left)
        if target is not None and target != stored:
            awards.plan.meet(before.member_id, target)
    _reopen(scheme, moment, awards, after)


def _reopen(scheme: TierScheme, moment: Moment, awards: Awards, after: MemberState) -> None:
    """A challenge that was made by what comes back may be made again."""
    met = met_intervals(moment.programme, scheme, record_of(after))
    made = {interval.event_id for interval in met}
    for right in after.rights:
        own = right.kind == CHALLENGE and right.of.startswith(f"{scheme.id}/")
        if own and right.used and right.id not in made:
            awards.plan.give_back(right)


def _ended(holding: TierHolding, day: date) -> TierHolding:
    """What stands of a level that is taken away: no day at all, so that no grace prolongs it."""
    if holding.through < holding.met_on:
        return holding
    return replace(holding, met_on=day, through=day - ONE_DAY)


def _stored(scheme: TierScheme, state: MemberState) -> dict[str, TierHolding]:
    return {one.level: one for one in state.holdings if one.scheme == scheme.id}
