"""The demo shop's past sales: a few days of them, rung up through the check-out one after another.

Nothing is random: goods, members and payments of a sale come from a hash of its number, so that
screenshots and tests see the same history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import (
    CashRounding,
    Tender,
    TenderKind,
    take_cash,
    take_exact,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.ports import Book
from posloyalty.services.selling.check_out import CheckOut

SALES: Final = 44
SALES_A_DAY: Final = 9
DAYS: Final = 7
OPENS: Final = time(7, 5)
MINUTES_BETWEEN: Final = 97
# A sale this fresh might lie ahead of a clock that was just set.
MINUTES_AGO_LEAST: Final = 5
LINES_MOST: Final = 6
MEMBERS_TENTHS: Final = 7
REDEEMS_TENTHS: Final = 3
REDEEM_POINTS_MOST: Final = 500
NOTES_MINOR: Final = (500, 1000, 2000, 5000, 10_000)
CASH: Final = CashRounding(step_minor=10, rounding=Rounding.FLOOR)
# Members whose history is worth showing come first in the demo's list.
REGULARS: Final = 24


class DemoSales:
    """Rings them up."""

    def __init__(self, *, book: Book, check_out: CheckOut) -> None:
        self._book = book
        self._check_out = check_out

    def ring(self, *, operator: Operator, now: datetime) -> int:
        """Ring the sales of the last days; returns how many."""
        with self._book.read() as reader:
            goods = [one for one in reader.catalogue.products() if _sells(one)]
            goods.sort(key=lambda product: product.sku)
            regulars = [reader.members.by_foreign_id(f"D{n + 1:05d}") for n in range(REGULARS)]
        members = [member_id for member_id in regulars if member_id is not None]
        instants = _instants(now)
        for number, at in enumerate(instants):
            self._sale(number, at, goods, members, operator)
        return len(instants)

    def _sale(
        self,
        number: int,
        at: datetime,
        goods: Sequence[Product],
        members: Sequence[bytes],
        operator: Operator,
    ) -> None:
        basket = self._check_out.open_basket()
        for line in range(1 + _below(number, "lines", LINES_MOST)):
            product = goods[_below(number, f"goods {line}", len(goods))]
            milli = 1000 * (1 + _below(number, f"pieces {line}", 2))
            if product.weighed:
                milli = 250 + _below(number, f"weight {line}", 1500)
            basket = basket.add(product, quantity_milli=milli)
        if members and _below(number, "has member", 10) < MEMBERS_TENTHS:
            member = members[_below(number, "member", len(members))]
            basket = basket.for_member(member, proof="card")
            basket = self._redeeming(number, basket, at)
        basket = basket.paid_by((_kind(number),))
        quote = self._check_out.quote(basket, at=at)
        self._check_out.complete(basket, quote, _paid(number, quote), operator, at=at)

    def _redeeming(self, number: int, basket: Basket, at: datetime) -> Basket:
        if _below(number, "redeems", 10) >= REDEEMS_TENTHS:
            return basket
        for usable in self._check_out.quote(basket, at=at).usable:
            points = min(usable.most_points, REDEEM_POINTS_MOST)
            if points >= max(1, usable.least_points):
                wish = Redemption(wallet=usable.wallet, points=points - points % usable.step_points)
                return basket.redeeming(wish, wallet=usable.wallet)
        return basket


def _instants(now: datetime) -> list[datetime]:
    """The instants of the sales, rising, the last ones today when the shop has been open."""
    latest = now - timedelta(minutes=MINUTES_AGO_LEAST)
    found = []
    for days_ago in range(DAYS, -1, -1):
        opened = datetime.combine(now.date() - timedelta(days=days_ago), OPENS, now.tzinfo)
        for place in range(SALES_A_DAY):
            minutes = MINUTES_BETWEEN * place + _below(days_ago * 100 + place, "minutes", 60)
            at = opened + timedelta(minutes=minutes, seconds=7 * place)
            if at <= latest:
                found.append(at)
    return found[-SALES:]


def _sells(product: Product) -> bool:
    return product.active and product.price_minor is not None and not product.fee


def _paid(number: int, quote: Quote) -> tuple[Tender, ...]:
    due = quote.payable_minor
    if not due:
        return ()
    kind = _kind(number)
    if kind is TenderKind.CASH:
        given = next((note for note in NOTES_MINOR if note >= due), due + -due % 10_000)
        return (take_cash(due, (), given_minor=given, rounding=CASH),)
    reference = f"DEMO{number + 1:06d}"
    return (take_exact(due, (), kind=kind, amount_minor=due, reference=reference),)


def _kind(number: int) -> TenderKind:
    """How a sale is paid: two fifths in cash, one by card, two by QR wallet."""
    place = _below(number, "tender", 5)
    if place < 2:
        return TenderKind.CASH
    return TenderKind.CARD if place == 2 else TenderKind.QR_WALLET


def _below(number: int, what: str, limit: int) -> int:
    return int.from_bytes(derive_id("demo-sale", number, what)[:8], "big") % limit
