"""Products, categories, tax classes and quick keys on disk.

The first page of quick keys belongs to no category; its page is stored as an empty BLOB. Every
change raises the catalogue's version, which tells the catalogue service to read again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, null, select
from sqlalchemy.dialects.sqlite import insert

from posloyalty.domain.shop.price_list import PriceList
from posloyalty.domain.shop.product import Category, Product, TaxClass, TaxMode, Unit
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ports import QuickKeyRow
from posloyalty.storage.office_tables import OFFICE_ARTICLE
from posloyalty.storage.repositories.price_lists import (
    add_listed_prices,
    read_price_lists,
    write_price_list,
)
from posloyalty.storage.statements import Insert, Statement, in_pieces, several, those
from posloyalty.storage.tables import (
    CATEGORY,
    PRODUCT,
    PRODUCT_CODE,
    QUICK_KEY,
    SETTING,
    TAX_CLASS,
)

VERSION_SETTING = "catalogue.version"
_FLAGS = ("earns", "discountable", "gift_card", "deposit", "fee", "active")
_INSERT_CODE = Insert(PRODUCT_CODE)
_KEEP_FOR_OFFICE = Insert(OFFICE_ARTICLE, or_ignore=True)
_OF_OFFICE = Statement(
    select(OFFICE_ARTICLE.c.product_id).where(several(OFFICE_ARTICLE.c.product_id))
)
_LET_GO = Statement(delete(OFFICE_ARTICLE))
_TAXED_BY_OFFICE = Statement(
    select(PRODUCT.c.id)
    .join(OFFICE_ARTICLE, OFFICE_ARTICLE.c.product_id == PRODUCT.c.id)
    .where(PRODUCT.c.tax_class == bindparam("tax"))
    .limit(1)
)
_CODED = PRODUCT.join(PRODUCT_CODE, PRODUCT_CODE.c.product_id == PRODUCT.c.id)
_BY_CODE = Statement(
    select(*PRODUCT.columns)
    .select_from(_CODED)
    .where(PRODUCT_CODE.c.code == bindparam("scanned"), PRODUCT.c.active == 1)
)
_CODE_OWNER = Statement(
    select(*PRODUCT.columns).select_from(_CODED).where(PRODUCT_CODE.c.code == bindparam("scanned"))
)
_BY_SKU = Statement(select(*PRODUCT.columns).where(PRODUCT.c.sku == bindparam("number")))
_BY_ID = Statement(select(*PRODUCT.columns).where(PRODUCT.c.id == bindparam("product")))
_NAMED = Statement(
    select(
        *(column for column in PRODUCT.columns if column is not PRODUCT.c.picture),
        null().label("picture"),
    ).where(several(PRODUCT.c.id))
)
_PRODUCTS = Statement(select(*PRODUCT.columns).order_by(PRODUCT.c.name, PRODUCT.c.sku))
_FIRST_OF = Statement(
    select(PRODUCT.c.id)
    .where(PRODUCT.c.category_id == bindparam("category"), PRODUCT.c.active == 1)
    .order_by(PRODUCT.c.name, PRODUCT.c.sku)
    .limit(bindparam("most"))
)
_INITIALS = Statement(select(PRODUCT.c.id, PRODUCT.c.initials))
_CODES = Statement(
    select(PRODUCT_CODE.c.code)
    .where(PRODUCT_CODE.c.product_id == bindparam("product"))
    .order_by(PRODUCT_CODE.c.place)
)
_GIVEN = func.json_each(bindparam("given")).table_valued("value", name="given")
_AMONG_SKUS = Statement(select(*PRODUCT.columns).where(PRODUCT.c.sku.in_(select(_GIVEN.c.value))))
_AMONG_CODES = Statement(
    select(*PRODUCT.columns)
    .select_from(_CODED)
    .where(PRODUCT_CODE.c.code.in_(select(_GIVEN.c.value)))
)
_AMONG_IDS = Statement(
    select(*PRODUCT.columns).where(PRODUCT.c.id.in_(select(func.unhex(_GIVEN.c.value))))
)
_CODES_AMONG = Statement(
    select(PRODUCT_CODE.c.product_id, PRODUCT_CODE.c.code)
    .where(PRODUCT_CODE.c.product_id.in_(select(func.unhex(_GIVEN.c.value))))
    .order_by(PRODUCT_CODE.c.product_id, PRODUCT_CODE.c.place)
)
_ALL_CODES = Statement(
    select(PRODUCT_CODE.c.product_id, PRODUCT_CODE.c.code).order_by(PRODUCT_CODE.c.place)
)
_DROP_CODES = Statement(
    delete(PRODUCT_CODE).where(PRODUCT_CODE.c.product_id == bindparam("product"))
)
_CATEGORIES = Statement(
    select(*CATEGORY.columns).order_by(CATEGORY.c.position, CATEGORY.c.name, CATEGORY.c.id)
)
_TAX_CLASSES = Statement(select(*TAX_CLASS.columns).order_by(TAX_CLASS.c.code))
_QUICK_KEYS = Statement(select(*QUICK_KEY.columns).order_by(QUICK_KEY.c.page, QUICK_KEY.c.position))
_CLEAR_KEY = Statement(
    delete(QUICK_KEY).where(
        QUICK_KEY.c.page == bindparam("on_page"), QUICK_KEY.c.position == bindparam("at")
    )
)
_VERSION = Statement(select(SETTING.c.value).where(SETTING.c.name == VERSION_SETTING))


def _upsert(table: Any, *key: str) -> Statement:
    names = [column.name for column in table.columns]
    statement = insert(table).values({name: bindparam(name) for name in names})
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return Statement(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


_PUT_PRODUCT = _upsert(PRODUCT, "id")
_PUT_CATEGORY = _upsert(CATEGORY, "id")
_PUT_TAX_CLASS = _upsert(TAX_CLASS, "code")
_PUT_KEY = _upsert(QUICK_KEY, "page", "position")
_PUT_SETTING = _upsert(SETTING, "name")


class Catalogue:
    """The catalogue on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_code(self, code: str) -> Product | None:
        """The active product with a canonical scan code."""
        return self._one(_BY_CODE.run(self._connection, scanned=code).first())

    def code_owner(self, code: str) -> Product | None:
        """The product with a canonical scan code, active or not."""
        return self._one(_CODE_OWNER.run(self._connection, scanned=code).first())

    def by_sku(self, sku: str) -> Product | None:
        """A product by its stock number."""
        return self._one(_BY_SKU.run(self._connection, number=sku).first())

    def product(self, product_id: bytes) -> Product | None:
        """A product by id."""
        return self._one(_BY_ID.run(self._connection, product=product_id).first())

    def products_named(self, product_ids: Sequence[bytes]) -> dict[bytes, Product]:
        """Products by their ids, without pictures and codes: what rules look at."""
        return {
            row.id: _product(row, ())
            for some in in_pieces(product_ids)
            for row in _NAMED.run(self._connection, **those(some))
        }

    def products_among(
        self, skus: Sequence[str], codes: Sequence[str], product_ids: Sequence[bytes]
    ) -> tuple[Product, ...]:
        """The products that have one of these numbers, codes or ids, with all their codes."""
        found = {
            row.id: row
            for statement, asked in (
                (_AMONG_SKUS, _texts(skus)),
                (_AMONG_CODES, _texts(codes)),
                (_AMONG_IDS, _texts([one.hex() for one in product_ids])),
            )
            for row in statement.run(self._connection, given=asked)
        }
        theirs: dict[bytes, list[str]] = {one: [] for one in found}
        asked = _texts([one.hex() for one in found])
        for row in _CODES_AMONG.run(self._connection, given=asked):
            theirs[row.product_id].append(row.code)
        return tuple(_product(row, tuple(theirs[one])) for one, row in found.items())

    def first_of(self, category_id: bytes, limit: int) -> tuple[bytes, ...]:
        """The first active products of a category, by name: their ids."""
        rows = _FIRST_OF.run(self._connection, category=category_id, most=limit)
        return tuple(row.id for row in rows)

    def products(self) -> tuple[Product, ...]:
        """Every product, by name."""
        codes: dict[bytes, list[str]] = {}
        for row in _ALL_CODES.run(self._connection):
            codes.setdefault(row.product_id, []).append(row.code)
        rows = _PRODUCTS.run(self._connection)
        return tuple(_product(row, tuple(codes.get(row.id, ()))) for row in rows)

    def initials(self) -> dict[bytes, str]:
        """Product id -> lower-case pinyin initials."""
        return {row.id: row.initials for row in _INITIALS.run(self._connection)}

    def of_office(self, product_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some products that head office keeps."""
        return frozenset(
            row.product_id
            for some in in_pieces(product_ids)
            for row in _OF_OFFICE.run(self._connection, **those(some))
        )

    def is_tax_of_office(self, code: str) -> bool:
        """Whether something that head office keeps is taxed so."""
        return _TAXED_BY_OFFICE.run(self._connection, tax=code).first() is not None

    def categories(self) -> tuple[Category, ...]:
        """Every category, by position."""
        rows = _CATEGORIES.run(self._connection)
        return tuple(Category(row.id, row.name, row.colour, row.position) for row in rows)

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Every tax class, by code."""
        return tuple(
            TaxClass(
                row.code,
                row.name,
                Ratio(row.numerator, row.denominator),
                TaxMode(row.mode),
                row.fixed_minor,
            )
            for row in _TAX_CLASSES.run(self._connection)
        )

    def price_lists(self) -> tuple[PriceList, ...]:
        """Every price list, by code."""
        return read_price_lists(self._connection)

    def quick_keys(self) -> tuple[QuickKeyRow, ...]:
        """Every quick key, by page and position."""
        return tuple(
            QuickKeyRow(page=row.page or None, position=row.position, product_id=row.product_id)
            for row in _QUICK_KEYS.run(self._connection)
        )

    def version(self) -> int:
        """A number that grows with every change."""
        row = _VERSION.run(self._connection).first()
        return 0 if row is None else int(row.value)

    def save_product(self, product: Product, *, initials: str) -> None:
        """Add or replace a product with its codes."""
        self.save_products(((product, initials),))

    def save_products(self, products: Sequence[tuple[Product, str]]) -> None:
        """Add or replace some products, each with its initials. A code may go from one of them to
        another.
        """
        _PUT_PRODUCT.many(self._connection, [_row(*one) for one in products])
        _DROP_CODES.many(self._connection, [{"product": one.id} for one, _ in products])
        codes = [
            (code, one.id, place) for one, _ in products for place, code in enumerate(one.codes)
        ]
        _INSERT_CODE.many(self._connection, codes)
        self._changed()

    def keep_for_office(self, product_ids: Sequence[bytes]) -> None:
        """Head office keeps these products from now on."""
        _KEEP_FOR_OFFICE.many(self._connection, [(one,) for one in product_ids])

    def let_go_by_office(self) -> None:
        """Head office keeps none any more."""
        _LET_GO.run(self._connection)

    def save_category(self, category: Category) -> None:
        """Add or replace a category."""
        _PUT_CATEGORY.run(
            self._connection,
            id=category.id,
            name=category.name,
            colour=category.colour,
            position=category.position,
        )
        self._changed()

    def save_tax_class(self, tax_class: TaxClass) -> None:
        """Add or replace a tax class."""
        _PUT_TAX_CLASS.run(
            self._connection,
            code=tax_class.code,
            name=tax_class.name,
            numerator=tax_class.rate.numerator,
            denominator=tax_class.rate.denominator,
            mode=tax_class.mode.value,
            fixed_minor=tax_class.fixed_minor,
        )
        self._changed()

    def save_price_list(self, price_list: PriceList) -> None:
        """Add or replace a price list with its prices."""
        write_price_list(self._connection, price_list)
        self._changed()

    def add_listed(self, price_list: PriceList, prices: Mapping[bytes, int]) -> None:
        """Add or change a list, and set some prices of it; its others stay."""
        add_listed_prices(self._connection, price_list, prices)
        self._changed()

    def set_quick_key(self, page: bytes | None, position: int, product_id: bytes | None) -> None:
        """Put a product on a key, or clear the key."""
        if product_id is None:
            _CLEAR_KEY.run(self._connection, on_page=page or b"", at=position)
        else:
            _PUT_KEY.run(
                self._connection, page=page or b"", position=position, product_id=product_id
            )
        self._changed()

    def _changed(self) -> None:
        _PUT_SETTING.run(self._connection, name=VERSION_SETTING, value=str(self.version() + 1))

    def _one(self, row: Any) -> Product | None:
        if row is None:
            return None
        codes = _CODES.run(self._connection, product=row.id)
        return _product(row, tuple(code.code for code in codes))


def _row(product: Product, initials: str) -> dict[str, object]:
    return {
        "id": product.id,
        "sku": product.sku,
        "name": product.name,
        "initials": initials,
        "price_minor": product.price_minor,
        "tax_class": product.tax_class,
        "unit": product.unit.value,
        "category_id": product.category_id,
        "tags": json.dumps(product.tags, ensure_ascii=False),
        "picture": product.picture,
        **{name: int(getattr(product, name)) for name in _FLAGS},
    }


def _texts(words: Sequence[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _product(row: Any, codes: tuple[str, ...]) -> Product:
    return Product(
        id=row.id,
        sku=row.sku,
        name=row.name,
        price_minor=row.price_minor,
        tax_class=row.tax_class,
        unit=Unit(row.unit),
        category_id=row.category_id,
        codes=codes,
        tags=tuple(json.loads(row.tags)),
        picture=row.picture,
        earns=bool(row.earns),
        discountable=bool(row.discountable),
        gift_card=bool(row.gift_card),
        deposit=bool(row.deposit),
        fee=bool(row.fee),
        active=bool(row.active),
    )
