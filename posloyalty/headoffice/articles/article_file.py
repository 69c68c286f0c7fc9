"""A file of articles, of stores' prices or of taxes, read: what it would change, or what is wrong.

Shape: `read_changes(data, kept, money, ...)` gives `Changes`, or raises `BadArticleFile` with every
finding, by line and column as the file names it. Which of the three a file is says its header: one
with `rate` and no `sku` is of taxes, one with `store` of prices, any other of articles, which a
till's own import reads. What would change nothing is counted and left out. A file of articles that
is `whole` withdraws those that it does not name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.documents.table_file import TableRow, TableUnreadable, read_table
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.headoffice.articles.feed import StorePrice
from posloyalty.headoffice.articles.shelf import MemoryShelf
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import PRICE_MOST_MINOR
from posloyalty.services.shop.import_columns import Cells, Columns
from posloyalty.services.shop.import_products import COLUMNS as OF_ARTICLES
from posloyalty.services.shop.import_products import product_columns, take_row
from posloyalty.services.shop.import_report import RowFaults, RowFinding, Tally
from posloyalty.services.shop.import_rows import Seen
from posloyalty.sync.wire.articles import TAXES_MAX, ArticleRecord, TaxRecord, article_id

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
ROWS_MAX: Final = 50_000
FINDINGS_MOST: Final = 200
ARTICLES, PRICES, TAXES = "articles", "prices", "taxes"
_OF_PRICES: Final[Mapping[str, tuple[str, ...]]] = {
    "sku": OF_ARTICLES["sku"],
    "store": ("stores", "门店", "門市"),
    "price": OF_ARTICLES["price"],
}
_OF_TAXES: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("tax_class", "税类", "稅別"),
    "name": ("名称", "名稱"),
    "rate": ("税率", "稅率"),
    "mode": ("含税", "含稅"),
    "fixed": ("定额", "定額"),
}
_MODES: Final = {
    "inclusive": TaxMode.INCLUSIVE.value,
    "exclusive": TaxMode.EXCLUSIVE.value,
    "yes": TaxMode.INCLUSIVE.value,
    "no": TaxMode.EXCLUSIVE.value,
    "是": TaxMode.INCLUSIVE.value,
    "否": TaxMode.EXCLUSIVE.value,
}
_NAME: Final = "articles.csv"
_XLSX: Final = b"PK\x03\x04"
_CODE_MOST: Final = 12
_NAME_MOST: Final = 80


class BadArticleFile(ServiceRefusal):
    """A file with findings: the first of them, and how many `more` there are."""

    def __init__(self, findings: Sequence[RowFinding], more: int) -> None:
        super().__init__("ARTICLES_WRONG", count=len(findings) + more)
        self.wrong = tuple(findings)
        self.more = more


class Changes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file would change: the articles as they would be, stores' prices as (number, store,
    minor or None for the article's own), taxes.
    """

    kind: str
    currency: str = ""
    articles: tuple[ArticleRecord, ...] = ()
    prices: tuple[tuple[str, str, int | None], ...] = ()
    taxes: tuple[TaxRecord, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.articles or self.prices or self.taxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What head office keeps when a file is read."""

    articles: Mapping[str, ArticleRecord]
    prices: Mapping[StorePrice, int]
    taxes: Sequence[TaxRecord]
    stores: Sequence[str]


def read_changes(
    data: bytes, kept: Kept, money: Currency, *, whole: bool = False
) -> tuple[Changes, int]:
    """(what would change, how many rows change nothing).

    Raises `BadArticleFile`, and `TableUnreadable` and `MissingColumns` as a till's import does.
    """
    if len(data) > FILE_BYTES_MAX:
        raise TableUnreadable("TOO_LARGE", file=_NAME, limit=FILE_BYTES_MAX)
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("articles.xlsx" if data.startswith(_XLSX) else _NAME)
        path.write_bytes(data)
        return _read(read_table(path), kept, money, whole=whole)


def _read(
    rows: Iterator[TableRow], kept: Kept, money: Currency, *, whole: bool
) -> tuple[Changes, int]:
    first = next(rows, None)
    if first is None:
        raise TableUnreadable("NO_HEADER", file=_NAME)
    tally = Tally()
    told = _bounded(chain((first,), rows))
    prices = Columns(_OF_PRICES, first.cells)
    if "rate" in Columns(_OF_TAXES, first.cells) and "sku" not in prices:
        changes = _taxes(told, kept, money, tally)
    elif "store" in prices:
        changes = _prices(told, kept, money, tally)
    else:
        changes = _articles(told, kept, money, tally, whole=whole)
    report = tally.report()
    if report.findings_total:
        found = report.findings[:FINDINGS_MOST]
        raise BadArticleFile(found, report.findings_total - len(found))
    return changes, report.unchanged


def _bounded(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    yield from islice(rows, ROWS_MAX)
    if next(rows, None) is not None:
        raise TableUnreadable("TOO_LARGE", file=_NAME, limit=ROWS_MAX)


def _articles(
    rows: Iterator[TableRow], kept: Kept, money: Currency, tally: Tally, *, whole: bool
) -> Changes:
    shelf, seen, named = MemoryShelf(kept.articles, kept.taxes), Seen(), set()
    columns: Columns | None = None
    for row in rows:
        columns = columns or product_columns(row.cells)
        named.add(Cells(columns, row.cells, RowFaults(row.line)).raw("sku"))
        take_row(shelf, row, columns, seen, tally, money=money, new_id=article_id)
    changed = [shelf.record(sku) for sku in shelf.changed]
    if whole:
        missing = (one for sku, one in sorted(kept.articles.items()) if sku not in named)
        changed += [withdrawn(one) for one in missing if not one.withdrawn]
    return Changes(kind=ARTICLES, articles=tuple(changed))


def withdrawn(record: ArticleRecord) -> ArticleRecord:
    """The article as one that is sold no more."""
    return msgspec.structs.replace(record, flags=(*record.flags, "withdrawn"))


def _prices(rows: Iterator[TableRow], kept: Kept, money: Currency, tally: Tally) -> Changes:
    changed: list[tuple[str, str, int | None]] = []
    stores, seen = set(kept.stores), Seen()
    columns: Columns | None = None
    for row in rows:
        if columns is None:
            columns = Columns(_OF_PRICES, row.cells)
            columns.require("sku", "store", "price")
        faults = RowFaults(row.line)
        cells = Cells(columns, row.cells, faults)
        sku, store = cells.text("sku", needed=True), cells.text("store", needed=True)
        minor = cells.amount("price", money)
        if row.surplus:
            faults.add("", "SURPLUS_CELLS", n=row.surplus)
        if minor is not None and not 0 <= minor <= PRICE_MOST_MINOR:
            cells.fault("price", "PRICE_RANGE")
        if sku and sku not in kept.articles:
            cells.fault("sku", "NO_SUCH_ARTICLE", sku=sku)
        if store and store not in stores:
            cells.fault("store", "NO_SUCH_STORE", store=store)
        first = seen.first_line("price", f"{sku}\x00{store}", row.line)
        if first is not None:
            cells.fault("sku", "TWICE_IN_FILE", line=first)
        before = kept.prices.get((sku, store))
        if faults:
            tally.refuse(faults)
        elif before == minor:
            tally.unchanged += 1
        else:
            tally.changed += 1
            changed.append((sku, store, minor))
    return Changes(kind=PRICES, prices=tuple(changed))


def _taxes(rows: Iterator[TableRow], kept: Kept, money: Currency, tally: Tally) -> Changes:
    known, seen = {one.code: one for one in kept.taxes}, Seen()
    changed: dict[str, TaxRecord] = {}
    columns: Columns | None = None
    for row in rows:
        if columns is None:
            columns = Columns(_OF_TAXES, row.cells)
            columns.require("code", "name", "rate", "mode")
        faults = RowFaults(row.line)
        cells = Cells(columns, row.cells, faults)
        found = _tax(cells, money)
        if row.surplus:
            faults.add("", "SURPLUS_CELLS", n=row.surplus)
        first = seen.first_line("tax", cells.raw("code"), row.line)
        if first is not None:
            cells.fault("code", "TWICE_IN_FILE", line=first)
        if len({*known, *changed, cells.raw("code")}) > TAXES_MAX:
            cells.fault("code", "TOO_MANY_TAXES", limit=TAXES_MAX)
        if faults or found is None:
            tally.refuse(faults)
        elif known.get(found.code) == found:
            tally.unchanged += 1
        else:
            tally.changed += 1
            changed[found.code] = found
    return Changes(kind=TAXES, taxes=tuple(changed.values()))


def _tax(cells: Cells, money: Currency) -> TaxRecord | None:
    code = cells.text("code", needed=True, most=_CODE_MOST)
    name = cells.text("name", needed=True, most=_NAME_MOST)
    mode = cells.choice("mode", _MODES, default=TaxMode.INCLUSIVE.value)
    fixed = cells.amount("fixed", money) or 0
    told = cells.text("rate", needed=True)
    try:
        rate = Ratio.parse(told)
    except BadRatio:
        cells.fault("rate", "BAD_RATE", given=told)
        return None
    if not 0 <= rate <= 1:
        cells.fault("rate", "RATE_RANGE")
    if not 0 <= fixed <= PRICE_MOST_MINOR:
        cells.fault("fixed", "PRICE_RANGE")
    if cells.faults:
        return None
    return TaxRecord.of(TaxClass(code, name, rate, TaxMode(mode), fixed))
