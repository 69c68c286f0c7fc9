"""Gift cards and the member's wallet as payments: found by code or member, then taken.

Shape: `find_card` and `find_wallet` answer with a `StoredMoney` that the pay screen proposes;
`take` checks the amount against the book again and gives the tender. All of it on the look-up lane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.engine.stored_value import card_id
from posloyalty.domain.shop.tender import Tender, TenderKind, TenderRefusal
from ui.presenters.counter import Counter
from ui.presenters.exchanging import ExchangePay
from ui.presenters.session import Session
from ui.presenters.tendering import StoredMoney, Tendering

if TYPE_CHECKING:
    from posloyalty.services.selling.gift_cards import CardView


class StoredPayments:
    """What stored value can pay of the open sale, with what an exchange's goods give back to it.
    `refuse` hears what no payment may be.
    """

    def __init__(
        self,
        session: Session,
        counter: Counter,
        *,
        exchange: ExchangePay,
        refuse: Callable[[TenderRefusal], None],
    ) -> None:
        self._session = session
        self._counter = counter
        self._exchange = exchange
        self._refuse = refuse

    def find_card(self, code: str, now: Tendering, done: Callable[[StoredMoney], None]) -> None:
        """A gift card by its code; refused at once when it cannot pay."""
        cards, owner = self._session.till.gift_cards, card_id(code)
        back = self._exchange.on_card(owner)

        def found() -> StoredMoney:
            cards.tender(code, now.payable_minor, now.tenders, back_minor=back)
            view = cards.look_up(code)
            taken = sum(one.amount_minor for one in now.tenders if one.account_id == owner)
            return StoredMoney(
                kind=TenderKind.GIFT_CARD,
                name=view.card,
                left_minor=_most(view) + back - taken,
                code=code,
            )

        self._session.lanes.look_up(found, done, self._failed)

    def find_wallet(self, now: Tendering, done: Callable[[StoredMoney], None]) -> None:
        """The member's wallet that pays."""
        sale, till = self._counter.sale, self._session.till
        basket, quote = sale.basket, self._exchange.priced(sale.quote)
        if basket is None or quote is None:
            return

        def found() -> StoredMoney:
            till.check_out.pay_from_wallet(basket, quote, now.tenders)
            wallet, left = till.check_out.wallet_money(basket, quote, now.tenders)
            return StoredMoney(kind=TenderKind.WALLET, name=wallet, left_minor=left)

        self._session.lanes.look_up(found, done, self._failed)

    def take(
        self, money: StoredMoney, amount_minor: int, now: Tendering, done: Callable[[Tender], None]
    ) -> None:
        """The tender of an amount of it."""
        sale, till = self._counter.sale, self._session.till
        basket, quote = sale.basket, self._exchange.priced(sale.quote)
        if basket is None or quote is None:
            return
        back = self._exchange.on_card(card_id(money.code)) if money.code else 0

        def taken() -> Tender:
            if money.kind is TenderKind.WALLET:
                return till.check_out.pay_from_wallet(
                    basket, quote, now.tenders, amount_minor=amount_minor
                )
            return till.gift_cards.tender(
                money.code,
                now.payable_minor,
                now.tenders,
                amount_minor=amount_minor,
                back_minor=back,
            )

        self._session.lanes.look_up(taken, done, self._failed)

    def _failed(self, fault: Exception) -> None:
        if isinstance(fault, TenderRefusal):
            self._refuse(fault)
        else:
            self._counter.say_fault(fault)


def _most(card: CardView) -> int:
    """What a card can pay here now."""
    here = card.balance_minor if card.here_minor is None else card.here_minor
    return min(card.balance_minor, here)
