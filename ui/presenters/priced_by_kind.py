"""Prices that ask how a sale is paid: the price of a kind is there before that kind pays.

Shape: `say(tendering)` tells the sale in which ways it is being paid; `first(tendering, then)`
answers whether the price has to be asked for again before something is taken, and has `then` take
it as soon as `came` is told of the new price. In an exchange it is the difference that is paid.
"""

from __future__ import annotations

from collections.abc import Callable

from ui.presenters.exchanging import ExchangePay
from ui.presenters.open_sale import OpenSale
from ui.presenters.tendering import Tendering


class PricedByKind:
    """The kinds that pay, as the open sale is told them."""

    def __init__(self, sale: OpenSale, exchange: ExchangePay) -> None:
        self._sale = sale
        self._exchange = exchange
        self._then: Callable[[], None] | None = None

    def forget(self) -> None:
        """What waited for its price is taken no more."""
        self._then = None

    def say(self, tendering: Tendering | None) -> bool:
        """Say how the sale is being paid; whether the price has to be asked for again."""
        if tendering is None:
            return False
        kinds = {tender.kind for tender in tendering.tenders[tendering.locked :]}
        if tendering.due_minor > 0 or not kinds:
            kinds.add(tendering.kind)
        if self._exchange.open:
            return self._exchange.pay_by(kinds)
        return self._sale.pay_by(kinds)

    def first(self, tendering: Tendering | None, then: Callable[[], None]) -> bool:
        """Whether `then` has to wait for the price of the kind that is to pay."""
        self._then = then
        if self.say(tendering):
            return True
        self._then = None
        return False

    def came(self) -> bool:
        """The price is there: do what waited for it; whether anything did."""
        then, self._then = self._then, None
        if then is not None:
            then()
        return then is not None
