"""Taking price lists over from a table: every bad row reported, the good ones in, nothing twice.

Shape: a row says its list by `list` and one price, `sku` and `price`. What belongs to the list
(`name`, `stores`, `from`, `until`, `for`, `rate`) may stand on any of its rows; an empty cell
leaves what the list has. A row without `sku` speaks of the list alone. The same file again changes
nothing, and what the file does not name stays in the list. A few rows share a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.shop.price_list import Buyers, PriceList
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.shop.catalogue import PRICE_MOST_MINOR
from posloyalty.services.shop.import_catalogue import CatalogueImport
from posloyalty.services.shop.import_columns import Cells, Columns
from posloyalty.services.shop.import_report import RowFaults, Tally
from posloyalty.services.shop.import_rows import Batch, Seen
from posloyalty.services.shop.price_lists import list_findings

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "list": ("price_list", "价目表", "價目表"),
    "name": ("名称", "名稱"),
    "stores": ("store", "门店", "門市"),
    "from": ("开始", "開始"),
    "until": ("结束", "結束"),
    "for": ("适用", "適用"),
    "rate": ("折扣率", "折數"),
    "sku": ("货号", "貨號", "商品编号", "商品編號"),
    "price": ("价格", "價格", "单价", "單價"),
}
EVERYBODY: Final = frozenset({"everybody", "所有人", "所有顾客", "所有顧客"})
MEMBERS: Final = frozenset({"members", "会员", "會員"})


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that could be read: its list with what the row says of it, and one price, or none."""

    made: PriceList
    product_id: bytes | None
    price_minor: int


class ImportPrices(CatalogueImport):
    """The import; one at a time."""

    kind = "prices_imported"

    def columns(self, header: Mapping[str, str]) -> Columns:
        """Read a header, in which the list has to be named."""
        columns = Columns(COLUMNS, header)
        columns.require("list")
        return columns

    def rows(self, batch: Batch, money: Currency) -> None:
        """Put each good row into its list."""
        unit, tally = batch.unit, batch.tally
        lists = {one.code: one for one in unit.catalogue.price_lists()}
        for row in batch.rows:
            faults = RowFaults(row.line)
            if row.surplus:
                faults.add("", "SURPLUS_CELLS", n=row.surplus)
            cells = Cells(batch.columns, row.cells, faults)
            read = _read(unit, cells, lists, money, batch.seen, row.line)
            if faults or read is None:
                tally.refuse(faults)
            else:
                _put(unit, read, lists, tally)


def _put(unit: UnitOfWork, read: _Row, lists: dict[str, PriceList], tally: Tally) -> None:
    """Save what a row brings, and count it."""
    known, made = lists.get(read.made.code), read.made
    prices: dict[bytes, int] = {}
    if read.product_id is not None and made.prices.get(read.product_id) != read.price_minor:
        prices = {read.product_id: read.price_minor}
    if known == made and not prices:
        tally.unchanged += 1
        return
    unit.catalogue.add_listed(made, prices)
    fresh = known is None or any(product not in known.prices for product in prices)
    lists[made.code] = replace(made, prices={**made.prices, **prices})
    if fresh:
        tally.added += 1
    else:
        tally.changed += 1


def _read(
    unit: UnitOfWork,
    cells: Cells,
    lists: Mapping[str, PriceList],
    money: Currency,
    seen: Seen,
    line: int,
) -> _Row | None:
    """A row as its list and a price; what is wrong with it goes to the cells' faults."""
    code = cells.text("list", needed=True)
    if not code:
        return None
    made = _listed(cells, lists.get(code), code)
    for found in list_findings(made, tuple(lists.values())):
        cells.fault(_COLUMN_OF.get(found.place, found.place), found.reason, **dict(found.facts))
    sku = cells.text("sku")
    if not sku:
        if cells.raw("price"):
            cells.fault("sku", "EMPTY")
        return None if cells.faults else _Row(made, None, 0)
    first = seen.first_line(f"price {code}", sku, line)
    if first is not None:
        cells.fault("sku", "TWICE_IN_FILE", line=first)
    price = cells.amount("price", money)
    if not cells.raw("price"):
        cells.fault("price", "EMPTY")
    elif price is not None and not 0 <= price <= PRICE_MOST_MINOR:
        cells.fault("price", "PRICE_RANGE")
    product = unit.catalogue.by_sku(sku)
    if product is None:
        cells.fault("sku", "UNKNOWN_PRODUCT")
    if cells.faults or product is None or price is None:
        return None
    return _Row(made, product.id, price)


_COLUMN_OF: Final = {
    "code": "list",
    "first_day": "from",
    "last_day": "until",
    "buyers_of": "for",
}


def _listed(cells: Cells, known: PriceList | None, code: str) -> PriceList:
    """The list with what a row says of it; a new one gets an id that follows from its code."""
    made = known or PriceList(id=derive_id("price_list", code), code=code, name=code)
    if cells.raw("name"):
        made = replace(made, name=cells.text("name"))
    if cells.raw("stores"):
        made = replace(made, stores=tuple(sorted(cells.words("stores"))))
    if cells.raw("from"):
        made = replace(made, first_day=cells.day("from"))
    if cells.raw("until"):
        made = replace(made, last_day=cells.day("until"))
    if cells.raw("rate"):
        made = replace(made, rate=_rate(cells))
    if cells.raw("for"):
        buyers, of = _buyers(cells)
        made = replace(made, buyers=buyers, buyers_of=of)
    return made


def _rate(cells: Cells) -> Ratio | None:
    given = cells.text("rate")
    try:
        return Ratio.parse(given)
    except BadRatio:
        cells.fault("rate", "BAD_RATE", given=given)
        return None


def _buyers(cells: Cells) -> tuple[Buyers, str]:
    """Whose list it is: `everybody`, `members`, `tier:gold` or `segment:students`."""
    given = cells.text("for")
    kind, _, of = given.partition(":")
    word = kind.strip().lower()
    if not of and word in EVERYBODY:
        return Buyers.EVERYBODY, ""
    if not of and word in MEMBERS:
        return Buyers.MEMBERS, ""
    if of.strip() and word in (Buyers.TIER, Buyers.SEGMENT):
        return Buyers(word), of.strip()
    known = "everybody, members, tier:…, segment:…"
    cells.fault("for", "NOT_ONE_OF", given=given, known=known)
    return Buyers.EVERYBODY, ""
