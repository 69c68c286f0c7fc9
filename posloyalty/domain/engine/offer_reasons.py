"""Whether an offer could apply, and where it does not, what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.candidates import Candidate, Stage, candidate, stage_of
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.discount import Pile, most_off, most_times
from posloyalty.domain.engine.offer_limits import room_of, whole
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.programme.definition import MinimumOn
from posloyalty.domain.programme.effects.gift import Gift, Source
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket

GIFT = "gift"
"""The kind of a choice that marks a line as added for a gift offer."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidate, or why there is none. `wanting` says that only its pieces are missing."""

    offer: Offer
    found: Candidate | None
    reasons: tuple[Reason, ...]
    wanting: bool = False


class Judge:
    """Judges offers against one basket. A minimum spend of an order offer is judged later."""

    def __init__(self, context: Context, pile: Pile, basket: Basket) -> None:
        self._context = context
        self._pile = pile
        self._gross = context.goods.measured_gross
        added = {one.line for one in basket.chosen if one.kind == GIFT}
        self._added = frozenset(
            place for place, line in enumerate(context.goods.lines) if line.number in added
        )

    def __call__(self, offer: Offer, one: Owned | None = None, name: str = "") -> Judged:
        """Judge one offer, public or owned."""
        context = self._context
        if one is not None and one.barred:
            return Judged(offer, None, one.barred)
        facts = context.facts_for(offer.by_business_day)
        missing = offer.when.failures(facts, self._gross) if offer.when.parts else ()
        # Offers can only lower the spend, so what fails on prices alone fails for good; only a
        # `not` may come to hold later, and the search looks again.
        if missing and not (self._late(offer, one) and any(m.code == "LEFT_OUT" for m in missing)):
            return Judged(offer, None, missing)
        room = room_of(context, offer)
        if (room.times is not None and not room.times.left) or (
            room.money is not None and not room.money.left
        ):
            return Judged(offer, None, (Reason("LIMIT_REACHED"),))
        found = candidate(
            offer,
            context.goods,
            effect=offer.effect.bound(facts),
            owned=one,
            name=name,
            most_minor=None if room.money is None else room.money.left,
            most_times=None if room.times is None else room.times.left,
            whole_or_nothing=whole(room.money),
            added=self._added if _added_only(offer) else None,
        )
        if found is None:
            return Judged(offer, None, (Reason("NO_GOODS"),), wanting=True)
        if found.group is not None:
            found.times = most_times(found, self._pile)
        if not found.times:
            return Judged(offer, None, (Reason("TOO_FEW_PIECES"),), wanting=True)
        found.worth = most_off(found, self._pile, self._pile.amounts, found.times)
        if not found.worth:
            return Judged(offer, None, (Reason("NO_EFFECT"),))
        return Judged(offer, found, ())

    def _late(self, offer: Offer, one: Owned | None) -> bool:
        return offer.when.measures_spend and stage_of(offer, one) >= Stage.GIFT


def left_out(context: Context, found: Candidate, deal: Deal) -> tuple[Reason, ...]:
    """Why a candidate is not in the best deal."""
    offer = found.offer
    facts = context.facts_for(offer.by_business_day)
    spend = deal.spend_minor if found.stage >= Stage.GIFT else context.goods.measured_gross
    minimum = context.programme.policies.minimum_on
    if minimum is MinimumOn.GROSS and found.stage >= Stage.GIFT:
        spend = context.goods.measured_gross - deal.given_minor
    elif minimum is MinimumOn.NET_OF_ALL and found.stage >= Stage.GIFT:
        spend = sum(deal.amounts[place] for place in context.goods.measured)
    if found.gift:
        spend -= found.worth
    missing = offer.when.failures(facts, spend)
    if missing:
        return missing
    language = context.store.language
    names = [one.found.offer.names.in_language(language) for one in deal.taken]
    return (reason("BETTER_DEAL", offers=", ".join(names)),) if names else (Reason("NO_EFFECT"),)


def _added_only(offer: Offer) -> bool:
    return type(offer.effect) is Gift and offer.effect.source is Source.ADDED
