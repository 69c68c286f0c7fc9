"""Offers: which apply in the best deal, and for all others what is missing.

Every offer of the programme ends up in exactly one of two lists: applied, with its shares by line,
or refused, with reasons. What the cashier removed is refused with what the customer now pays more.
What the customer owns is applied when it is chosen and of use; else it is proposed with its gain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from posloyalty.domain.engine.best_deal import BestDeal, Deal
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.discount import Candidate, Stage, candidate, line_discounts
from posloyalty.domain.engine.owned import Owned, owned
from posloyalty.domain.engine.quote import AppliedOffer, Proposal, RefusedOffer
from posloyalty.domain.programme.offer import Offer, Scope
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import TaxClass

EarnedByDeal = Callable[[Deal], int]


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    """The applied and refused offers, and what is left of each line in canonical order."""

    applied: tuple[AppliedOffer, ...]
    refused: tuple[RefusedOffer, ...]
    proposals: tuple[Proposal, ...]
    amounts: tuple[int, ...]
    spend_minor: int
    complete: bool


def apply_offers(
    context: Context,
    basket: Basket,
    *,
    tax_classes: Mapping[str, TaxClass],
    earned: EarnedByDeal,
    budget: Mapping[str, int],
) -> OfferOutcome:
    """Choose the best deal and explain every offer; `budget` is what each wallet can spend."""
    return _Offers(context, basket, tax_classes, earned, budget).outcome()


class _Offers:
    """One basket's offers: judged, searched, explained."""

    def __init__(
        self,
        context: Context,
        basket: Basket,
        tax_classes: Mapping[str, TaxClass],
        earned: EarnedByDeal,
        budget: Mapping[str, int],
    ) -> None:
        self._context = context
        self._basket = basket
        self._tax_classes = tax_classes
        self._earned = earned
        self._budget = budget
        self._candidates: list[Candidate] = []
        self._removed: list[Candidate] = []
        self._refused: list[RefusedOffer] = []
        self._open: list[tuple[str, Owned, Candidate | None, tuple[Reason, ...]]] = []

    def outcome(self) -> OfferOutcome:
        """Judge everything, search, and explain."""
        self._judge_public()
        self._judge_owned()
        deal = self._best(self._candidates)
        self._explain_removed(deal)
        taken = {found.id for found, _ in deal.taken}
        for found in self._candidates:
            if found.id not in taken:
                reasons = _left_out(self._context, found, deal)
                refusal = self._refusal(found.id, found.offer, reasons)
                choice = None if found.owned is None else found.owned.choice
                self._refused.append(replace(refusal, choice=choice))
        proposals = [self._proposal(deal, *one) for one in self._open]
        return OfferOutcome(
            applied=tuple(_applied(self._context, found, shares) for found, shares in deal.taken),
            refused=tuple(sorted(self._refused, key=lambda one: one.offer_id)),
            proposals=tuple(sorted(proposals, key=lambda one: (-one.gain_minor, one.offer_id))),
            amounts=deal.amounts,
            spend_minor=deal.spend_minor,
            complete=deal.complete,
        )

    def _best(self, allowed: Sequence[Candidate]) -> Deal:
        return BestDeal(
            self._context,
            allowed,
            tax_classes=self._tax_classes,
            earned=self._earned,
            budget=self._budget,
        ).find()

    def _judge_public(self) -> None:
        declined = self._basket.declined
        for offer in self._context.programme.offers:
            found, reasons = _judge(self._context, offer)
            if found is None:
                gone = offer.id in declined
                self._refused.append(self._refusal(offer.id, offer, reasons, declined=gone))
            elif offer.id in declined:
                self._removed.append(found)
            else:
                self._candidates.append(found)

    def _judge_owned(self) -> None:
        """What is chosen or used by itself joins the search, the rest is to be proposed."""
        chosen = Counter(self._basket.chosen)
        times: Counter[str] = Counter(offer.id for offer in self._context.programme.offers)
        for one in owned(self._context, self._basket):
            times[one.offer.id] += 1
            count = times[one.offer.id]
            name = one.offer.id if count == 1 else f"{one.offer.id}~{count}"
            found, reasons = None, one.barred
            if not reasons:
                found, reasons = _judge(self._context, one.offer, one, name)
            if chosen[one.choice]:
                chosen[one.choice] -= 1
            elif not one.auto:
                self._open.append((name, one, found, reasons))
                continue
            elif found is not None and name in self._basket.declined:
                self._removed.append(found)
                continue
            if found is None:
                refusal = self._refusal(name, one.offer, reasons)
                self._refused.append(replace(refusal, choice=one.choice))
            else:
                self._candidates.append(found)

    def _explain_removed(self, deal: Deal) -> None:
        for found in self._removed:
            other = self._best([*self._candidates, found])
            loss = deal.payable_minor - other.payable_minor
            reasons = (Reason("DECLINED"),)
            self._refused.append(
                self._refusal(found.id, found.offer, reasons, declined=True, loss=loss)
            )

    def _proposal(
        self,
        deal: Deal,
        name: str,
        one: Owned,
        found: Candidate | None,
        reasons: tuple[Reason, ...],
    ) -> Proposal:
        gain = 0
        if found is not None:
            other = self._best([*self._candidates, found])
            gain = deal.payable_minor - other.payable_minor
            if gain <= 0:
                gain, reasons = 0, _left_out(self._context, found, deal)
        return Proposal(
            choice=one.choice,
            offer_id=name,
            name=one.offer.names.in_language(self._context.store.language),
            uses=one.uses,
            gain_minor=gain,
            reasons=reasons,
        )

    def _refusal(
        self,
        name: str,
        offer: Offer,
        reasons: tuple[Reason, ...],
        *,
        declined: bool = False,
        loss: int = 0,
    ) -> RefusedOffer:
        return RefusedOffer(
            offer_id=name,
            name=offer.names.in_language(self._context.store.language),
            reasons=reasons,
            declined=declined,
            loss_minor=loss,
        )


def _judge(
    context: Context, offer: Offer, one: Owned | None = None, name: str = ""
) -> tuple[Candidate | None, tuple[Reason, ...]]:
    """The candidate, or why there is none. A minimum spend of an order offer is judged later."""
    facts = context.facts_for(offer.by_business_day)
    gross = context.goods.measured_gross
    late = offer.when.measures_spend and (offer.scope is Scope.ORDER or one is not None)
    missing = offer.when.failures(facts, gross)
    # Line offers can only lower the spend, so what fails on prices alone fails for good; only a
    # `not` may come to hold later, and the search looks again.
    if missing and not (late and any(one.code == "LEFT_OUT" for one in missing)):
        return None, missing
    found = candidate(offer, context.goods, owned=one, name=name)
    if found is None:
        return None, (Reason("NO_GOODS"),)
    if not any(line_discounts(found, context.goods.gross, context.goods.gross)):
        return None, (Reason("NO_EFFECT"),)
    return found, ()


def _left_out(context: Context, found: Candidate, deal: Deal) -> tuple[Reason, ...]:
    """Why a candidate is not in the best deal."""
    offer = found.offer
    facts = context.facts_for(offer.by_business_day)
    spend = deal.spend_minor if found.stage >= Stage.ORDER else context.goods.measured_gross
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
        offer_id=found.id,
        name=offer.names.in_language(context.store.language),
        amount_minor=amount,
        shares=tuple(sorted((n, share) for n, share in zip(numbers, shares, strict=True) if share)),
        reasons=tuple(reasons),
        whole_order=offer.scope is Scope.ORDER,
        uses=None if found.owned is None else found.owned.uses,
        choice=None if found.owned is None else found.owned.choice,
    )
