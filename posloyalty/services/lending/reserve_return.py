"""A return asks head office for the right to take goods back, before any money goes back.

Shape: `of_sale` for a sale of this book, `of_receipt` for one that a receipt proves. What another
till took back already, or is taking back, is short, and the return is refused from then on. A sale
that head office does not have yet is no reason: it goes by book or receipt, as out of reach. So it
does while a head office that was put back hears its tills again, and where this till's day is too
far ahead for anything to be lent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_returns import Wanted
from posloyalty.services.lending.reserve_for_sale import (
    Reservation,
    ReserveForSale,
    Wants,
    nothing,
)
from posloyalty.services.ports import Reader
from posloyalty.services.returning.refund_sale import RefundSale
from posloyalty.services.returning.refund_unknown import UnknownReturn, receipt_returns
from posloyalty.sync.leases import DAY_AHEAD, PUT_BACK, SALE_UNKNOWN

NO_REASON: Final = frozenset({SALE_UNKNOWN, PUT_BACK, DAY_AHEAD})
"""What head office says where it does not know, or lends this till nothing whatever it knows:
nobody took the goods back as far as it says."""


class ReserveReturn:
    """Asks for one return at a time."""

    def __init__(self, *, reserving: ReserveForSale, lending: Lending, refunds: RefundSale) -> None:
        self._reserving = reserving
        self._lending = lending
        self._refunds = refunds

    def of_sale(self, sale_id: bytes, wish: RefundWish) -> Reservation:
        """Ask for goods of a sale that this book holds, for what is left of cards and passes among
        them, and for what campaigns give to who brings goods back; want of that stops nothing.
        """
        return self._reserved(wish.refund_id, *self._refunds.wants(sale_id, wish))

    def of_receipt(self, wish: UnknownReturn) -> Reservation:
        """Ask for goods of a sale that a receipt proves; nothing is asked for without one."""

        def wants(_reader: Reader, _programme: Programme, _day: date) -> Iterable[Wanted]:
            return receipt_returns(wish)

        return self._reserved(wish.refund_id, wants)

    def _reserved(self, refund_id: bytes, wants: Wants, by_rules: Wants = nothing) -> Reservation:
        found = self._reserving.reserve_for(refund_id, wants, by_rules)
        short = tuple(one for one in found.short if one.why not in NO_REASON)
        self._lending.deny(refund_id, (one.asset for one in short))
        return replace(found, short=short)
