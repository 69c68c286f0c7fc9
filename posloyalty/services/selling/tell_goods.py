"""What rules look at in the goods that a till sells, told in its journal before it sells them.

A sale's line says what was sold and for how much; which category and tags an article has, and
whether it earns, is the catalogue's, and that stays at the till. A till of several tells it once,
and anew when it was changed, so that head office can judge each sale by the journal alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import UNSET

from posloyalty.domain.shop.product import Product
from posloyalty.services.ports import Ids, UnitOfWork
from posloyalty.sync import events

AT_ONCE: Final = 200
"""How many articles one event tells of."""


def tell_goods(unit: UnitOfWork, ids: Ids, products: Iterable[Product]) -> int:
    """Journal what the journal does not say yet of some goods; returns of how many."""
    wanted = {product.id: article_of(product) for product in products}
    told = unit.goods.told(tuple(wanted))
    new = [one for product_id, one in wanted.items() if told.get(product_id) != one]
    for articles in _pieces(new):
        stamp = unit.journal.stamp()
        unit.goods.tell(
            events.Goods(id=ids.new_id().hex(), at=stamp.at, hlc=stamp.hlc, articles=articles)
        )
    return len(new)


def tell_sold(unit: UnitOfWork, ids: Ids) -> int:
    """The same for everything that was sold before: of a till that has just joined."""
    return tell_goods(unit, ids, unit.catalogue.products_named(unit.goods.sold()).values())


def article_of(product: Product) -> events.Article:
    """What rules look at in a product beside what a sale's line says."""
    words = (
        ("no_earn", not product.earns),
        ("no_discount", not product.discountable),
        ("gift_card", product.gift_card),
        ("deposit", product.deposit),
        ("fee", product.fee),
    )
    flags = tuple(word for word, holds in words if holds)
    return events.Article(
        product=product.id.hex(),
        cat=UNSET if product.category_id is None else product.category_id.hex(),
        tags=tuple(sorted(set(product.tags))) or UNSET,
        flags=flags or UNSET,
    )


def _pieces(articles: Sequence[events.Article]) -> Iterator[tuple[events.Article, ...]]:
    left = iter(articles)
    while piece := tuple(islice(left, AT_ONCE)):
        yield piece
