"""Prices and discounts by hand: what was keyed in, its reason, and who answers for it.

Shape: a `HandWish` comes from the pad. `ByHand.ask` measures it against the operator's authority,
has the approval sheet ask for the reason and, beyond the authority, for somebody else's PIN, and
then changes the open sale. A discount of nothing, or the shelf's own price, needs neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.basket import Basket, BasketRefusal
from posloyalty.domain.shop.by_hand import (
    WHOLE_BASKET,
    DiscountByHand,
    PriceByHand,
    need_of,
)
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.wording import Words
from ui.presenters.approval import ReasonChoice, ask_approval
from ui.presenters.counter import Counter
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.session import Session

DISCOUNT_REASONS: Final = ("damaged", "near_date", "complaint", "price_match", "staff", "other")
PRICE_REASONS: Final = ("label", "damaged", "near_date", "price_match", "other")
PERCENT_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HandWish:
    """What was keyed in for a line, or for the basket (0): a price, a percentage or an amount."""

    line: int = WHOLE_BASKET
    price_minor: int | None = None
    hundredths: int = 0
    amount_minor: int = 0


class ByHand:
    """Has wishes approved and lets them change the open sale."""

    def __init__(self, session: Session, counter: Counter) -> None:
        self._session = session
        self._counter = counter
        self._sale = counter.sale

    def ask(self, wish: HandWish) -> None:
        """Carry a wish out, as soon as somebody answers for it."""
        basket = self._sale.basket
        if basket is None:
            return
        try:
            after = self._changed(basket, wish, None)
        except BasketRefusal as refusal:
            self._counter.say_fault(refusal)
            return
        need = need_of(after, wish.line)
        if need is None:
            self._carry_out(wish, None)
            return
        codes = DISCOUNT_REASONS if wish.price_minor is None else PRICE_REASONS
        ask_approval(
            self._session,
            need,
            what=lambda: self._told(wish),
            reasons=tuple(ReasonChoice(code, f"approve.reason_{code}") for code in codes),
            done=lambda approval: self._carry_out(wish, approval),
        )

    def remove(self, offer_id: str) -> bool:
        """Take a discount by hand away again; False when the sale has none by this name."""
        basket = self._sale.basket
        for one in () if basket is None else basket.discounts:
            if one.offer_id == offer_id:
                self._carry_out(HandWish(line=one.line), None)
                return True
        return False

    def _carry_out(self, wish: HandWish, approval: Approval | None) -> None:
        gone = self._sale.basket is None or (
            wish.line != WHOLE_BASKET and all(one.number != wish.line for one in self._sale.lines)
        )
        if gone:
            return

        def change(basket: Basket) -> Basket:
            return self._changed(basket, wish, approval)

        if self._counter.attempt(lambda: self._sale.by_hand(wish.line, change, approval)):
            self._session.sounds.play(Sound.UNDERSTOOD)
            told = self._told(wish)
            self._session.toasts.say(told, ToastKind.NEWS, undo=self._counter.undo)

    def _changed(self, basket: Basket, wish: HandWish, approval: Approval | None) -> Basket:
        operator = self._session.operator
        beside = None if approval is None or operator is None else approval.beside(operator)
        approver = None if beside is None else beside.id
        reason = "" if approval is None else approval.reason
        if wish.price_minor is not None:
            line = basket.line(wish.line)
            shelf = line.product.price_minor
            hand = PriceByHand(
                shelf_minor=line.unit_price_minor if shelf is None else shelf,
                reason=reason,
                approved_by=approver,
            )
            return basket.with_price(wish.line, wish.price_minor, hand)
        if not wish.hundredths and not wish.amount_minor:
            return basket.discounting(wish.line, None)
        discount = DiscountByHand(
            line=wish.line,
            hundredths=wish.hundredths,
            amount_minor=wish.amount_minor,
            name=self._printed(wish),
            reason=reason,
            approved_by=approver,
        )
        return basket.discounting(wish.line, discount)

    def _printed(self, wish: HandWish) -> str:
        """What the receipt calls it, in the shop's language."""
        shop = self._session.shop
        words = self._session.words if shop is None else Words(shop.language)
        if wish.hundredths:
            return words("sale.by_hand_percent", percent=percent_text(wish.hundredths))
        return words("sale.by_hand_amount")

    def _told(self, wish: HandWish) -> str:
        words, figures = self._session.words, self._counter.figures
        lines = [one for one in self._sale.lines if one.number == wish.line]
        name = lines[0].product.name if lines else words("sale.by_hand_all")
        if wish.price_minor is not None:
            price = figures.money(wish.price_minor)
            return words("sale.by_hand_price_told", name=name, price=price)
        if not wish.hundredths and not wish.amount_minor:
            return words("sale.by_hand_none_told", name=name)
        off = percent_text(wish.hundredths)
        if not wish.hundredths:
            off = figures.money(wish.amount_minor)
        return words("sale.by_hand_off_told", name=name, off=off)


def percent_text(hundredths: int) -> str:
    """12.5% or 10%: no more decimals than it needs."""
    text = format_fixed(hundredths, decimals=PERCENT_DECIMALS, grouping=False)
    return f"{text.rstrip('0').rstrip('.')}%"
