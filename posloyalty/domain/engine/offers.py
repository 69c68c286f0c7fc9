"""Offers: which apply in the best deal, and for all others what is missing.

Every offer of the programme ends up in exactly one of two lists: applied, with its shares by line,
or refused, with reasons, which are reckoned when somebody asks. What the cashier removed is refused
with what the customer now pays more. What the customer owns is applied when it is chosen and of
use; else it is proposed with its gain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from posloyalty.domain.engine.before_tax import BeforeTax
from posloyalty.domain.engine.best_deal import Deal
from posloyalty.domain.engine.candidates import Candidate, Stage
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.corners import Corners
from posloyalty.domain.engine.deal_searches import Searches
from posloyalty.domain.engine.discount import first_pile
from posloyalty.domain.engine.later import Later
from posloyalty.domain.engine.offer_hints import gifts_to_add, next_steps
from posloyalty.domain.engine.offer_index import Fitting, index_of
from posloyalty.domain.engine.offer_limits import counts_of
from posloyalty.domain.engine.offer_reasons import Judge, Judged, left_out
from posloyalty.domain.engine.owned import Owned, owned
from posloyalty.domain.engine.prepared import Prepared
from posloyalty.domain.engine.quote import (
    AppliedOffer,
    GiftToAdd,
    NextStep,
    Proposal,
    RefusedOffer,
)
from posloyalty.domain.engine.shop_cost import shop_cost_of
from posloyalty.domain.engine.taken import Head, Taken, reasons_of
from posloyalty.domain.engine.winding_down import ended, outlives
from posloyalty.domain.programme.definition import MinimumOn, OffersWin
from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.programme.offer import Offer, Scope
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.product import TaxClass

# Members of an enumeration are looked up in Python each time they are named.
ORDER = Scope.ORDER
ORDER_STAGE = Stage.ORDER

EarnedByDeal = Callable[[Deal], int]


class OfferOutcome(NamedTuple):
    """The applied and refused offers, and what is left of each line in canonical order."""

    applied: tuple[AppliedOffer, ...]
    refused: Sequence[RefusedOffer]
    proposals: Sequence[Proposal]
    next_steps: tuple[NextStep, ...]
    gifts: tuple[GiftToAdd, ...]
    amounts: tuple[int, ...]
    spend_minor: int
    order_off: tuple[int, ...]
    reward_off: tuple[int, ...]
    complete: bool


def apply_offers(
    context: Context,
    basket: Basket,
    *,
    tax_classes: Mapping[str, TaxClass],
    earned: EarnedByDeal,
    uniform: bool,
    budget: Mapping[str, int],
    before: BeforeTax | None = None,
) -> OfferOutcome:
    """Choose the best deal and explain every offer; `budget` is what each wallet can spend.

    `uniform` says that the same payable earns the same, whatever the discounts are on. `before` is
    there where offers are about prices before tax.
    """
    if before is not None:
        context, tax_classes, uniform = before.context, before.tax_classes, False
    searches = Searches(
        context, tax_classes=tax_classes, earned=earned, uniform=uniform, budget=budget
    )
    return _Offers(context, basket, searches, before).outcome()


class _Open(NamedTuple):
    """Something owned that is to be proposed."""

    name: str
    owned: Owned
    judged: Judged


class _Offers:
    """One basket's offers: judged, searched, explained."""

    def __init__(
        self,
        context: Context,
        basket: Basket,
        searches: Searches,
        before: BeforeTax | None = None,
    ) -> None:
        self._context = context
        self._before = before
        self._basket = basket
        self._searches = searches
        self._language = context.store.language
        self._judge = Judge(context, first_pile(context.goods, pieces=True), basket)
        self._candidates: list[Candidate] = []
        self._every: list[Candidate] = []
        self._removed: list[Candidate] = []
        self._judged: dict[str, Judged] = {}
        self._chosen: list[_Open] = []
        self._open: list[_Open] = []
        self._things: Sequence[Owned] = ()
        self._index = index_of(context.programme.offers)
        self._fitting = self._index.fitting(context.goods)
        self._head: Head | None = None

    def outcome(self) -> OfferOutcome:
        """Judge everything, search, and explain."""
        self._things = _usable(self._context, owned(self._context, self._basket))
        fitting = self._fitting
        auto = any(one.auto for one in self._things)
        deal = None if auto else self._by_corners(fitting)
        if deal is None:
            self._candidates = self._judge_public(fitting.offers)
            self._judge_owned(self._things)
            deal = self._searches.best(self._candidates)
        shown = self._shown(deal)
        count = len(self._removed)
        losses = {
            found.id: self._gained(deal, found, count - number)
            for number, found in enumerate(self._removed)
        }
        applied = tuple(map(self._applied, deal.taken, shown.taken))
        costs = {one.offer_id: one.costs_shop for one in applied}
        return OfferOutcome(
            applied=applied,
            refused=Later(lambda: self._refused(deal, losses)),
            proposals=Later(lambda: self._proposals(deal)),
            next_steps=self._next_steps(deal),
            gifts=gifts_to_add(self._context, self._judged.values(), deal, costs),
            amounts=shown.amounts,
            spend_minor=shown.spend_minor,
            order_off=shown.order_off,
            reward_off=_kept(self._context, shown),
            complete=deal.complete,
        )

    def _shown(self, deal: Deal) -> Deal:
        """The deal in prices as shown."""
        return deal if self._before is None else self._before.shown(deal)

    def _next_steps(self, deal: Deal) -> tuple[NextStep, ...]:
        steps = next_steps(self._context, deal)
        return steps if self._before is None else self._before.steps(steps, deal)

    def _by_corners(self, fitting: Fitting) -> Deal | None:
        """The best deal where what it takes off before the offers on the whole basket is known by
        corners; None where all has to be searched at once.
        """
        basket, policies = self._basket, self._context.programme.policies
        usual = (
            policies.offers_win is OffersWin.BEST_DEAL
            and policies.minimum_on is MinimumOn.NET_OF_LINE
            and not (policies.offers_most or policies.order_first)
        )
        if not usual or not self._searches.by_price_alone or basket.declined or basket.chosen:
            return None
        self._candidates = self._judge_public(fitting.open)
        if not all(_comes_last(found) for found in self._candidates):
            return None
        head = Corners(self._context, self._judge).head(fitting)
        if head is None:
            return None
        deal = self._searches.after(head, self._candidates)
        if deal is not None:
            self._head = head
        return deal

    def _judge_public(self, offers: Iterable[Prepared]) -> list[Candidate]:
        """Those of some offers that could apply; what was removed is noted."""
        judge, known, declined = self._judge.prepared, self._judged, self._basket.declined
        candidates: list[Candidate] = []
        for ready in offers:
            judged = known[ready.offer.id] = judge(ready)
            found = judged.found
            if found is not None:
                (self._removed if found.id in declined else candidates).append(found)
        return candidates

    def _judge_owned(self, things: Sequence[Owned]) -> None:
        """What is chosen or used by itself joins the search, the rest is to be proposed."""
        chosen = Counter(self._basket.chosen)
        times: Counter[str] = Counter()
        public = {offer.id for offer in self._context.programme.offers} if things else set()
        entered = self._context.programme.policies.offers_win is OffersWin.ENTRY
        for one in things:
            times[one.offer.id] += 1
            count = times[one.offer.id] + (one.offer.id in public)
            name = one.offer.id if count == 1 else f"{one.offer.id}~{count}"
            judged = self._judge(one.offer, one, name)
            if chosen[one.choice]:
                chosen[one.choice] -= 1
            elif not one.auto:
                self._open.append(_Open(name, one, judged))
                continue
            self._chosen.append(_Open(name, one, judged))
            if judged.found is not None:
                if entered:
                    judged.found.order = _entered(judged.found, one, self._basket)
                gone = name in self._basket.declined and one.choice not in self._basket.chosen
                (self._removed if gone else self._candidates).append(judged.found)

    def _refused(self, deal: Deal, losses: Mapping[str, int]) -> tuple[RefusedOffer, ...]:
        """Everything that does not apply, by id, with its reasons."""
        taken = set(deal.ids)
        declined = self._basket.declined
        public = self._context.programme.offers
        every: list[tuple[str, Offer, Judged | None, Chosen | None]]
        every = [(offer.id, offer, self._judged.get(offer.id), None) for offer in public]
        every += [(one.name, one.owned.offer, one.judged, one.owned.choice) for one in self._chosen]
        refused = []
        for name, offer, known, choice in every:
            if name in taken:
                continue
            judged = self._judge(offer) if known is None else known
            gone = name in losses
            if gone:
                reasons: tuple[Reason, ...] = (Reason("DECLINED"),)
            elif judged.found is not None:
                reasons = left_out(self._context, judged.found, deal)
            else:
                reasons = judged.reasons
            refused.append(
                RefusedOffer(
                    offer_id=name,
                    name=offer.names.in_language(self._language),
                    reasons=reasons,
                    declined=name in declined,
                    loss_minor=losses.get(name, 0),
                    choice=None if gone else choice,
                )
            )
        return tuple(sorted(refused, key=lambda one: one.offer_id))

    def _proposals(self, deal: Deal) -> tuple[Proposal, ...]:
        """What is owned and not used, the most gainful first; what is alike is searched once."""
        if self._head is not None:
            self._judge_owned(self._things)
        gains = self._gains(deal)
        found = []
        for one in self._open:
            gain, reasons = gains[_alike(one)]
            found.append(
                Proposal(
                    choice=one.owned.choice,
                    offer_id=one.name,
                    name=one.owned.offer.names.in_language(self._language),
                    uses=one.owned.uses,
                    gain_minor=gain,
                    reasons=reasons,
                )
            )
        return tuple(sorted(found, key=lambda one: (-one.gain_minor, one.offer_id)))

    def _gains(self, deal: Deal) -> dict[object, tuple[int, tuple[Reason, ...]]]:
        """What each kind of thing gains, or why nothing."""
        kinds = {_alike(one): one.judged for one in self._open}
        among = sum(judged.found is not None for judged in kinds.values())
        gains: dict[object, tuple[int, tuple[Reason, ...]]] = {}
        for kind, judged in kinds.items():
            gain, reasons = 0, judged.reasons
            if judged.found is not None:
                gain = self._gained(deal, judged.found, among)
                among -= 1
                if gain <= 0:
                    gain, reasons = 0, left_out(self._context, judged.found, deal)
            gains[kind] = gain, reasons
        return gains

    def _gained(self, deal: Deal, more: Candidate, among: int) -> int:
        """What would be paid less with one thing more; `among` are still to be asked."""
        other = self._after_corners(more, among)
        if other is None:
            other = self._searches.best_with(self._every_public(), deal, more, among=among)
        return self._shown(deal).payable_minor - self._shown(other).payable_minor

    def _after_corners(self, more: Candidate, among: int) -> Deal | None:
        """A best deal with one thing more, where its corners stay as they are."""
        if self._head is None or self._index.touches_corners(more.offer):
            return None
        return self._searches.lowest_with(self._head, self._candidates, more, among=among)

    def _every_public(self) -> Sequence[Candidate]:
        """All candidates of the sale, those too that its corners left unlooked at."""
        if self._head is None:
            return self._candidates
        if not self._every:
            cornered = [ready for ready in self._fitting.offers if ready.cornered]
            self._every = [*self._candidates, *self._judge_public(cornered)]
            self._searches.best(self._every)  # further searches know all parts that this one finds
        return self._every

    def _applied(self, one: Taken, shown: Taken) -> AppliedOffer:
        """What a candidate takes off: as shown, and by the offer's own bounds and limits."""
        found, offer = one.found, one.found.offer
        numbers = self._context.goods.numbers
        pairs = zip(one.targets, shown.shares, strict=True)
        shares = tuple(sorted([(numbers[place], share) for place, share in pairs if share]))
        amount = shown_minor = sum(one.shares)
        if shown is not one:
            shown_minor = sum(shown.shares)
        reasons = one.reasons or reasons_of(found, one.times, amount, one.before_minor)
        if shown_minor != amount:
            reasons = (*reasons, reason("BEFORE_TAX", off_minor=amount))
        costs = found.gift or offer.shop_cost_minor is not None
        return AppliedOffer(
            offer_id=found.id,
            name=offer.names.in_language(self._language),
            amount_minor=shown_minor,
            shares=shares,
            reasons=reasons,
            whole_order=offer.scope is ORDER and not found.pieces,
            times=one.times,
            gifts=self._gifts(one) if found.gift else (),
            counts=counts_of(self._context, offer, one.times, amount) if offer.limits else (),
            uses=None if found.owned is None else found.owned.uses,
            choice=None if found.owned is None else found.owned.choice,
            shop_cost=shop_cost_of(one, shares, self._context.goods) if costs else None,
        )

    def _gifts(self, one: Taken) -> tuple[tuple[int, int], ...]:
        """The lines that hold what was given, with the price that is charged where it stays."""
        effect = one.found.effect
        if not isinstance(effect, Gift) or effect.price_minor is None:
            return ()
        lines, each = self._context.goods.lines, effect.price_minor
        return tuple(sorted((lines[place].number, each * count) for place, count in one.given))


def _comes_last(found: Candidate) -> bool:
    """Whether corners may be searched without a candidate: it is about all of the goods and comes
    after their offers, or it stands alone.
    """
    return found.offer.exclusive or (found.wide and found.stage >= ORDER_STAGE)


def _entered(found: Candidate, one: Owned, basket: Basket) -> tuple[int, int, str]:
    """Where something owned comes by the order of entry; what is used by itself comes last."""
    chosen = list(basket.chosen)
    place = chosen.index(one.choice) if one.choice in chosen else len(chosen)
    return (found.stage, place, found.id)


def _kept(context: Context, deal: Deal) -> tuple[int, ...]:
    """What rewards take off that earns all the same; empty where they lower what is earned."""
    return () if context.programme.policies.reward_lowers_earn else deal.reward_off


def _alike(one: _Open) -> object:
    """What is equal for things of which each gains the same."""
    return (one.owned.offer, one.owned.line, one.owned.uses.cost, one.judged.reasons)


def _usable(context: Context, things: Sequence[Owned]) -> Sequence[Owned]:
    """Whoever has to be verified first neither sees nor uses what is theirs; after a programme's
    end there is what outlives it.
    """
    if not context.held_back:
        return things
    over = context.held_back == ended(context.programme, context.day)
    return [
        one
        for one in things
        if (one.uses.right is None and one.uses.cost is None)
        or (over and outlives(context.programme, one.uses.right))
    ]
