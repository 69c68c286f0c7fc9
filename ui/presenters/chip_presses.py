"""Pressing a chip: use it, or show the loss first and take it away at the second press.

Shape: `ChipPresses` acts on the open sale; `armed` is the chip that the next press removes. What
the member owns is chosen and left, public offers are let apply and removed, points are spent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.engine.quote import GiftToAdd, Quote
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.donation import Donation
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import TenderKind
from ui.presenters.by_hand import ByHand
from ui.presenters.chips import (
    GIFT,
    GIVING,
    MARK,
    OFFER,
    POINTS,
    TENDER,
    Armed,
    ChipIs,
    ChipState,
)
from ui.presenters.counter import Counter
from ui.presenters.ports import Sound
from ui.presenters.session import Session

GIFTS_NAMED: Final = 5
ADDED: Final = "gift"
"""What the engine calls a line that was added as a gift."""


@dataclass(frozen=True, slots=True)
class _GiftChosen:
    """A gift that is to come, and how much of each line there was in this sale before it came."""

    gift: GiftToAdd
    sale_id: bytes
    before: dict[int, int]


class ChipPresses:
    """What the chips of one screen do; `tell` words the screen anew."""

    def __init__(self, session: Session, counter: Counter, tell: Callable[[], None]) -> None:
        self._session = session
        self._counter = counter
        self._sale = counter.sale
        self._tell = tell
        self._hand = ByHand(session, counter)
        self.armed: Armed | None = None
        self._choosing: _GiftChosen | None = None
        self._sale.subscribe(self._gift_came)

    def press(self, chip: ChipState) -> None:
        """A chip was pressed."""
        if not chip.toggles:
            return
        applied = chip.kind is ChipIs.APPLIED
        if chip.id.startswith(POINTS):
            self._points(chip, chip.id.removeprefix(POINTS))
        elif chip.id.startswith(GIFT):
            self._add_gift(chip.id.removeprefix(GIFT))
        elif chip.id.startswith(MARK):
            self._sale.mark(chip.id.removeprefix(MARK), marked=not applied)
        elif chip.id.startswith(TENDER):
            self._sale.pay_by(() if applied else (TenderKind(chip.id.removeprefix(TENDER)),))
        elif chip.id.startswith(GIVING):
            cause = chip.id.removeprefix(GIVING)
            self._sale.donate(cause, None if applied else Donation(cause))
        elif applied:
            self._remove(chip, chip.id.removeprefix(OFFER))
        elif chip.kind is ChipIs.USABLE:
            self._use(chip.id.removeprefix(OFFER))
        else:
            self._take_back(chip.id.removeprefix(OFFER))

    def _points(self, chip: ChipState, wallet: str) -> None:
        if chip.kind is ChipIs.APPLIED:
            self._sale.redeem(wallet, 0)
            self._counter.said_with_undo("sale.points_back", amount=chip.amount.lstrip("−"))
            return
        quote = self._sale.quote
        for usable in () if quote is None else quote.usable:
            if usable.wallet == wallet and usable.most_points:
                self._sale.redeem(wallet, usable.most_points)
                self._session.sounds.play(Sound.UNDERSTOOD)

    def _add_gift(self, offer_id: str) -> None:
        """Put the gift on the counter, or say which goods the customer may choose from."""
        quote, till = self._sale.quote, self._session.till
        gifts = () if quote is None else quote.gifts
        gift = next((one for one in gifts if one.offer_id == offer_id), None)
        if gift is None:
            return

        def found(products: tuple[Product, ...]) -> None:
            if products:
                self._await(gift)
            if len(products) == 1:
                if self._counter.attempt(lambda: self._sale.add(products[0])):
                    self._session.sounds.play(Sound.UNDERSTOOD)
            elif products:
                shown = [product.name for product in products[:GIFTS_NAMED]]
                names = self._session.words.listed(shown)
                self._counter.said("sale.gift_choose", names=names)
            else:
                self._counter.refuse(self._session.words("sale.gift_none"))
            self._tell()

        self._session.lanes.look_up(
            lambda: till.catalogue.matching(gift.goods, GIFTS_NAMED + 1),
            found,
            self._counter.say_fault,
        )

    def _await(self, gift: GiftToAdd) -> None:
        basket = self._sale.basket
        if basket is not None:
            before = {line.number: line.quantity_milli for line in basket.lines}
            self._choosing = _GiftChosen(gift, basket.sale_id, before)

    def _gift_came(self) -> None:
        """Mark what comes after the gift was asked for: some programmes give only what was added
        for it, not what was bought anyway. It may have joined a line of the same goods.
        """
        choosing, basket = self._choosing, self._sale.basket
        if choosing is None or basket is None:
            return
        if basket.sale_id != choosing.sale_id:
            self._choosing = None
            return
        for line in basket.lines:
            more = line.quantity_milli > choosing.before.get(line.number, 0)
            if more and choosing.gift.goods.matches(line.product):
                self._choosing = None
                offer_id = choosing.gift.offer_id
                self._sale.choose(Chosen(kind=ADDED, of=offer_id, line=line.number))
                return

    def _use(self, offer_id: str) -> None:
        quote = self._sale.quote
        for one in () if quote is None else quote.proposals:
            if one.offer_id == offer_id:
                self._sale.choose(one.choice)
                self._session.sounds.play(Sound.UNDERSTOOD)
                return
        self._sale.decline(offer_id, declined=False)

    def _take_back(self, offer_id: str) -> None:
        """What was chosen and is of no use."""
        quote = self._sale.quote
        for one in () if quote is None else quote.refused:
            if one.offer_id == offer_id and one.choice is not None:
                self._sale.leave(one.choice)

    def _remove(self, chip: ChipState, offer_id: str) -> None:
        """At the first press show the loss, at the second remove it."""
        basket, quote = self._sale.basket, self._sale.quote
        if basket is None or quote is None:
            return
        if self._hand.remove(offer_id):
            return
        choice = _choice(basket, quote, offer_id)
        if self.armed is not None and self.armed.offer_id == offer_id:
            self.armed = None
            if choice is None:
                self._sale.decline(offer_id, declined=True)
            else:
                self._sale.leave(choice)
            self._counter.said_with_undo("sale.offer_removed", name=chip.title)
            return
        self.armed = Armed(offer_id=offer_id)
        payable_minor = quote.payable_minor

        def reckoned(without: Quote) -> None:
            if self.armed is not None and self.armed.offer_id == offer_id:
                loss_minor = without.payable_minor - payable_minor
                self.armed = Armed(offer_id=offer_id, loss_minor=loss_minor)
                self._tell()

        self._sale.what_if(without_offer(basket, quote, offer_id), reckoned)


def without_offer(basket: Basket, quote: Quote, offer_id: str) -> Basket:
    """The basket as if an applied offer, or something of the member's own, were not used."""
    choice = _choice(basket, quote, offer_id)
    if choice is None:
        return basket.declining(offer_id, declined=True)
    return basket.leaving(choice)


def _choice(basket: Basket, quote: Quote, offer_id: str) -> Chosen | None:
    """What the basket holds for an applied thing; None for a public offer, or one used unasked."""
    for one in quote.offers:
        if one.offer_id == offer_id and one.choice in basket.chosen:
            return one.choice
    return None
