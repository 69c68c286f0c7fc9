"""Exchanging goods: a refund and a new sale in one transaction, with one difference to pay.

Shape: `quote` answers an `ExchangeQuote`: the refund, the sale as it is priced after it (the member
has the points again that the returned goods gave back), and the difference. The money of the refund
stays for the sale, by the instruments that paid it; what is left of it goes back, by a connected
terminal before the exchange is booked, and what is missing is paid. Where the programme asks how a
sale is paid, the new goods are priced for all that pays them: the refund's money first, and the
rest as the basket says. The sale tells the refund's number, which stands right before it in the
journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.refund_quote import RefundQuote, RefundWish
from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale, Told
from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind
from posloyalty.domain.shop.tender_back import carry_over
from posloyalty.services.ports import Book, Clock, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_sale import RefundSale, referenced
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.services.selling.check_out import CheckOut

EXCHANGE = "EXCHANGE"
PRICED_MOST: Final = 4
"""How often the new goods are priced until their price and what pays it agree. Where a programme
makes a sale cheaper for being paid by more kinds, there may be no such price with one kind, and
there is with another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeQuote:
    """Both halves and how their money meets: `begins` are the tenders with which the sale starts.

    `due_minor` is still to be paid; `refund_tenders` say what goes back (`goes_minor`) and what
    stays, stored value goes to its card.
    """

    refund: RefundQuote
    sale: Quote
    refund_tenders: tuple[Tender, ...]
    begins: tuple[Tender, ...]

    @property
    def due_minor(self) -> int:
        """What the customer still pays."""
        return self.sale.payable_minor - sum(one.amount_minor for one in self.begins)

    @property
    def given_back(self) -> frozenset[bytes]:
        """The ids of the rights that the goods that come back give back: nobody else has them."""
        rights = self.refund.rights
        return frozenset(one.right.id for one in rights if one.move is RightMove.GIVE_BACK)

    @property
    def cards_back(self) -> tuple[tuple[bytes, int], ...]:
        """What the goods that come back put on gift cards, by their ids: it can pay at once."""
        cards = (one for one in self.refund_tenders if one.kind is TenderKind.GIFT_CARD)
        return tuple((one.account_id, one.goes_minor) for one in cards if one.account_id)

    @property
    def back_minor(self) -> int:
        """What the customer gets back in coins, on cards and on stored value."""
        given = sum(one.given_minor for one in self.refund_tenders)
        return given - sum(one.given_minor for one in self.begins)


class ExchangeSale:
    """Exchanges at the counter."""

    def __init__(
        self,
        *,
        book: Book,
        clock: Clock,
        refunds: RefundSale,
        check_out: CheckOut,
        cash: Callable[[], CashRounding],
        way: RightOfWay,
    ) -> None:
        self._book = book
        self._clock = clock
        self._way = way
        self._refunds = refunds
        self._check_out = check_out
        self._cash = cash

    def quote(
        self,
        sale_id: bytes,
        wish: RefundWish,
        basket: Basket,
        operator: Operator,
        *,
        at: datetime | None = None,
    ) -> ExchangeQuote:
        """What the exchange comes to now; the basket's tenders say how the difference is paid.

        The refund is booked and taken back again, because the new goods are priced for the member
        as it leaves them; so this belongs on the writer's lane. Raises what both halves raise.
        """
        with self._way.first(), self._book.write() as unit:
            at = self._clock.now() if at is None else at
            refund = self._refunds.book_in(unit, sale_id, wish, operator, at)[0]
            return self._priced(unit, refund, basket, operator, at)

    def _priced(
        self,
        unit: UnitOfWork,
        refund: RefundQuote,
        basket: Basket,
        operator: Operator,
        at: datetime,
    ) -> ExchangeQuote:
        """The new goods at the price of what pays them: the refund's money alone where that will
        do, and with it the kinds of the basket.
        """
        kinds = _kinds(carry_over(refund.tenders, refund.total_minor, self._cash())[1])
        for _ in range(PRICED_MOST):
            priced = basket.paid_by(kinds)
            sale = self._check_out.quote_in(unit, priced, at=at, operator=operator)
            kept, begins = carry_over(refund.tenders, sale.payable_minor, self._cash())
            found = ExchangeQuote(refund=refund, sale=sale, refund_tenders=kept, begins=begins)
            paying = _kinds(begins) | (basket.tenders if found.due_minor > 0 else frozenset())
            if not sale.asks_tender or paying == kinds:
                break
            kinds = paying
        return found

    def complete(
        self,
        sale_id: bytes,
        wish: RefundWish,
        quote: ExchangeQuote,
        basket: Basket,
        tenders: tuple[Tender, ...],
        operator: Operator,
        *,
        approver: Operator | None = None,
        at: datetime | None = None,
        references: tuple[tuple[int, str], ...] = (),
    ) -> tuple[Refund, Sale]:
        """Book both in one transaction; the same ids again book nothing.

        `tenders` pay the difference, numbered on from those with which the sale begins;
        `references` are a terminal's for what it gave back, by the refund tenders' numbers. Raises
        `ServiceRefusal` QUOTE_STALE when either half comes to something else by now, BACK_OPEN
        when a terminal gave back what the refund does not count, or RETURN_HELD when another till
        of the chain took the goods back, or is about to.
        """
        at = self._clock.now() if at is None else at
        basket = basket.paid_by(quote.sale.tenders)
        with self._way.first(), self._book.write() as unit:
            done = unit.refunds.by_id(wish.refund_id), unit.sales.by_id(basket.sale_id)
            if done[0] is not None and done[1] is not None:
                return done[0], done[1].sale
            refund = self._refunds.complete_in(
                unit,
                sale_id,
                wish,
                quote.refund,
                operator,
                at,
                tenders=referenced(quote.refund_tenders, references),
                approver=approver,
            )
            now = self._check_out.quote_in(unit, basket, at=at, operator=operator)
            if _shown(now) != _shown(quote.sale):
                raise ServiceRefusal("QUOTE_STALE")
            sale = self._check_out.complete_in(
                unit,
                basket,
                now,
                (*quote.begins, *tenders),
                operator,
                at=at,
                told=(Told(EXCHANGE, (("number", refund.number),)),),
                cards_back=quote.cards_back,
            )
            unit.commit()
        return refund, sale


def _kinds(tenders: Iterable[Tender]) -> frozenset[TenderKind]:
    return frozenset(one.kind for one in tenders)


def _shown(quote: Quote) -> tuple[object, ...]:
    """What the new goods were shown to come to."""
    return (quote.lines, quote.offers, quote.redemptions, quote.payable_minor)
