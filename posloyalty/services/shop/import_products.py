"""Taking products over from a table: every bad row reported, the good ones in, nothing twice.

Shape: rows come as `documents/table_file` reads them (line and cells). A product is known by its
stock number: a row whose product is there and the same changes nothing, so the same file may be
imported again, also after it was stopped in the middle. What a file has no column for stays as the
product has it. Categories that a file names and the shop lacks are made. A few rows share a
transaction, so that the cashier's sale never waits long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.product import Category, Product, Unit
from posloyalty.domain.values.money import Currency
from posloyalty.services.shop.catalogue import CATEGORY_NAME_MOST, ProductForm, judged
from posloyalty.services.shop.catalogue import Shelf as Judging
from posloyalty.services.shop.import_catalogue import CatalogueImport
from posloyalty.services.shop.import_columns import Cells, Columns
from posloyalty.services.shop.import_report import RowFaults, Tally
from posloyalty.services.shop.import_rows import Batch, Row, Seen
from posloyalty.services.shop.initials import initials

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "sku": ("货号", "貨號", "商品编号", "商品編號", "编号", "編號"),
    "name": ("名称", "名稱", "品名", "商品名称", "商品名稱"),
    "price": ("价格", "價格", "单价", "單價", "售价", "售價"),
    "tax_class": ("tax", "税类", "稅別", "税率"),
    "unit": ("单位", "單位"),
    "category": ("分类", "分類", "类别", "類別"),
    "codes": ("code", "barcode", "ean", "gtin", "条码", "條碼", "条形码", "plu"),
    "tags": ("tag", "标签", "標籤"),
    "earns": ("积分", "積點"),
    "discountable": ("可折扣",),
    "gift_card": ("礼品卡", "禮物卡"),
    "deposit": ("押金",),
    "fee": ("费用", "費用"),
    "active": ("在售", "上架"),
}
# Column and field of what a product keeps when the file has no such column.
FIELDS: Final = (
    ("price", "price_minor"),
    ("category", "category_id"),
    *(
        (name, name)
        for name in ("unit codes tags earns discountable gift_card deposit fee active").split()
    ),
)
UNITS: Final = {
    "each": "each",
    "pc": "each",
    "个": "each",
    "個": "each",
    "件": "each",
    "kg": "kg",
    "公斤": "kg",
    "千克": "kg",
}
COLOURS: Final = ("amber", "brown", "blue", "teal", "orange", "green", "red", "indigo", "purple")


@dataclass(frozen=True, slots=True)
class _Parsed:
    form: ProductForm
    category: str


class Shelf(Judging, Protocol):
    """Where rows are put: a book's catalogue, or head office's articles."""

    def of_office(self, product_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some products that head office keeps, and nobody changes here."""
        ...

    def save_category(self, category: Category) -> None:
        """Add or replace a category."""
        ...

    def save_product(self, product: Product, *, initials: str) -> None:
        """Add or replace a product with its codes."""
        ...


class ImportProducts(CatalogueImport):
    """The import; one at a time."""

    kind = "products_imported"

    def columns(self, header: Mapping[str, str]) -> Columns:
        """Read a header."""
        return product_columns(header)

    def rows(self, batch: Batch, money: Currency) -> None:
        """Add or change the product of each good row."""
        for row in batch.rows:
            take_row(
                batch.unit.catalogue,
                row,
                batch.columns,
                batch.seen,
                batch.tally,
                money=money,
                new_id=lambda _sku: self._ids.new_id(),
            )


def product_columns(header: Mapping[str, str]) -> Columns:
    """Read a header, which needs a number, a name and a tax class; raises `MissingColumns`."""
    columns = Columns(COLUMNS, header)
    columns.require("sku", "name", "tax_class")
    return columns


def take_row(
    shelf: Shelf,
    row: Row,
    columns: Columns,
    seen: Seen,
    tally: Tally,
    *,
    money: Currency,
    new_id: Callable[[str], bytes],
) -> None:
    """Put the product of a good row on the shelf, and count it; a bad one is counted with all that
    is wrong with it. `new_id` gives the id of a product by its stock number.
    """
    faults = RowFaults(row.line)
    cells = Cells(columns, row.cells, faults)
    parsed = _parse(cells, money)
    if row.surplus:
        faults.add("", "SURPLUS_CELLS", n=row.surplus)
    first = seen.first_line("sku", parsed.form.sku, row.line)
    if first is not None and parsed.form.sku:
        cells.fault("sku", "TWICE_IN_FILE", line=first)
    known = shelf.by_sku(parsed.form.sku)
    category = _category(shelf, parsed.category, make=not faults)
    form = replace(parsed.form, category_id=category.id if category else None)
    if known is not None:
        form = _completed(form, known, columns)
    product, findings = judged(shelf, form, known.id if known else new_id(form.sku))
    for found in findings:
        if not any(fault.column == columns.in_file(found.place) for fault in faults.found):
            faults.add(columns.in_file(found.place), found.reason, **dict(found.facts))
    if known is not None and known != product and shelf.of_office((known.id,)):
        cells.fault("sku", "ARTICLE_OF_HEAD_OFFICE")
    if faults:
        tally.refuse(faults)
    elif known == product:
        tally.unchanged += 1
    else:
        shelf.save_product(product, initials=initials(product.name))
        if known is None:
            tally.added += 1
        else:
            tally.changed += 1


def category_named(shelf: Shelf, name: str) -> Category:
    """The category of a name, made where the shelf has none. Its id derives from the name, so that
    a programme file can name it, and that it is the same at every till.
    """
    categories = shelf.categories()
    for category in categories:
        if category.name == name:
            return category
    colour = COLOURS[len(categories) % len(COLOURS)]
    made = Category(category_id(name), name, colour, len(categories))
    shelf.save_category(made)
    return made


def _category(shelf: Shelf, name: str, *, make: bool) -> Category | None:
    if not name:
        return None
    if make:
        return category_named(shelf, name)
    return next((one for one in shelf.categories() if one.name == name), None)


def _parse(cells: Cells, money: Currency) -> _Parsed:
    """A row as a form; what is wrong with it goes to the cells' faults."""
    form = ProductForm(
        sku=cells.text("sku", needed=True),
        name=cells.text("name", needed=True),
        price_minor=cells.amount("price", money),
        tax_class=cells.text("tax_class", needed=True),
        unit=Unit(cells.choice("unit", UNITS, default=Unit.EACH.value)),
        codes=cells.words("codes"),
        tags=cells.words("tags"),
        earns=cells.truth("earns", default=True),
        discountable=cells.truth("discountable", default=True),
        gift_card=cells.truth("gift_card", default=False),
        deposit=cells.truth("deposit", default=False),
        fee=cells.truth("fee", default=False),
        active=cells.truth("active", default=True),
    )
    return _Parsed(form, cells.text("category", most=CATEGORY_NAME_MOST))


def _completed(form: ProductForm, known: Product, columns: Columns) -> ProductForm:
    """The form with what the file does not speak of as the product has it."""
    kept = {field: getattr(known, field) for column, field in FIELDS if column not in columns}
    return replace(form, picture=known.picture, **kept)
