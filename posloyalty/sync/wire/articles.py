"""What the chain sells, as head office tells its tills: one feed of articles and taxes, by cursor.

    down   {"after": "<cursor>"}
           -> {"next": "<cursor>", "articles": [...], "taxes": [...], "currency": "CNY",
               "more": true}

The feed has one row for each article, which is replaced when something changes, so a till that was
away for a year hears of each article once. A cursor says up to which change, and of which life of
head office's database; another life answers 410 `RESYNC`, and the till begins again. With whatever
a page tells come all taxes, of which there are a few, so that no article comes before its tax. The
price is the one of the till's own store.

What an article or a tax becomes on a later business day travels with it: `since` is the day from
which it is as it is told, and `coming` what it will be after that, the earliest first. A till that
does not say that it reads days (`dated`) hears each change on its day instead.
"""

from __future__ import annotations

from typing import Annotated, Final, Self

from msgspec import Meta, Struct

from posloyalty.domain.shop.product import Product, TaxClass, TaxMode, Unit
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio
from posloyalty.sync.wire.profiles import Cursor

ARTICLES: Final = "/v1/articles"
PAGE_MAX: Final = 500
WITHDRAWN: Final = "withdrawn"
ELSEWHERE: Final = "elsewhere"
TAXES_MAX: Final = 60
_FLAGS: Final = (
    ("no_earn", "earns", False),
    ("no_discount", "discountable", False),
    ("gift_card", "gift_card", True),
    ("deposit", "deposit", True),
    ("fee", "fee", True),
    (WITHDRAWN, "active", False),
)
"""(word, field of a product, what the word means there)."""

Text = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Word = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
Minor = Annotated[int, Meta(ge=0, le=10**12)]
DayText = Annotated[str, Meta(max_length=10, pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
"""A day as 2026-12-31, which sorts as days do; empty is before every day."""
COMING_MAX: Final = 40
"""So many later days may be told of one article."""


class ArticleVersion(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an article is from the business day `since` on.

    `price` is in minor units, or left out where the cashier keys it in; `cat` is the category's
    name, from which its id derives everywhere; `flags` are words out of `no_earn`, `no_discount`,
    `gift_card`, `deposit`, `fee`, `withdrawn`, and beside it `elsewhere` of what this store does
    not sell: whoever has it withdraws it and keeps what else is known of it, and nobody else takes
    it.
    """

    sku: Word
    name: Word
    tax: Word
    price: Minor | None = None
    unit: Word = Unit.EACH.value
    cat: Text = ""
    codes: Annotated[tuple[Word, ...], Meta(max_length=40)] = ()
    tags: Annotated[tuple[Text, ...], Meta(max_length=200)] = ()
    flags: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    since: DayText = ""

    @property
    def withdrawn(self) -> bool:
        """Whether it is sold no more."""
        return WITHDRAWN in self.flags

    @property
    def elsewhere(self) -> bool:
        """Whether other stores sell it, and this one does not."""
        return ELSEWHERE in self.flags

    def product(
        self, product_id: bytes, *, category_id: bytes | None, picture: str | None = None
    ) -> Product:
        """The product that it is; raises ValueError for a unit that this release does not know."""
        flags = {name: meant if word in self.flags else not meant for word, name, meant in _FLAGS}
        return Product(
            id=product_id,
            sku=self.sku,
            name=self.name,
            price_minor=self.price,
            tax_class=self.tax,
            unit=Unit(self.unit),
            category_id=category_id,
            codes=self.codes,
            tags=self.tags,
            picture=picture,
            **flags,
        )


class ArticleRecord(ArticleVersion, frozen=True, kw_only=True, omit_defaults=True):
    """An article as it is told, and in `coming` what it will be after that, by day."""

    coming: Annotated[tuple[ArticleVersion, ...], Meta(max_length=COMING_MAX)] = ()

    @property
    def versions(self) -> tuple[ArticleVersion, ...]:
        """As it is, and as it will be, by day."""
        return (self, *self.coming)

    @classmethod
    def of(cls, product: Product, *, category: str) -> Self:
        """A product as it travels; `category` is the name of its category, or empty."""
        flags = tuple(word for word, name, meant in _FLAGS if getattr(product, name) is meant)
        return cls(
            sku=product.sku,
            name=product.name,
            tax=product.tax_class,
            price=product.price_minor,
            unit=product.unit.value,
            cat=category,
            codes=product.codes,
            tags=product.tags,
            flags=flags,
        )


def article_id(sku: str) -> bytes:
    """The id of an article that a till has not sold before: the same at every till."""
    return derive_id("article", sku)


class TaxVersion(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a tax class is from the business day `since` on: its rate as a ratio."""

    code: Word
    name: Word
    numerator: Annotated[int, Meta(ge=0, le=2**53)]
    denominator: Annotated[int, Meta(ge=1, le=2**53)]
    mode: Word
    fixed: Minor = 0
    since: DayText = ""

    def read(self) -> TaxClass:
        """The tax class; raises ValueError for a mode that this release does not know."""
        rate = Ratio(self.numerator, self.denominator)
        return TaxClass(self.code, self.name, rate, TaxMode(self.mode), self.fixed)


class TaxRecord(TaxVersion, frozen=True, kw_only=True, omit_defaults=True):
    """A tax class as it is told, and in `coming` what it will be after that, by day."""

    coming: Annotated[tuple[TaxVersion, ...], Meta(max_length=COMING_MAX)] = ()

    @property
    def versions(self) -> tuple[TaxVersion, ...]:
        """As it is, and as it will be, by day."""
        return (self, *self.coming)

    @staticmethod
    def of(tax: TaxClass) -> TaxRecord:
        """A tax class as it travels."""
        return TaxRecord(
            code=tax.code,
            name=tax.name,
            numerator=tax.rate.numerator,
            denominator=tax.rate.denominator,
            mode=tax.mode.value,
            fixed=tax.fixed_minor,
        )


class ArticlesAsk(Struct, frozen=True, kw_only=True):
    """Up to where a till has heard; nothing from the beginning. `dated` says that it keeps what
    holds from a later day on.
    """

    after: Cursor = ""
    most: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = PAGE_MAX
    dated: bool = False


class ArticlesGiven(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The next page, and the cursor behind it. `more`: ask again at once. `currency` is that of the
    prices, empty where head office keeps no articles.
    """

    next: Cursor
    articles: Annotated[tuple[ArticleRecord, ...], Meta(max_length=PAGE_MAX)] = ()
    taxes: Annotated[tuple[TaxRecord, ...], Meta(max_length=TAXES_MAX)] = ()
    currency: Text = ""
    more: bool = False
