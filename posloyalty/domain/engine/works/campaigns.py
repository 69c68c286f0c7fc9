"""Campaigns count what they give: of each rule that names them, under the campaign's own id.

`use/<offer>/money` and `.../count` for offers that applied, vouchers and rewards among them, with
`.../shop_cost` where a cost is stated or the budget is one of cost, and `use/earn:<wallet>/points`
for what earn rules and multipliers added; of test members nothing. What goods that come back had
brought is given back to the budget by the defaults of a return.
"""

from __future__ import annotations

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.campaigns import campaign_of, earned_for
from posloyalty.domain.engine.marked_members import is_test
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit, use_meter

SECOND = "~"  # another use of the same thing in one sale


@works(Campaign, Trigger.SALE, stage=Stage.BONUSES)
def count(campaign: Campaign, moment: Moment, awards: Awards) -> None:
    """Count what the sale's offers and earn rules gave for it."""
    sold, owner = moment.sold, campaign.owner(moment.programme.id)
    assert sold is not None  # a sale has goods
    if is_test(moment.state, moment.day):
        return
    costs = dict(sold.shop_costs)
    at_cost = LimitUnit.SHOP_COST in campaign.budget
    own = {one.id for one in moment.programme.terms if campaign_of(one) == campaign.id}
    for name, amount in sold.offers:
        if name.partition(SECOND)[0] in own:
            awards.count(use_meter(name, LimitUnit.MONEY), amount, owner=owner)
            awards.count(use_meter(name, LimitUnit.COUNT), 1, owner=owner)
            cost = costs.get(name, amount if at_cost else 0)
            awards.count(use_meter(name, LimitUnit.SHOP_COST), cost, owner=owner)
    for campaign_id, wallet, points in sold.campaign_points:
        if campaign_id == campaign.id:
            awards.count(earned_for(wallet, LimitUnit.POINTS), points, owner=owner)
            awards.count(earned_for(wallet, LimitUnit.COUNT), 1, owner=owner)
