"""Head office's articles as a catalogue in memory, so that a till's own import reads a file for it.

Shape: made of what is kept; rows of a file are put on it one by one (`import_products.take_row`),
and `changed` is then what the file comes to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.product import Category, Product, TaxClass
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.sync.wire.articles import TaxRecord, article_id


class MemoryShelf:
    """Implements `services.shop.import_products.Shelf`."""

    def __init__(self, records: Mapping[str, KeptArticle], taxes: Sequence[TaxRecord]) -> None:
        self._categories: dict[str, Category] = {}
        self._products: dict[str, Product] = {}
        self._codes: dict[str, str] = {}
        self._taxes = tuple(one.read() for one in taxes)
        self.changed: dict[str, Product] = {}
        self._assortments = {one.sku: one.assortments for one in records.values()}
        for record in records.values():
            if record.cat and record.cat not in self._categories:
                self._add_category(record.cat)
            category = self._categories[record.cat].id if record.cat else None
            self._keep(record.product(article_id(record.sku), category_id=category))

    def by_sku(self, sku: str) -> Product | None:
        """An article by its number."""
        return self._products.get(sku)

    def code_owner(self, code: str) -> Product | None:
        """The article with a code."""
        return self._products.get(self._codes.get(code, ""))

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Every tax."""
        return self._taxes

    def categories(self) -> tuple[Category, ...]:
        """Every category."""
        return tuple(self._categories.values())

    def of_office(self, product_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Nothing is kept elsewhere: this is head office."""
        return frozenset()

    def save_category(self, category: Category) -> None:
        """Add a category."""
        self._categories[category.name] = category

    def save_product(self, product: Product, *, initials: str) -> None:
        """Put an article in the place of the one with its number."""
        known = self._products.get(product.sku)
        for code in () if known is None else known.codes:
            del self._codes[code]
        self._keep(product)
        self.changed[product.sku] = product

    def record(self, sku: str) -> KeptArticle:
        """An article as it travels."""
        product = self._products[sku]
        names = (one.name for one in self._categories.values() if one.id == product.category_id)
        made = KeptArticle.of(product, category=next(names, ""))
        return replace(made, assortments=self._assortments.get(sku, ()))

    def belongs(self, sku: str, assortments: tuple[str, ...]) -> bool:
        """An article belongs to these assortments; whether that is new of one that is there."""
        before = self._assortments.get(sku)
        self._assortments[sku] = assortments
        return before is not None and before != assortments

    def _keep(self, product: Product) -> None:
        self._products[product.sku] = product
        for code in product.codes:
            self._codes[code] = product.sku

    def _add_category(self, name: str) -> None:
        self._categories[name] = Category(category_id(name), name, "", len(self._categories))
