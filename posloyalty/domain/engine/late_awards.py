"""What a member has made by everything together, of which no till knew the whole at the time.

Shape: `award_late(...)` runs the programme's works once at a moment of its own, as of now, with all
that is known: challenges that were made, stamps that fill a card, what reaching a level gives. What
was given for already is not given again; what a till would have been told to refuse, such as a
budget that is used up, is not given here either. Head office runs it where events of a member come
together that tills had not heard of; a birthday, which no journal says, is left to
the tills.
"""

from __future__ import annotations

from datetime import timedelta

from posloyalty.domain.engine import works
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.engine.works.tiers import tell_met
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.tier_scheme import TierScheme
from posloyalty.domain.shop.basket import Basket

NO_RULE = ""
"""A run that is about no rule, cause or board in particular."""
_WORKS = works  # imported so that what they register is known


def award_late(
    programme: Programme, state: MemberState, plan: EventPlan, store: StoreContext
) -> tuple[Award, ...]:
    """Put into the plan what is due to a member; `state` is as it was before the plan."""
    basket = Basket(sale_id=plan.event_id, currency=programme.currency)
    basket = basket.for_member(state.member_id)
    context = freeze(programme, basket, plan.after(state), plan.at, store)
    moment = Moment(
        trigger=Trigger.RUN,
        programme=programme,
        store=context.store,
        event_id=plan.event_id,
        at=plan.at,
        day=context.day,
        facts=context.facts,
        business_facts=context.business_facts,
        state=state,
        active=context.active,
        recorded=Recorded(what=NO_RULE),
    )
    awards = Awards(moment, plan)
    for met in plan.consequences().tiers:
        scheme = programme.tier_scheme(met.holding.scheme)
        if scheme is not None and _is_new(programme, scheme, state, met.holding):
            tell_met(scheme, moment, awards, met.holding)
    run_works(moment, awards)
    return awards.given


def _is_new(
    programme: Programme, scheme: TierScheme, state: MemberState, holding: TierHolding
) -> bool:
    """Whether a level was not held right before it was met: one that goes on is no news."""
    before = holding.met_on - timedelta(days=1)
    days = (before, holding.met_on)
    was = max(held(programme, scheme, state, day).rank for day in days)
    return scheme.rank_of(holding.level) > was
