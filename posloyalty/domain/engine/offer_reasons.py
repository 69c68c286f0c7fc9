"""Whether an offer could apply, and where it does not, what is missing."""

from __future__ import annotations

from typing import NamedTuple

from posloyalty.domain.engine.candidates import UNBOUND, Bounds, Candidate, Stage, candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.discount import Pile, most_off, most_times
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.offer_limits import OfferLimits
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.prepared import (
    ASKED_ALONE,
    NOTHING_ASKED,
    Prepared,
    prepare,
    shape_of,
)
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.programme.definition import MinimumOn
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket

GIFT = "gift"
"""The kind of a choice that marks a line as added for a gift offer."""
NONE_ADDED: frozenset[int] = frozenset()
LIMIT_REACHED = (Reason("LIMIT_REACHED"),)
NO_GOODS = (Reason("NO_GOODS"),)
TOO_FEW_PIECES = (Reason("TOO_FEW_PIECES"),)
NO_EFFECT = (Reason("NO_EFFECT"),)


class Judged(NamedTuple):
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
        self._limits = OfferLimits(context)
        self._missing: dict[int, tuple[Reason, ...]] = {}
        self._added = _added(context.goods, basket) if basket.chosen else NONE_ADDED

    def __call__(self, offer: Offer, one: Owned | None = None, name: str = "") -> Judged:
        """Judge one offer, public or owned; `name` is the candidate's id where it needs one."""
        return self.prepared(prepare(offer, owned=one is not None), one, name)

    def prepared(self, ready: Prepared, one: Owned | None = None, name: str = "") -> Judged:
        """The same of an offer that is prepared already."""
        offer = ready.offer
        if one is not None and one.barred:
            return Judged(offer, None, one.barred)
        missing = () if ready.asks == NOTHING_ASKED else self._asked(ready)
        # Offers can only lower the spend, so what fails on prices alone fails for good; only a
        # `not` may come to hold later, and the search looks again.
        if missing and not (ready.late and any(m.code == "LEFT_OUT" for m in missing)):
            return Judged(offer, None, missing)
        bounds = self._limits.bounds(offer) if offer.limits else UNBOUND
        if bounds.most_minor == 0 or bounds.most_times == 0:
            return Judged(offer, None, LIMIT_REACHED)
        effect, shape = offer.effect, ready.shape
        if ready.binds:
            effect = effect.bound(self._context.facts_for(offer.by_business_day))
            shape = shape_of(effect, offer.base)
        found = candidate(
            ready,
            self._context.goods,
            effect=effect,
            shape=shape,
            bounds=bounds,
            owned=one,
            name=name,
            added=self._added,
        )
        return _weighed(offer, found, self._pile)

    def holds(self, ready: Prepared) -> bool:
        """Whether the conditions of a cornered offer hold."""
        return ready.asks == NOTHING_ASKED or not self._asked(ready)

    def bounds(self, ready: Prepared) -> Bounds | None:
        """What limits leave of a cornered offer; None where they, or its conditions, bar it."""
        if not self.holds(ready):
            return None
        bounds = self._limits.bounds(ready.offer) if ready.offer.limits else UNBOUND
        return None if bounds.most_minor == 0 or bounds.most_times == 0 else bounds

    def _asked(self, ready: Prepared) -> tuple[Reason, ...]:
        """What is missing of an offer's conditions; what many ask is looked at once."""
        known = self._missing.get(ready.asks)
        if known is None:
            offer = ready.offer
            facts = self._context.facts_for(offer.by_business_day)
            known = offer.when.failures(facts, self._gross)
            if ready.asks != ASKED_ALONE:
                self._missing[ready.asks] = known
        return known


def _added(goods: Goods, basket: Basket) -> frozenset[int]:
    """The places of the lines that were added for a gift offer."""
    added = {one.line for one in basket.chosen if one.kind == GIFT}
    return frozenset([place for place, line in enumerate(goods.lines) if line.number in added])


def in_corner(ready: Prepared, bounds: Bounds, goods: Goods, pile: Pile) -> Candidate | None:
    """A cornered offer whose conditions hold, of its corner's goods; None where these make no group
    for it. What it is worth is asked later, where there is something to choose.
    """
    effect, shape = ready.offer.effect, ready.shape
    found = candidate(ready, goods, effect=effect, shape=shape, bounds=bounds)
    if found is not None and found.group is not None:
        found.times = most_times(found, pile)
    return found if found is not None and found.times else None


def _weighed(offer: Offer, found: Candidate | None, pile: Pile) -> Judged:
    """How many groups a candidate makes of its goods before any other, and what it is worth."""
    if found is None:
        return Judged(offer, None, NO_GOODS, wanting=True)
    if found.group is not None:
        found.times = most_times(found, pile)
        if not found.times:
            return Judged(offer, None, TOO_FEW_PIECES, wanting=True)
    found.worth = most_off(found, pile, pile.amounts, found.times)
    if not found.worth:
        return Judged(offer, None, NO_EFFECT)
    return Judged(offer, found, ())


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
