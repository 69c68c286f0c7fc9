"""Price lists on disk: the lists, and the prices of each. A list is written whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from posloyalty.domain.shop.price_list import Buyers, PriceList
from posloyalty.domain.values.ratio import Ratio
from posloyalty.storage.price_tables import LISTED_PRICE, PRICE_LIST
from posloyalty.storage.statements import Insert, Statement

_LISTS = Statement(select(*PRICE_LIST.columns).order_by(PRICE_LIST.c.code))
_PRICES = Statement(select(*LISTED_PRICE.columns))
_DROP_PRICES = Statement(delete(LISTED_PRICE).where(LISTED_PRICE.c.list_id == bindparam("list")))
_DROP_PRICE = Statement(
    delete(LISTED_PRICE).where(
        LISTED_PRICE.c.list_id == bindparam("list"),
        LISTED_PRICE.c.product_id == bindparam("product"),
    )
)
_INSERT_PRICE = Insert(LISTED_PRICE)
_NAMES = [column.name for column in PRICE_LIST.columns]
_INTO = insert(PRICE_LIST).values({name: bindparam(name) for name in _NAMES})
_PUT_LIST = Statement(
    _INTO.on_conflict_do_update(
        index_elements=["id"],
        set_={name: _INTO.excluded[name] for name in _NAMES if name != "id"},
    )
)


def read_price_lists(connection: Connection) -> tuple[PriceList, ...]:
    """Every list with its prices, by code."""
    prices: defaultdict[bytes, dict[bytes, int]] = defaultdict(dict)
    for row in _PRICES.run(connection):
        prices[row.list_id][row.product_id] = row.price_minor
    return tuple(
        PriceList(
            id=row.id,
            code=row.code,
            name=row.name,
            stores=tuple(json.loads(row.stores)),
            first_day=_day(row.first_day),
            last_day=_day(row.last_day),
            buyers=Buyers(row.buyers),
            buyers_of=row.buyers_of,
            rate=None if row.numerator is None else Ratio(row.numerator, row.denominator),
            prices=prices.get(row.id, {}),
            active=bool(row.active),
        )
        for row in _LISTS.run(connection)
    )


def write_price_list(connection: Connection, price_list: PriceList) -> None:
    """Add a list or replace it, prices and all."""
    _write_head(connection, price_list)
    _DROP_PRICES.run(connection, list=price_list.id)
    _write_prices(connection, price_list, price_list.prices)


def add_listed_prices(
    connection: Connection, price_list: PriceList, prices: Mapping[bytes, int]
) -> None:
    """Add or change a list, and set some of its prices; the others stay."""
    _write_head(connection, price_list)
    for product in prices:
        _DROP_PRICE.run(connection, list=price_list.id, product=product)
    _write_prices(connection, price_list, prices)


def _write_prices(
    connection: Connection, price_list: PriceList, prices: Mapping[bytes, int]
) -> None:
    rows = [(price_list.id, product, minor) for product, minor in prices.items()]
    _INSERT_PRICE.many(connection, rows)


def _write_head(connection: Connection, price_list: PriceList) -> None:
    rate = price_list.rate
    _PUT_LIST.run(
        connection,
        id=price_list.id,
        code=price_list.code,
        name=price_list.name,
        stores=json.dumps(price_list.stores),
        first_day=_text(price_list.first_day),
        last_day=_text(price_list.last_day),
        buyers=price_list.buyers.value,
        buyers_of=price_list.buyers_of,
        numerator=None if rate is None else rate.numerator,
        denominator=None if rate is None else rate.denominator,
        active=int(price_list.active),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
