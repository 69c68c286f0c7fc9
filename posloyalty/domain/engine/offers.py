"""Public offers: which apply in the best deal, and for all others what is missing.

Every offer of the programme ends up in exactly one of two lists: applied, with its shares by line,
or refused, with reasons. What the cashier removed is refused with what the customer now pays more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from posloyalty.domain.engine.best_deal import BestDeal, Deal
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.discount import Candidate, candidate, line_discounts
from posloyalty.domain.engine.quote import AppliedOffer, RefusedOffer
from posloyalty.domain.programme.offer import Offer, Scope
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.product import TaxClass

EarnedByDeal = Callable[[Deal], int]


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    """The applied and refused offers, and what is left of each line in canonical order."""

    applied: tuple[AppliedOffer, ...]
    refused: tuple[RefusedOffer, ...]
    amounts: tuple[int, ...]
    spend_minor: int
    complete: bool


def apply_offers(
    context: Context,
    declined: frozenset[str],
    *,
    tax_classes: Mapping[str, TaxClass],
    earned: EarnedByDeal,
) -> OfferOutcome:
    """Choose the best deal and explain every offer."""
    candidates: list[Candidate] = []
    removed: list[Candidate] = []
    refused: list[RefusedOffer] = []
    for offer in context.programme.offers:
        found, reasons = _judge(context, offer)
        if found is None:
            refused.append(_refused(context, offer, reasons, declined=offer.id in declined))
        elif offer.id in declined:
            removed.append(found)
        else:
            candidates.append(found)

    def best(allowed: list[Candidate]) -> Deal:
        return BestDeal(context, allowed, tax_classes=tax_classes, earned=earned).find()

    deal = best(candidates)
    for found in removed:
        loss = sum(deal.amounts) - sum(best([*candidates, found]).amounts)
        reasons = (Reason("DECLINED"),)
        refused.append(_refused(context, found.offer, reasons, declined=True, loss=loss))
    taken = {found.offer.id for found, _ in deal.taken}
    for found in candidates:
        if found.offer.id not in taken:
            refused.append(_refused(context, found.offer, _left_out(context, found, deal)))
    return OfferOutcome(
        applied=tuple(_applied(context, found, shares) for found, shares in deal.taken),
        refused=tuple(sorted(refused, key=lambda one: one.offer_id)),
        amounts=deal.amounts,
        spend_minor=deal.spend_minor,
        complete=deal.complete,
    )


def _judge(context: Context, offer: Offer) -> tuple[Candidate | None, tuple[Reason, ...]]:
    """The candidate, or why there is none. A minimum spend of an order offer is judged later."""
    facts = context.facts_for(offer.by_business_day)
    gross = context.goods.measured_gross
    late = offer.when.measures_spend and offer.scope is Scope.ORDER
    missing = offer.when.failures(facts, gross)
    # Line offers can only lower the spend, so what fails on prices alone fails for good; only a
    # `not` may come to hold later, and the search looks again.
    if missing and not (late and any(one.code == "LEFT_OUT" for one in missing)):
        return None, missing
    found = candidate(offer, context.goods)
    if found is None:
        return None, (Reason("NO_GOODS"),)
    if not any(line_discounts(found, context.goods.gross, context.goods.gross)):
        return None, (Reason("NO_EFFECT"),)
    return found, ()


def _left_out(context: Context, found: Candidate, deal: Deal) -> tuple[Reason, ...]:
    """Why a candidate is not in the best deal."""
    offer = found.offer
    facts = context.facts_for(offer.by_business_day)
    spend = deal.spend_minor if offer.scope is Scope.ORDER else context.goods.measured_gross
    missing = offer.when.failures(facts, spend)
    if missing:
        return missing
    language = context.store.language
    names = [other.offer.names.in_language(language) for other, _ in deal.taken]
    return (reason("BETTER_DEAL", offers=", ".join(names)),) if names else (Reason("NO_EFFECT"),)


def _applied(context: Context, found: Candidate, shares: tuple[int, ...]) -> AppliedOffer:
    offer = found.offer
    numbers = [context.goods.lines[place].number for place in found.targets]
    amount = sum(shares)
    reasons = [offer.effect.explanation()]
    if offer.most_minor == amount:
        reasons.append(reason("OFFER_CAPPED", most_minor=amount))
    return AppliedOffer(
        offer_id=offer.id,
        name=offer.names.in_language(context.store.language),
        amount_minor=amount,
        shares=tuple(sorted((n, share) for n, share in zip(numbers, shares, strict=True) if share)),
        reasons=tuple(reasons),
        whole_order=offer.scope is Scope.ORDER,
    )


def _refused(
    context: Context,
    offer: Offer,
    reasons: tuple[Reason, ...],
    *,
    declined: bool = False,
    loss: int = 0,
) -> RefusedOffer:
    return RefusedOffer(
        offer_id=offer.id,
        name=offer.names.in_language(context.store.language),
        reasons=reasons,
        declined=declined,
        loss_minor=loss,
    )
