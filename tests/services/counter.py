"""A counter on a real book: `opened(tmp_path)` is a check-out with programme, goods and people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path

import resources
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Product, TaxClass, TaxMode, Unit
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import CashRounding, Tender, take_cash
from posloyalty.domain.values.money import currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ground import Ground
from posloyalty.services.programmes.programmes import Programmes
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.selling.counter_facts import CounterRules
from tests.fakes.book import Rig, made_book
from tests.fakes.time import SHANGHAI, SeededChance

OPERATOR = Operator(id=b"O" * 16, name="Lin", role=Role.CASHIER)
RULES = CounterRules(
    currency=currency("CNY"), zone=SHANGHAI, cutoff=time(4), language="en", print_receipts=True
)
STD13 = TaxClass("std13", "13 %", Ratio(13, 100), TaxMode.INCLUSIVE)


@dataclass
class Counter:
    """A till's counter and what a test turns."""

    rig: Rig
    programmes: Programmes
    rules: CounterRules = RULES
    ground: Ground = field(init=False)
    check_out: CheckOut = field(init=False)

    def __post_init__(self) -> None:
        self.ground = Ground(
            book=self.rig.book,
            clock=self.rig.book.clock,
            ids=self.rig.ids,
            chance=SeededChance(1),
            programmes=self.programmes,
            rules=lambda: self.rules,
        )
        self.check_out = CheckOut(self.ground)

    def ring(self, basket: Basket, *, given_minor: int | None = None) -> Sale:
        """Quote, pay cash, complete."""
        quote = self.check_out.quote(basket)
        tenders = paid(quote, given_minor=given_minor)
        return self.check_out.complete(basket, quote, tenders, OPERATOR)


@contextmanager
def opened(folder: Path, *, programme: str | None = "dawn-club") -> Iterator[Counter]:
    """A counter on a new book, with a programme of the resources."""
    with made_book(folder) as rig:
        programmes = Programmes(book=rig.book, clock=rig.book.clock, ids=rig.ids)
        if programme is not None:
            programmes.install(resources.read(f"programmes/{programme}.toml"))
        with rig.book.write() as unit:
            unit.catalogue.save_tax_class(STD13)
            for number in range(1, 13):
                unit.catalogue.save_product(goods(number), initials="sp")
            unit.catalogue.save_product(by_weight(), initials="pg")
            unit.commit()
        yield Counter(rig, programmes)


def goods(number: int, price_minor: int = 2000) -> Product:
    """An article of the shop; number 12 costs 112.50."""
    return Product(
        id=bytes([number]) * 16,
        sku=f"ART{number:03d}",
        name=f"Article {number}",
        price_minor=11250 if number == 12 else price_minor,
        tax_class="std13",
        codes=(f"0690000000{number:04d}",),
    )


def by_weight() -> Product:
    """Apples at 12.80 a kilogram, PLU 00017."""
    return replace(
        goods(17, 1280), name="Apples", unit=Unit.KILOGRAM, codes=("00017",), tags=("fruit",)
    )


def paid(quote: Quote, *, given_minor: int | None = None) -> tuple[Tender, ...]:
    """Cash for the whole of a quote."""
    if not quote.payable_minor:
        return ()
    given = quote.payable_minor if given_minor is None else given_minor
    rounding = CashRounding()
    return (take_cash(quote.payable_minor, (), given_minor=given, rounding=rounding),)
