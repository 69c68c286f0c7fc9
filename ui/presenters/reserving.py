"""What the open sale wishes to spend is asked for at head office while the cashier goes on.

Shape: `follow()` is called after each change of the sale; a wish that is new is asked for on a lane
of its own. What head office does not lend is taken out of the sale again, with words that say who
holds it and what is possible here. `before(spending, go, stop)` asks once more before the sale is
booked, now also for what stored value pays, and waits two seconds at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.basket import Basket, Chosen, Redemption
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import AGAIN_MS, DAY_AHEAD, PUT_BACK
from ui.presenters.newest import NewestOnly

if TYPE_CHECKING:
    from posloyalty.domain.engine.quote import Quote
    from posloyalty.services.lending.reserve_for_sale import Reservation, Short
    from posloyalty.services.returning.exchange_sale import ExchangeQuote
    from posloyalty.services.selling.sale_wishes import Spending
    from ui.presenters.counter import Counter
    from ui.presenters.session import Session

PATIENCE_MS: Final = 2_000
_LENDS_NOTHING: Final = {PUT_BACK: "put_back", DAY_AHEAD: "day_ahead"}
"""Why head office lends nothing here, whatever is free."""
_Wishes = tuple[bytes | None, tuple[Redemption, ...], tuple[Chosen, ...]]


class Reserving:
    """One for each counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._session = counter.session
        self._asked: tuple[object, ...] | None = None
        self._asking = NewestOnly["Spending", "Reservation"](
            self._session.lanes.reserving,
            job=self._reserve,
            done=self._came,
            failed=counter.say_fault,
        )

    def follow(self) -> None:
        """The sale changed: ask for wishes that are new, and where campaigns' budgets are lent for
        what they would give for other goods.
        """
        basket = self._counter.sale.basket
        shared = basket is not None and bool(basket.lines) and self._asks_for_goods
        goods = basket.lines if basket is not None and shared else ()
        asks = basket is not None and (shared or wishes_something(basket))
        wishes = (*_wishes(basket), goods) if basket is not None and asks else None
        if wishes == self._asked:
            return
        self._asked = wishes
        if wishes is None or basket is None:
            self._asking.forget()
        else:
            self._asking.ask(_spending(basket, None, ()))

    @property
    def _asks_for_goods(self) -> bool:
        return self._session.till_open and self._session.till.lending.asks_for_goods

    def before(
        self,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        go: Callable[[], None],
        stop: Callable[[tuple[Tender, ...]], None],
        *,
        exchange: ExchangeQuote | None = None,
    ) -> None:
        """Ask once more, then `go` on with the sale, or `stop` where something is missing: with the
        payments that it cannot be paid by. What goods of an `exchange` give back nobody else has.
        """
        spending = _spending(basket, quote, tenders, exchange)
        if not spending.wishes:
            go()
            return

        def over(found: Reservation | None) -> None:
            # Without an answer the sale itself says what may be handed out all the same.
            if found is not None and self._put_right(spending, found):
                stop(tuple(t for t in tenders if any(_pays_with(t, s) for s in found.short)))
            else:
                go()

        asked_first(self._session, lambda: self._reserve(spending), over)

    def _reserve(self, spending: Spending) -> Reservation:
        return self._session.till.reserving.reserve(spending)

    def _came(self, spending: Spending, found: Reservation) -> None:
        self._put_right(spending, found)

    def _put_right(self, spending: Spending, found: Reservation) -> bool:
        """Whether something of the sale had to change."""
        sale, basket = self._counter.sale, spending.basket
        if sale.basket is None or _wishes(sale.basket) != _wishes(basket):
            return False
        if not found.reached:
            self._counter.said("sale.office_silent")
            sale.requote()
            return True
        for short in found.short:
            self._take_out(spending, short)
        if found.gives_more:
            sale.requote()
        if found.short:
            self._session.timer.after(AGAIN_MS, lambda: self._may_again(basket.sale_id))
        return bool(found.short)

    def _may_again(self, sale_id: bytes) -> None:
        """What was held elsewhere may be free by now, and can be chosen again."""
        basket = self._counter.sale.basket
        if basket is not None and basket.sale_id == sale_id:
            self._counter.sale.requote()

    def _take_out(self, spending: Spending, short: Short) -> None:
        """What is held elsewhere is spent elsewhere: the sale goes on without it."""
        basket = spending.basket
        words, sale = self._session.words, self._counter.sale
        held = [one for one in short.elsewhere if one.n]
        stores = words.listed(one.store for one in held)
        free_code = _LENDS_NOTHING.get(short.why, "not_free")
        for tender in spending.tenders:
            if _pays_with(tender, short):
                free_minor = max(0, tender.amount_minor - short.worth_minor)
                money = self._counter.figures.money(free_minor)
                code = "sale.stored_elsewhere" if held else f"sale.stored_{free_code}"
                self._counter.refuse(words(code, stores=stores, money=money))
        for wish in basket.redemptions:
            if wish.wallet == short.wallet:
                figures, free = self._counter.figures, max(0, wish.points - short.missing)
                sale.redeem(wish.wallet, free)
                points = figures.points(wish.wallet, free)
                code = "sale.points_elsewhere" if held else f"sale.points_{free_code}"
                self._counter.refuse(words(code, points=points, stores=stores))
        for chosen in short.leaves:
            sale.leave(chosen)
            code = "sale.reward_elsewhere" if held else f"sale.reward_{free_code}"
            self._counter.refuse(words(code, stores=stores))
        if short.wallet:
            sale.requote()  # without rewards that come by themselves and cannot be had
        if short.right_id is not None:
            # What the rules use by themselves nobody chose; the next quote goes without it.
            for chosen in basket.chosen:
                if chosen.right_id == short.right_id:
                    sale.leave(chosen)
            sale.requote()
            code = "sale.voucher_elsewhere" if held else f"sale.voucher_{free_code}"
            self._counter.refuse(words(code, stores=stores))


def asked_first(
    session: Session,
    ask: Callable[[], Reservation],
    done: Callable[[Reservation | None], None],
) -> None:
    """Have head office asked on the lane for that; `done` hears the answer, or None after two
    seconds without one. What comes later is given back by itself.
    """
    waits = [True]

    def over(found: Reservation | None) -> None:
        if waits:
            waits.clear()
            done(found)

    session.timer.after(PATIENCE_MS, lambda: over(None))
    session.lanes.reserving(ask, over, lambda _fault: over(None))


def return_held(found: Reservation) -> ServiceRefusal:
    """Why goods do not come back here: they came back already, or are about to elsewhere; or what
    is left of a card or pass is about to be used elsewhere.
    """
    if all(one.card_id is not None or one.right_id is not None for one in found.short):
        return _held(found, "VALUE_BACK_HELD", "VALUE_BACK_HELD_AT")
    return _held(found, "RETURN_HELD", "RETURN_HELD_AT")


def use_held(found: Reservation) -> ServiceRefusal:
    """Why something is not used here: another till has just used it, or is about to; or head office
    lends this till nothing, because it was put back or the till's day is too far ahead.
    """
    reasons = {one.why for one in found.short}
    if PUT_BACK in reasons:
        return ServiceRefusal("USE_PUT_BACK")
    if DAY_AHEAD in reasons:
        return ServiceRefusal("USE_DAY_AHEAD")
    return _held(found, "USE_HELD", "USE_HELD_AT")


def _held(found: Reservation, reason: str, there: str) -> ServiceRefusal:
    stores = {one.store for short in found.short for one in short.elsewhere if one.n}
    if stores:
        return ServiceRefusal(there, stores=", ".join(sorted(stores)))
    return ServiceRefusal(reason)


def wishes_something(basket: Basket) -> bool:
    """Whether a basket may have something to ask head office for."""
    # What names a line and no right is a gift among the goods, which nobody else can have.
    owned = any(one.right_id is not None or one.code or one.line is None for one in basket.chosen)
    return bool(basket.redemptions) or owned


def _pays_with(tender: Tender, short: Short) -> bool:
    """Whether a payment is of what head office did not lend."""
    if tender.kind is TenderKind.WALLET:
        return tender.reference == short.wallet
    return tender.account_id is not None and tender.account_id == short.card_id


def _spending(
    basket: Basket,
    quote: Quote | None,
    tenders: tuple[Tender, ...],
    exchange: ExchangeQuote | None = None,
) -> Spending:
    # Late: only a till that has a head office needs it.
    from posloyalty.services.selling.sale_wishes import Spending

    spending = Spending(basket=basket, quote=quote, tenders=tenders)
    if exchange is None:
        return spending
    return replace(spending, own=exchange.given_back, cards_back=exchange.cards_back)


def _wishes(basket: Basket) -> _Wishes:
    return basket.member_id, basket.redemptions, basket.chosen
