"""Offers whose conditions the goods that stay no longer meet: thresholds and gifts.

What stays is judged by the programme that the sale pinned. Conditions about the member and the time
are taken as they were met: the sale's instant is known exactly, and whatever of an offer's
conditions does not hold by what is known today of the member, although the sale used the offer, is
taken to have held. Conditions about the basket are judged anew.

What is kept back follows from what stays, not from what comes back: it is reckoned over all refunds
of the sale, so that goods that come back later release what was kept back for them. Faulty goods
that came back are judged as if they were there still: they break nothing. What somebody let go is
noted beside what it would have been, so that no later refund asks for it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from posloyalty.domain.engine.context import Context, StoreContext, freeze
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.prepared import Stage, stage_of
from posloyalty.domain.engine.refund_goods import GoodsBack
from posloyalty.domain.engine.refund_quote import Original, RefundFacts, RefundWish, Waiver
from posloyalty.domain.engine.returned import product_of
from posloyalty.domain.programme.condition import AllOf
from posloyalty.domain.programme.definition import DiscountOn, Programme
from posloyalty.domain.programme.kinds.returns import BrokenGift, BrokenThreshold, returns_of
from posloyalty.domain.programme.offer import Offer, Scope
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.refund import (
    GIFT_KEPT,
    GIFT_TERMS,
    THRESHOLD_MISSED,
    WAIVED,
    Withheld,
)
from posloyalty.domain.shop.sale import PUBLIC, SaleLine
from posloyalty.domain.shop.tax import tax_of, without_tax
from posloyalty.domain.values.portion import so_far


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift of the sale: its line, the offer that gave it, the price that the receipt stated."""

    line: SaleLine
    offer_id: str
    price_minor: int


def broken_terms(
    goods: GoodsBack,
    wish: RefundWish,
    programme: Programme,
    known: RefundFacts,
    store: StoreContext,
) -> tuple[Withheld, ...]:
    """What is kept back now, or released, for thresholds and gifts; never more than comes back."""
    terms = _Terms(goods, programme, known, store, faulty=wish.faulty)
    policy = returns_of(programme)
    wanted: list[tuple[str, str, int, Waiver]] = []
    if policy.threshold is BrokenThreshold.REPRICE:
        wanted.append((THRESHOLD_MISSED, "", terms.costs_more(), Waiver.THRESHOLD))
    if policy.gift is BrokenGift.CHARGE:
        wanted += [
            (GIFT_KEPT, name, price, Waiver.GIFT) for name, price in terms.gifts_kept().items()
        ]
    room = goods.net_minor
    found: list[Withheld] = []
    for code, what, target, waiver in wanted:
        now = target - goods.original.withheld(code, what)
        if now < 0:
            found += _released(goods.original, code, what, -now)
        elif waiver in wish.waived:
            found += _noted(code, what, now)
        elif not wish.faulty:
            now = min(now, room)
            room -= now
            found += [Withheld(code, now, what)] if now else []
    return tuple(found)


def _noted(code: str, what: str, amount: int) -> list[Withheld]:
    """What is let go: kept back, and given at once."""
    if not amount:
        return []
    return [Withheld(code + WAIVED, -amount, what), Withheld(code, amount, what)]


def _released(original: Original, code: str, what: str, amount: int) -> list[Withheld]:
    """What was really kept back is given; what had been let go is only no longer noted."""
    waived = -original.withheld(code + WAIVED, what)
    kept = original.withheld(code, what) - waived
    unnoted = max(0, amount - kept)
    released = [Withheld(code, -amount, what)]
    return [*released, Withheld(code + WAIVED, unnoted, what)] if unnoted else released


class _Terms:
    """The sale as it was, and what stays of it, before the offers of the pinned programme."""

    def __init__(
        self,
        goods: GoodsBack,
        programme: Programme,
        known: RefundFacts,
        store: StoreContext,
        *,
        faulty: bool,
    ) -> None:
        self._goods = goods
        self._sale = goods.original.sale
        self._programme = programme
        self._known = known
        self._store = store
        self._gifts = tuple(self._told_gifts())
        # What stays, and what came back faulty.
        self._judged = goods.without_sound(faulty=faulty)

    def costs_more(self) -> int:
        """By how much the public offers on what stays are worth less when it is priced alone."""
        kept = {line.number: line for line in self._goods.kept}
        if not kept:
            return 0
        judged = {line.number: line for line in self._judged}
        offers = tuple(self._as_met(offer) for offer in self._programme.offers)
        quote = evaluate(
            replace(self._programme, offers=offers),
            self._basket(judged.values()),
            self._state(),
            self._sale.at,
            tax_classes=_tax_classes(judged.values()),
            store=self._store,
        )
        given = {gift.offer_id for gift in self._gifts}
        more = []
        for line in quote.lines:
            number = line.line.number
            if number in kept:
                now = sum(share for name, share in line.offers if name not in given)
                left = kept[number]
                # A line of which some came back faulty is judged whole, and stays with its part.
                part = so_far(now, left.quantity_milli, judged[number].quantity_milli)
                more.append((left, self._public(left, given) - part))
        return max(0, sum(amount for _, amount in more) + _added_tax(more))

    def gifts_kept(self) -> dict[str, int]:
        """The stated price of every gift that stays although its offer is met no longer, by name.

        A gift that came back, or that is met still, is there with nothing, to release what was
        kept back for it.
        """
        prices: dict[str, int] = {}
        for gift in self._gifts:
            left = self._goods.left[gift.line.number]
            price = 0
            if left and not self._still_met(gift):
                price = so_far(gift.price_minor, left, gift.line.quantity_milli)
            prices[gift.line.name] = prices.get(gift.line.name, 0) + price
        return prices

    def _told_gifts(self) -> Iterable[Gift]:
        lines = {line.number: line for line in self._sale.lines}
        for told in self._sale.told:
            facts = dict(told.facts)
            line = lines.get(int(facts.get("line", 0)))
            if told.code == GIFT_TERMS and line is not None:
                yield Gift(line, str(facts.get("offer", "")), int(facts.get("price_minor", 0)))

    def _still_met(self, gift: Gift) -> bool:
        offer = next((o for o in self._programme.offers if o.id == gift.offer_id), None)
        if offer is None:
            # A programme that no longer declares it cannot say that it is broken.
            return True
        spend = self._measured((line, self._spend(line)) for line in self._judged)
        facts = self._context(self._basket(self._judged)).facts_for(offer.by_business_day)
        return not self._as_met(offer).when.failures(facts, spend)

    def _as_met(self, offer: Offer) -> Offer:
        """An offer that the sale used, without the conditions that cannot be shown to have held."""
        if offer.id not in {one.offer_id for one in self._sale.offers}:
            return offer
        facts = self._context(self._basket(self._sale.lines)).facts_for(offer.by_business_day)
        spend = self._measured((line, line.gross_minor) for line in self._sale.lines)
        if offer.scope is Scope.ORDER:
            spend = self._measured((line, self._spend(line)) for line in self._sale.lines)
        held = tuple(part for part in offer.when.parts if not part.failures(facts, spend))
        return replace(offer, when=AllOf(held))

    def _context(self, basket: Basket) -> Context:
        return freeze(self._programme, basket, self._state(), self._sale.at, self._store)

    def _state(self) -> MemberState | None:
        """The member without what this sale counted, so that it does not stand in its own way."""
        state = self._known.state
        if state is None:
            return None
        own = self._sale.id
        return replace(
            state,
            purchases=max(0, state.purchases - 1),
            rights=(),
            meters=tuple(m for m in state.meters if own not in (m.event_id, m.undoes)),
        )

    def _basket(self, lines: Iterable[SaleLine]) -> Basket:
        return Basket(
            sale_id=self._sale.id,
            currency=self._programme.currency,
            member_id=self._sale.member_id,
            proof=self._sale.proof,
            tenders=self._sale.paid_by,
            lines=tuple(
                BasketLine(
                    number=line.number,
                    product=product_of(line, self._known.products),
                    quantity_milli=line.quantity_milli,
                    unit_price_minor=line.unit_price_minor,
                    gross_minor=line.gross_minor,
                    price_fixed=True,
                )
                for line in lines
            ),
        )

    def _measured(self, amounts: Iterable[tuple[SaleLine, int]]) -> int:
        """What a minimum spend is compared with, of shown amounts: by the programme's policy."""
        if self._programme.policies.discount_on is DiscountOn.SHOWN:
            return sum(amount for _, amount in amounts)
        sums: dict[str, int] = {}
        classes: dict[str, TaxClass] = {}
        for line, amount in amounts:
            sums[line.tax_class] = sums.get(line.tax_class, 0) + amount
            classes |= _tax_classes([line])
        return sum(without_tax(amount, classes[code]) for code, amount in sums.items())

    def _spend(self, line: SaleLine) -> int:
        """What a minimum spend is measured on: the line net of line and bundle offers, and of what
        of it was given for nothing.
        """
        given = {gift.offer_id for gift in self._gifts}
        lowers = given | {one.id for one in self._programme.offers if stage_of(one) < Stage.ORDER}
        product = product_of(line, self._known.products)
        if product.gift_card or product.deposit or product.fee:
            return 0
        off = sum(share for name, share in line.offers if name in lowers)
        return line.gross_minor - off

    def _public(self, line: SaleLine, given: set[str]) -> int:
        """What the public offers of the sale take off a line. What the member owned stays his, and
        a gift has a price of its own.
        """
        public = {o.offer_id for o in self._sale.offers if o.source == PUBLIC}
        return sum(share for name, share in line.offers if name in public - given)


def _tax_classes(lines: Iterable[SaleLine]) -> dict[str, TaxClass]:
    """The classes as the sale had them, whatever the shop's are today."""
    return {line.tax_class: line.taxed_as for line in lines}


def _added_tax(more: Iterable[tuple[SaleLine, int]]) -> int:
    """The tax that comes on top of what costs more, where the class adds it."""
    sums: dict[str, int] = {}
    classes: dict[str, TaxClass] = {}
    for line, amount in more:
        if line.tax_mode is TaxMode.EXCLUSIVE:
            sums[line.tax_class] = sums.get(line.tax_class, 0) + amount
            classes |= _tax_classes([line])
    return sum(tax_of(amount, classes[code]) for code, amount in sums.items())
