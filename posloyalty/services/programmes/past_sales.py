"""Past sales for a try-out: from a file of purchases, or from a till's own book.

Shape: both give `PastSale`s in the order of time. A book's sales come with the goods and prices of
then; what was voided or returned since is left out, because a programme should not be judged by
sales that did not last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from posloyalty.domain.engine.returned import product_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import QUANTITY_ONE
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.product import Product, TaxClass
from posloyalty.domain.shop.sale import Sale, SaleLine
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.ports import Reader
from posloyalty.services.programmes.replay import ARTICLE, Purchase, timed
from posloyalty.services.programmes.try_out import PastLine, PastSale
from posloyalty.sync import events
from posloyalty.sync.sale_event import sale_of

BUYERS_KEPT: Final = 4_096
"""Members whose records are not read again; most sales are of those who come often."""


def sales_of_purchases(purchases: Sequence[Purchase], programme: Programme) -> Iterator[PastSale]:
    """Rows of a file, at the instants at which a replay would ring them."""
    for purchase, at in timed(purchases, programme):
        line = PastLine(
            product=ARTICLE,
            quantity_milli=purchase.pieces * QUANTITY_ONE,
            unit_price_minor=purchase.amount_minor // purchase.pieces,
            gross_minor=purchase.amount_minor,
        )
        yield PastSale(key=str(purchase.line), member=purchase.member, at=at, lines=(line,))


def sales_of_book(reader: Reader) -> Iterator[PastSale]:
    """The sales of a book, less what came back."""
    came_back = _came_back(reader)
    here = Place(reader.facts.store_code, reader.facts.till_code)
    products = {product.id: product for product in reader.catalogue.products()}
    by_id = lru_cache(maxsize=BUYERS_KEPT)(reader.members.by_id)
    for stored in reader.journal.events():
        if stored.kind != "sale":
            continue
        event = events.decode(stored.body)
        if not isinstance(event, events.Sale):
            continue
        sale = sale_of(event)
        lines = tuple(lines_kept(sale, products, came_back))
        if lines:
            buyer = None if sale.member_id is None else by_id(sale.member_id)
            yield PastSale(
                key=sale.id.hex(),
                member=None if sale.member_id is None else sale.member_id.hex(),
                birthday=None if buyer is None else buyer.profile.birthday,
                joined_on=None if buyer is None else buyer.joined_on,
                at=sale.at,
                lines=lines,
                paid_by=sale.paid_by,
                place=here,
            )


def tax_classes_of_book(reader: Reader) -> dict[str, TaxClass]:
    """Every tax class that a sale of the book may name, today's and those of then."""
    known = {tax.code: tax for tax in reader.catalogue.tax_classes()}
    for stored in reader.journal.events():
        event = events.decode(stored.body) if stored.kind == "sale" else None
        if isinstance(event, events.Sale):
            for tax in sale_of(event).taxes:
                known.setdefault(
                    tax.tax_class, TaxClass(tax.tax_class, tax.tax_class, tax.rate, tax.mode)
                )
    return known


def count_sales(reader: Reader) -> int:
    """How many events the book's journal has: the bound of a progress bar."""
    return reader.journal.head().seq


def _came_back(reader: Reader) -> dict[tuple[str, int], int]:
    """(sale, line) -> thousandths that were returned or voided."""
    found: dict[tuple[str, int], int] = {}
    for stored in reader.journal.events():
        event = events.decode(stored.body) if stored.kind == "refund" else None
        if isinstance(event, events.Refund):
            for line in event.lines:
                key = (event.sale, line.n)
                found[key] = found.get(key, 0) + line.qty
    return found


def lines_kept(
    sale: Sale, products: dict[bytes, Product], came_back: dict[tuple[str, int], int]
) -> Iterator[PastLine]:
    """The lines of a sale less what came back, (sale, line) -> thousandths."""
    for line in sale.lines:
        kept = line.quantity_milli - came_back.get((sale.id.hex(), line.number), 0)
        if kept <= 0:
            continue
        gross = line.gross_minor
        if kept != line.quantity_milli:
            gross = price_times_quantity(line.unit_price_minor, kept, Rounding.HALF_UP)
        yield PastLine(
            product=_product(line, products),
            quantity_milli=kept,
            unit_price_minor=line.unit_price_minor,
            gross_minor=gross,
        )


def _product(line: SaleLine, products: dict[bytes, Product]) -> Product:
    """The product as it is now, for its category and tags; at the tax of then."""
    return replace(product_of(line, products), tax_class=line.tax_class)
