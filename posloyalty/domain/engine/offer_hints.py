"""What the screen may say beside the price: thresholds close ahead, and gifts that may be added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from posloyalty.domain.engine.campaigns import campaign_of, room
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.offer_reasons import Judged
from posloyalty.domain.engine.quote import GiftToAdd, NextStep
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.offer import Offer


def next_steps(context: Context, deal: Deal) -> tuple[NextStep, ...]:
    """The cliffs ahead of applied bands where buying what is missing costs less than nothing:
    0.01 more saves 14.99. What is missing is counted at its price.
    """
    found = []
    for one in deal.taken:
        effect = one.found.whole
        if effect is None:
            continue
        before, quantity = one.before_minor, one.found.quantity_milli
        ahead = effect.next_step(before)
        if ahead is None:
            continue
        now = before - sum(one.shares)
        then = ahead - effect.total(ahead, quantity)
        saves = now - then
        if saves > 0:
            found.append(
                NextStep(
                    offer_id=one.found.id,
                    name=one.found.offer.names.in_language(context.store.language),
                    missing_minor=ahead - before,
                    saves_minor=saves,
                )
            )
    return tuple(sorted(found, key=lambda step: (step.missing_minor, step.offer_id)))


def gifts_to_add(
    context: Context, judged: Iterable[Judged], deal: Deal, costs: Mapping[str, int]
) -> tuple[GiftToAdd, ...]:
    """Gifts whose conditions hold, of which pieces are still missing; no more of them than a budget
    at cost pays for beside all that applies, for a piece that is added and not given is charged.

    `costs` is what each offer that applies costs the shop.
    """
    taken = {one.found.id: one for one in deal.taken}
    found = []
    for one in judged:
        effect = one.offer.effect
        if type(effect) is not Gift or effect.source is Source.BASKET:
            continue
        had = taken[one.offer.id].times if one.offer.id in taken else 0
        holds = one.wanting and not one.offer.when.failures(
            context.facts_for(one.offer.by_business_day), deal.spend_minor
        )
        most = _paid_for(context, one.offer, effect, costs)
        if had < most and (had or holds):
            found.append(
                GiftToAdd(
                    offer_id=one.offer.id,
                    name=one.offer.names.in_language(context.store.language),
                    pieces=most - had,
                    goods=effect.goods,
                )
            )
    return tuple(sorted(found, key=lambda gift: gift.offer_id))


def _paid_for(context: Context, offer: Offer, effect: Gift, costs: Mapping[str, int]) -> int:
    """How many pieces of a gift there may be in all."""
    programme, each = context.programme, effect.shop_cost_minor
    campaign = programme.find(Campaign, campaign_of(offer))
    if campaign is None or not each:
        return effect.count
    left = room(programme, campaign, context.store, LimitUnit.SHOP_COST)
    if left is None:
        return effect.count
    for other in programme.offers:
        if other.id != offer.id and campaign_of(other) == campaign.id:
            left -= costs.get(other.id, 0)
    return min(effect.count, max(0, left) // each)
