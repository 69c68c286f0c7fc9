"""What holds from a later day on: one change of an article, of a store's price or of a tax.

Shape: a file with a day comes to a list of `Coming`. What an article is on a day is what it is now
with what comes by then on top (`Day`), in the order of days and, of one day, of files. An article
keeps only what a file changes, so that a new price of January leaves alone what is said of the name
in December. An article that is new from a day on has it as its `since`, and is withdrawn before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.articles import WITHDRAWN, ArticleVersion, TaxRecord, TaxVersion

AHEAD_DAYS_MAX: Final = 366
WAITING_MAX: Final = 8
"""So many changes of one article, store's price or tax may wait."""
NEVER: Final = "9999-12-31"
"""The day of an article that was to come, and was taken back before it did."""
ARTICLE, PRICE, TAX = "article", "price", "tax"
FIELDS: Final = ("name", "tax", "price", "unit", "cat", "codes", "tags", "flags", "assortments")
_VERSION: Final = ArticleVersion.__struct_fields__
_TAX_VERSION: Final = TaxVersion.__struct_fields__
Key = tuple[str, str, str]
"""(kind, item number or code of a tax, code of a store or nothing)."""


class ArticleChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What becomes other of an article; the rest stays."""

    name: str | UnsetType = UNSET
    tax: str | UnsetType = UNSET
    price: int | UnsetType | None = UNSET
    unit: str | UnsetType = UNSET
    cat: str | UnsetType = UNSET
    codes: tuple[str, ...] | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    flags: tuple[str, ...] | UnsetType = UNSET
    assortments: tuple[str, ...] | UnsetType = UNSET

    @staticmethod
    def between(before: KeptArticle, after: KeptArticle) -> ArticleChange:
        """What makes the one of the other."""
        told = {name: getattr(after, name) for name in FIELDS}
        return ArticleChange(**{n: v for n, v in told.items() if v != getattr(before, n)})

    def on(self, record: KeptArticle) -> KeptArticle:
        """The article with it."""
        told = {name: getattr(self, name) for name in FIELDS}
        return msgspec.structs.replace(record, **{n: v for n, v in told.items() if v is not UNSET})


class ComingArticle(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=ARTICLE):
    """An article becomes other; `new` is one that there was not before."""

    day: str
    sku: str
    change: ArticleChange = ArticleChange()
    new: KeptArticle | None = None

    @property
    def key(self) -> Key:
        """What it is about."""
        return (ARTICLE, self.sku, "")


class ComingPrice(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=PRICE):
    """A store asks another price, in minor units; None is the article's own."""

    day: str
    sku: str
    store: str
    minor: int | None = None

    @property
    def key(self) -> Key:
        """What it is about."""
        return (PRICE, self.sku, self.store)


class ComingTax(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=TAX):
    """A tax becomes another."""

    day: str
    tax: TaxRecord

    @property
    def key(self) -> Key:
        """What it is about."""
        return (TAX, self.tax.code, "")


Coming = ComingArticle | ComingPrice | ComingTax


def later_day(day: date, today: date) -> bool:
    """Whether a day is one to come; refuses ARTICLES_DAY for one that is over or too far away."""
    last = today + timedelta(days=AHEAD_DAYS_MAX)
    if not today <= day <= last:
        raise ServiceRefusal("ARTICLES_DAY", first=today.isoformat(), last=last.isoformat())
    return day > today


def withdrawn(record: KeptArticle) -> KeptArticle:
    """The article as one that is sold no more."""
    if record.withdrawn:
        return record
    return msgspec.structs.replace(record, flags=(*record.flags, WITHDRAWN))


def on_sale(record: KeptArticle) -> KeptArticle:
    """The article as one that is sold."""
    flags = tuple(one for one in record.flags if one != WITHDRAWN)
    return msgspec.structs.replace(record, flags=flags)


class Waiting:
    """Everything that waits of some articles, prices and taxes. `rows` come by day and file."""

    def __init__(self, rows: Iterable[Coming]) -> None:
        self._of: dict[Key, list[Coming]] = defaultdict(list)
        self._stores: dict[str, set[str]] = defaultdict(set)
        for one in rows:
            self.add(one)

    def add(self, one: Coming) -> None:
        """One more."""
        rows = self._of[one.key]
        rows.append(one)
        rows.sort(key=lambda row: row.day)  # stable: of one day the later file counts
        if isinstance(one, ComingPrice):
            self._stores[one.sku].add(one.store)

    def full(self, key: Key) -> bool:
        """Whether no more may wait for it."""
        return len(self._of.get(key, ())) >= WAITING_MAX

    def article(self, record: KeptArticle, day: str) -> KeptArticle:
        """The article as it is on a day."""
        if record.since > day:
            record = withdrawn(record)
        for one in self._of.get((ARTICLE, record.sku, ""), ()):
            if isinstance(one, ComingArticle) and one.day <= day:
                record = one.change.on(record)
        return record

    def price(self, sku: str, store: str, now: int | None, day: str) -> int | None:
        """What a store asks on a day; None is the article's own price."""
        for one in self._of.get((PRICE, sku, store), ()):
            if isinstance(one, ComingPrice) and one.day <= day:
                now = one.minor
        return now

    def tax(self, now: TaxRecord, day: str) -> TaxRecord:
        """A tax as it is on a day."""
        for one in self._of.get((TAX, now.code, ""), ()):
            if isinstance(one, ComingTax) and one.day <= day:
                now = one.tax
        return now

    def told(
        self, record: KeptArticle, *, store: str, own: int | None, assortment: str
    ) -> KeptArticle:
        """An article as a till of a store hears it, whose own price is this now and which has this
        assortment: what it is, with what it will be.
        """
        rows = (*self._rows(ARTICLE, record.sku), *self._rows(PRICE, record.sku, store))
        if not rows and not record.assortments:
            return record if own is None else msgspec.structs.replace(record, price=own)
        told: list[KeptArticle] = []
        for day in sorted({record.since, *(one.day for one in rows)}):
            price = self.price(record.sku, store, own, day)
            now = msgspec.structs.replace(self.article(record, day), since=day)
            now = now if price is None else msgspec.structs.replace(now, price=price)
            if not now.is_of(assortment):
                now = now.left_out()
            if not told or now != msgspec.structs.replace(told[-1], since=day):
                told.append(now)
        coming = tuple(map(_version, told[1:]))
        return msgspec.structs.replace(told[0], coming=coming, assortments=())

    def told_tax(self, tax: TaxRecord) -> TaxRecord:
        """A tax as a till hears it."""
        days = sorted({one.day for one in self._rows(TAX, tax.code)})
        coming = (msgspec.structs.replace(self.tax(tax, day), since=day) for day in days)
        return msgspec.structs.replace(tax, coming=tuple(map(_tax_version, coming)))

    def _rows(self, kind: str, code: str, store: str = "") -> Sequence[Coming]:
        return self._of.get((kind, code, store), ())


def _version(record: KeptArticle) -> ArticleVersion:
    """An article without what it will be."""
    return ArticleVersion(**{name: getattr(record, name) for name in _VERSION})


def _tax_version(tax: TaxRecord) -> TaxVersion:
    """A tax without what it will be."""
    return TaxVersion(**{name: getattr(tax, name) for name in _TAX_VERSION})


def records_on(
    records: Mapping[str, KeptArticle], waiting: Waiting, day: str
) -> dict[str, KeptArticle]:
    """All articles as they are on a day, without anything of days."""
    told = ((sku, waiting.article(one, day)) for sku, one in records.items())
    return {sku: msgspec.structs.replace(one, since="") if one.since else one for sku, one in told}
