"""A file of articles, of stores' prices or of taxes, read: what it would change, or what is wrong.

Shape: `read_changes(data, kept, money, ...)` gives a `ReadFile`, or raises `BadArticleFile` with
every finding, by line and column as the file names it. Which of the three a file is says its
header: one with `rate` and no `sku` is of taxes, one with `store` of prices, any other of articles,
which a till's own import reads. What would change nothing is counted and left out. A file of
articles that is `whole` withdraws those that it does not name.

A row with a day in `from`, or of a file with a `day`, says what holds from that day on (`coming`).
It is judged against what will be there by then, the file's own earlier days included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from posloyalty.documents.table_file import TableRow, TableUnreadable, read_table
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.headoffice.articles.coming import (
    WAITING_MAX,
    ArticleChange,
    Coming,
    ComingArticle,
    ComingPrice,
    ComingTax,
    Waiting,
    later_day,
    on_sale,
    records_on,
    withdrawn,
)
from posloyalty.headoffice.articles.feed import StorePrice
from posloyalty.headoffice.articles.kept_article import (
    ASSORTMENTS_MOST,
    CODE_MOST,
    KeptArticle,
)
from posloyalty.headoffice.articles.shelf import MemoryShelf
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import PRICE_MOST_MINOR
from posloyalty.services.shop.import_columns import Cells, Columns
from posloyalty.services.shop.import_products import COLUMNS as OF_ARTICLES
from posloyalty.services.shop.import_products import product_columns, take_row
from posloyalty.services.shop.import_report import RowFaults, RowFinding, Tally
from posloyalty.services.shop.import_rows import Seen
from posloyalty.sync.wire.articles import TAXES_MAX, TaxRecord, article_id

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
ROWS_MAX: Final = 50_000
UNPACKED_BYTES_MAX: Final = 128 * 1024 * 1024
"""Twice what so many rows with every column come to in a spreadsheet: a few kilobytes of an archive
can hold a gigabyte, whose reading takes minutes from everybody whom the server answers.
"""
FINDINGS_MOST: Final = 200
ARTICLES, PRICES, TAXES = "articles", "prices", "taxes"
_OF_PRICES: Final[Mapping[str, tuple[str, ...]]] = {
    "sku": OF_ARTICLES["sku"],
    "store": ("stores", "门店", "門市"),
    "price": OF_ARTICLES["price"],
}
_OF_ASSORTMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "assortments": ("assortment", "商品组合", "商品組合"),
}
_OF_DAYS: Final[Mapping[str, tuple[str, ...]]] = {"from": ("开始", "開始", "生效日期")}
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
    minor or None for the article's own), taxes; and what comes on later days.
    """

    kind: str
    currency: str = ""
    articles: tuple[KeptArticle, ...] = ()
    prices: tuple[tuple[str, str, int | None], ...] = ()
    taxes: tuple[TaxRecord, ...] = ()
    coming: tuple[Coming, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.articles or self.prices or self.taxes or self.coming)

    @property
    def first_day(self) -> str:
        """The first day of what comes later; empty where nothing does."""
        return min((one.day for one in self.coming), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What a file would change, and how many of its rows are new, other than what is there, the end
    of something, and nothing new.
    """

    changes: Changes
    added: int
    changed: int
    withdrawn: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What head office keeps when a file is read, and what waits; `today` is head office's day."""

    articles: Mapping[str, KeptArticle]
    prices: Mapping[StorePrice, int]
    taxes: Sequence[TaxRecord]
    stores: Sequence[str]
    waiting: Waiting
    today: date


def read_changes(
    data: bytes, kept: Kept, money: Currency, *, whole: bool = False, day: date | None = None
) -> ReadFile:
    """What would change; rows that say no day themselves hold from `day` on.

    Raises `BadArticleFile`, and `TableUnreadable` and `MissingColumns` as a till's import does;
    refuses ARTICLES_DAY, and ARTICLES_WHOLE_DAYS where a file that is all has days of its own.
    """
    if len(data) > FILE_BYTES_MAX:
        raise TableUnreadable("TOO_LARGE", file=_NAME, limit=FILE_BYTES_MAX)
    from_day = day.isoformat() if day is not None and later_day(day, kept.today) else ""
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("articles.xlsx" if data.startswith(_XLSX) else _NAME)
        path.write_bytes(data)
        rows = read_table(path, unpacked_bytes_max=UNPACKED_BYTES_MAX)
        return _read(rows, kept, money, whole=whole, day=from_day)


def _read(
    rows: Iterator[TableRow], kept: Kept, money: Currency, *, whole: bool, day: str
) -> ReadFile:
    told = tuple(_bounded(rows))
    if not told:
        raise TableUnreadable("NO_HEADER", file=_NAME)
    prices, header = Columns(_OF_PRICES, told[0].cells), told[0].cells
    reading = _Reading(kept, money)
    if whole and "from" in Columns(_OF_DAYS, header):
        raise ServiceRefusal("ARTICLES_WHOLE_DAYS")
    for since, some in reading.by_day(told, day):
        if "rate" in Columns(_OF_TAXES, header) and "sku" not in prices:
            reading.taxes(some, since)
        elif "store" in prices:
            reading.prices(some, since)
        else:
            reading.articles(some, since, whole=whole)
    return reading.done()


def _bounded(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    yield from islice(rows, ROWS_MAX)
    if next(rows, None) is not None:
        raise TableUnreadable("TOO_LARGE", file=_NAME, limit=ROWS_MAX)


class _Reading:
    """A file as far as it was read: by days, the earliest first, so that what it says of one is
    there on the next.
    """

    def __init__(self, kept: Kept, money: Currency) -> None:
        self._kept = kept
        self._money = money
        self._tally = Tally()
        self._today = kept.today.isoformat()
        self._there = dict(kept.articles)
        self._taxes = {one.code: one for one in kept.taxes}
        self._waiting = kept.waiting
        self._kind = ARTICLES
        self._articles: list[KeptArticle] = []
        self._prices: list[tuple[str, str, int | None]] = []
        self._new_taxes: dict[str, TaxRecord] = {}
        self._coming: list[Coming] = []
        self._added = self._gone = 0

    def by_day(self, rows: Sequence[TableRow], day: str) -> list[tuple[str, Sequence[TableRow]]]:
        """The rows by the day from which they hold, which is empty for at once."""
        columns = Columns(_OF_DAYS, rows[0].cells)
        if "from" not in columns:
            return [(day, rows)]
        found: defaultdict[str, list[TableRow]] = defaultdict(list)
        for row in rows:
            faults = RowFaults(row.line)
            cells, told = Cells(columns, row.cells, faults), day
            wanted = cells.day("from")
            try:
                if wanted is not None:
                    told = wanted.isoformat() if later_day(wanted, self._kept.today) else ""
            except ServiceRefusal as refused:
                cells.fault("from", "DAY_RANGE", **refused.facts)
            if faults:
                self._tally.refuse(faults)
            found[told].append(row)
        return sorted(found.items())

    def articles(self, rows: Sequence[TableRow], day: str, *, whole: bool) -> None:
        """Articles from a day on."""
        there = records_on(self._there, self._waiting, day or self._today)
        columns = product_columns(rows[0].cells)
        cells = (Cells(columns, row.cells, RowFaults(row.line)) for row in rows)
        lines = {one.raw("sku"): one.faults.line for one in cells}
        early = self._early(there, lines, day or self._today)
        shelf, seen = MemoryShelf({**there, **early}, self._taxes_on(day)), Seen()
        for row in rows:
            take_row(shelf, row, columns, seen, self._tally, money=self._money, new_id=article_id)
        moved = self._moved(shelf, rows)
        unchanged = {sku: None for sku in (*early, *moved) if sku not in shelf.changed}
        self._tally.unchanged -= len(unchanged)
        changed = [shelf.record(sku) for sku in (*shelf.changed, *unchanged)]
        if whole:
            missing = (one for sku, one in sorted(there.items()) if sku not in lines)
            changed += [withdrawn(one) for one in missing if not one.withdrawn]
        for one in changed:
            before = there.get(one.sku)
            self._added += before is None
            self._gone += before is not None and one.withdrawn and not before.withdrawn
            if day:
                self._comes(_coming_article(day, before, one), lines.get(one.sku, 1))
                if before is None:
                    self._there[one.sku] = replace(one, since=day)
            else:
                self._articles.append(one)
                self._there[one.sku] = one

    def _early(
        self, there: Mapping[str, KeptArticle], named: Collection[str], day: str
    ) -> dict[str, KeptArticle]:
        """Articles whose first day is later than this one and which the file names: they are sold
        from this day on, whatever else it says of them.
        """
        return {
            sku: on_sale(there[sku])
            for sku in named
            if sku in there and there[sku].withdrawn and self._there[sku].since > day
        }

    def _moved(self, shelf: MemoryShelf, rows: Sequence[TableRow]) -> list[str]:
        """Put what rows say of assortments on the shelf; the articles of which that is new."""
        columns = Columns(_OF_ASSORTMENTS, rows[0].cells)
        moved: list[str] = []
        if "assortments" not in columns:
            return moved
        for row in rows:
            faults = RowFaults(row.line)
            cells = Cells(columns, row.cells, faults)
            codes = tuple(sorted(one.upper() for one in cells.words("assortments")))
            for code in codes:
                if not (code.isascii() and code.isalnum() and len(code) <= CODE_MOST):
                    cells.fault("assortments", "BAD_ASSORTMENT", given=code, limit=CODE_MOST)
            if len(codes) > ASSORTMENTS_MOST:
                cells.fault("assortments", "TOO_MANY", limit=ASSORTMENTS_MOST)
            sku = Cells(product_columns(row.cells), row.cells, faults).raw("sku")
            if faults:
                self._tally.refuse(faults)
            elif shelf.belongs(sku, codes):
                moved.append(sku)
        return moved

    def prices(self, rows: Sequence[TableRow], day: str) -> None:
        """Prices of stores from a day on."""
        self._kind = PRICES
        columns, seen = Columns(_OF_PRICES, rows[0].cells), Seen()
        columns.require("sku", "store", "price")
        for row in rows:
            faults = RowFaults(row.line)
            cells = Cells(columns, row.cells, faults)
            sku, store, minor = self._price(cells, seen)
            _whole_row(row, faults)
            now = self._kept.prices.get((sku, store))
            before = self._waiting.price(sku, store, now, day or self._today)
            if faults:
                self._tally.refuse(faults)
            elif before == minor:
                self._tally.unchanged += 1
            else:
                self._tally.changed += 1
                self._added += before is None
                self._gone += minor is None
                if day:
                    told = ComingPrice(day=day, sku=sku, store=store, minor=minor)
                    self._comes(told, row.line)
                else:
                    self._prices.append((sku, store, minor))

    def _price(self, cells: Cells, seen: Seen) -> tuple[str, str, int | None]:
        sku, store = cells.text("sku", needed=True), cells.text("store", needed=True)
        minor = cells.amount("price", self._money)
        if minor is not None and not 0 <= minor <= PRICE_MOST_MINOR:
            cells.fault("price", "PRICE_RANGE")
        if sku and sku not in self._there:
            cells.fault("sku", "NO_SUCH_ARTICLE", sku=sku)
        if store and store not in self._kept.stores:
            cells.fault("store", "NO_SUCH_STORE", store=store)
        _once(cells, seen, "sku", f"{sku}\x00{store}")
        return sku, store, minor

    def taxes(self, rows: Sequence[TableRow], day: str) -> None:
        """Taxes from a day on. One that is new is there at once: nothing is taxed so before."""
        self._kind = TAXES
        columns, seen = Columns(_OF_TAXES, rows[0].cells), Seen()
        columns.require("code", "name", "rate", "mode")
        known = {one.code: one for one in self._taxes_on(day)}
        for row in rows:
            faults = RowFaults(row.line)
            cells = Cells(columns, row.cells, faults)
            found = _tax(cells, self._money)
            _whole_row(row, faults)
            _once(cells, seen, "code", cells.raw("code"))
            if len({*self._taxes, cells.raw("code")}) > TAXES_MAX:
                cells.fault("code", "TOO_MANY_TAXES", limit=TAXES_MAX)
            if faults or found is None:
                self._tally.refuse(faults)
            elif known.get(found.code) == found:
                self._tally.unchanged += 1
            else:
                self._tally.changed += 1
                self._added += found.code not in known
                if day and found.code in known:
                    self._comes(ComingTax(day=day, tax=found), row.line)
                else:
                    self._new_taxes[found.code] = self._taxes[found.code] = found

    def done(self) -> ReadFile:
        """What it comes to; raises `BadArticleFile`."""
        report = self._tally.report()
        if report.findings_total:
            found = sorted(report.findings, key=lambda one: one.line)[:FINDINGS_MOST]
            raise BadArticleFile(found, report.findings_total - len(found))
        changes = Changes(
            kind=self._kind,
            articles=tuple(self._articles),
            prices=tuple(self._prices),
            taxes=tuple(self._new_taxes.values()),
            coming=tuple(self._coming),
        )
        all_of_it = sum(map(len, (changes.articles, changes.prices, changes.taxes, changes.coming)))
        return ReadFile(
            changes=changes,
            added=self._added,
            changed=all_of_it - self._added - self._gone,
            withdrawn=self._gone,
            unchanged=report.unchanged,
        )

    def _taxes_on(self, day: str) -> list[TaxRecord]:
        day = day or self._today
        told = (self._waiting.tax(one, day) for one in self._taxes.values())
        return [replace(one, since="") for one in told]

    def _comes(self, one: Coming, line: int) -> None:
        """Note what comes, unless too much waits already."""
        if self._waiting.full(one.key):
            faults = RowFaults(line)
            faults.add("from", "TOO_MANY_COMING", limit=WAITING_MAX)
            self._tally.refuse(faults)
            return
        self._waiting.add(one)
        self._coming.append(one)


def _coming_article(day: str, before: KeptArticle | None, after: KeptArticle) -> ComingArticle:
    if before is None:
        return ComingArticle(day=day, sku=after.sku, new=replace(after, since=day))
    return ComingArticle(day=day, sku=after.sku, change=ArticleChange.between(before, after))


def _whole_row(row: TableRow, faults: RowFaults) -> None:
    """It has no cells beside those of the header."""
    if row.surplus:
        faults.add("", "SURPLUS_CELLS", n=row.surplus)


def _once(cells: Cells, seen: Seen, column: str, value: str) -> None:
    """No other row of the same day speaks of it."""
    first = seen.first_line(column, value, cells.faults.line)
    if first is not None:
        cells.fault(column, "TWICE_IN_FILE", line=first)


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
