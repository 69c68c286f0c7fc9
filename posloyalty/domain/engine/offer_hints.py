"""What the screen may say beside the price: thresholds close ahead, and gifts that may be added."""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.offer_reasons import Judged
from posloyalty.domain.engine.quote import GiftToAdd, NextStep
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.programme.effects.gift import Gift, Source


def next_steps(context: Context, deal: Deal) -> tuple[NextStep, ...]:
    """The cliffs ahead of applied bands where buying what is missing costs less than nothing:
    0.01 more saves 14.99 (LOYALTY case 15). What is missing is counted at its price.
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


def gifts_to_add(context: Context, judged: Iterable[Judged], deal: Deal) -> tuple[GiftToAdd, ...]:
    """Gifts whose conditions hold, of which pieces are still missing."""
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
        if had < effect.count and (had or holds):
            found.append(
                GiftToAdd(
                    offer_id=one.offer.id,
                    name=one.offer.names.in_language(context.store.language),
                    pieces=effect.count - had,
                    goods=effect.goods,
                )
            )
    return tuple(sorted(found, key=lambda gift: gift.offer_id))
