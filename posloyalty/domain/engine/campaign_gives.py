"""What rules give in a campaign: as often as its budget lets them, and counted for it."""

from __future__ import annotations

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.campaigns import campaign_of, fitting, given_by, room
from posloyalty.domain.engine.marked_members import is_test
from posloyalty.domain.programme.gives import GivePoints
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.rule import RULE, Rule
from posloyalty.domain.programme.limit import LimitUnit, use_meter


def affordable(rule: Rule, awards: Awards, times: int) -> int:
    """How many times of those wanted the budget of the rule's campaign pays for: whole times only,
    because half a gift is none.
    """
    campaign = awards.programme.find(Campaign, campaign_of(rule))
    if campaign is None:
        return times
    wanted = {LimitUnit.COUNT: 1, LimitUnit.POINTS: _points(rule, campaign)}
    for unit, each in wanted.items():
        left = _left(campaign, awards, unit)
        if left is not None and each:
            times = min(times, fitting(campaign, times * each, left) // each)
    return times


def note_given(rule: Rule, awards: Awards, times: int) -> None:
    """Count it for the campaign; what a test member gets is no use of its budget."""
    campaign, moment = awards.programme.find(Campaign, campaign_of(rule)), awards.moment
    if campaign is None or is_test(moment.state, moment.day):
        return
    owner, key = campaign.owner(awards.programme.id), f"{RULE}:{rule.id}"
    points = times * _points(rule, campaign)
    awards.count(use_meter(key, LimitUnit.COUNT), times, owner=owner)
    awards.count(use_meter(key, LimitUnit.POINTS), points, owner=owner)


def _left(campaign: Campaign, awards: Awards, unit: LimitUnit) -> int | None:
    left = room(awards.programme, campaign, awards.moment.store, unit)
    if left is None:
        return None
    return max(0, left - given_by(awards.programme, campaign, awards.plan.counted, unit))


def _points(rule: Rule, campaign: Campaign) -> int:
    gifts = rule.gives.of(GivePoints)
    return sum(one.points for one in gifts if one.wallet == campaign.wallet)
