"""Articles, and what becomes of them, in words: for the console and the command line.

Shape: `ArticleWords(words, money)` says prices, marks and taxes; `came_to` and `coming` are rows of
what becomes other, with what it is before and after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.scan_code.gtin import printed_gtin
from posloyalty.domain.values.money import currency, format_amount
from posloyalty.headoffice.articles.coming_changes import (
    Change,
    ComingShown,
    PriceChange,
    TaxChange,
)
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.sync.wire.articles import TaxRecord
from posloyalty.wording import Words

_COMPARED: Final = ("name", "price", "tax", "unit", "cat", "codes", "tags", "flags", "assortments")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingRow:
    """One row of what comes: from `day` on `what` of an article or tax is `after`. `number` is that
    of the file that says so.
    """

    number: int
    day: str
    code: str
    name: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """Articles in words. `money` is the currency of their prices, or empty."""

    words: Words
    money: str

    def price(self, minor: int | None) -> str:
        """A price; None is keyed in at the till."""
        if minor is None:
            return self.words("articles.open_price")
        return format_amount(minor, currency(self.money or "CNY"))

    def store_price(self, minor: int | None) -> str:
        """A store's price; None is the article's own."""
        return self.words("articles.own_price") if minor is None else self.price(minor)

    def rate(self, tax: TaxRecord) -> str:
        """A tax's rate in per cent."""
        hundredths = tax.numerator * 10_000 // tax.denominator
        whole, part = divmod(hundredths, 100)
        return f"{whole}.{part:02}".rstrip("0").rstrip(".") + " %"

    def codes(self, article: KeptArticle) -> str:
        """An article's codes as they are printed."""
        return " ".join(map(printed_gtin, article.codes))

    def flags(self, article: KeptArticle) -> str:
        """What is special about an article."""
        return ", ".join(self.words(f"articles.flag_{one}") for one in article.flags)

    def assortments(self, article: KeptArticle) -> str:
        """Which an article belongs to."""
        return " ".join(article.assortments) or self.words("articles.every_assortment")

    def changes(self, change: Change) -> list[tuple[str, str, str]]:
        """(field, before, after) of what is other than before."""
        assert change.before is not None  # what is new is told by itself
        return [
            (
                self.words(f"articles.field_{name}"),
                self._field(change.before, name),
                self._field(change.after, name),
            )
            for name in _COMPARED
            if getattr(change.before, name) != getattr(change.after, name)
        ]

    def coming(self, shown: Iterable[ComingShown]) -> list[ComingRow]:
        """What comes, each field a row."""
        return [
            ComingRow(
                number=one.number,
                day=one.day,
                code=code,
                name=name,
                what=what,
                before=was,
                after=then,
            )
            for one in shown
            for code, name, what, was, then in self._coming(one.change)
        ]

    def _coming(
        self, change: Change | PriceChange | TaxChange
    ) -> list[tuple[str, str, str, str, str]]:
        if isinstance(change, PriceChange):
            what = self.words("articles.price_of_store", store=change.store)
            prices = self.store_price(change.before), self.store_price(change.after)
            return [(change.sku, change.name, what, *prices)]
        if isinstance(change, TaxChange):
            before = "–" if change.before is None else self.tax(change.before)
            what = self.words("articles.field_tax")
            return [(change.after.code, "", what, before, self.tax(change.after))]
        after = change.after
        if change.before is None:
            what = self.words("articles.new")
            return [(after.sku, after.name, what, "–", self.price(after.price))]
        return [(after.sku, after.name, *one) for one in self.changes(change)]

    def tax(self, tax: TaxRecord) -> str:
        """A tax in one line: its name, what it comes to, and whether that is in the price."""
        fixed = f" + {self.price(tax.fixed)}" if tax.fixed else ""
        return self.words(
            "articles.tax_line",
            name=tax.name,
            rate=f"{self.rate(tax)}{fixed}",
            how=self.words(f"articles.mode_{tax.mode}"),
        )

    def _field(self, article: KeptArticle, name: str) -> str:
        if name == "price":
            return self.price(article.price)
        if name == "flags":
            return self.flags(article) or "–"
        if name == "codes":
            return self.codes(article) or "–"
        if name == "assortments":
            return self.assortments(article)
        told = getattr(article, name)
        return (told if isinstance(told, str) else " ".join(told)) or "–"
