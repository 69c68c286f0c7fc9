"""What the journal has said of articles on disk: one row an article told, the newest one holds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.services.ports import Appended
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.statements import Insert, Statement, in_pieces, several, those
from posloyalty.storage.tables import SALE_LINE
from posloyalty.storage.till_tables import GOODS_TOLD
from posloyalty.sync import events

_G = GOODS_TOLD.c
_INSERT = Insert(GOODS_TOLD)
_NEWEST = Statement(
    select(_G.product_id, _G.facts, func.max(_G.seq).label("seq"))
    .where(several(_G.product_id))
    .group_by(_G.product_id)
)
_SOLD = Statement(select(SALE_LINE.c.product_id).distinct().order_by(SALE_LINE.c.product_id))


class GoodsReads:
    """Reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def told(self, product_ids: Sequence[bytes]) -> dict[bytes, events.Article]:
        """What the journal says of some articles; those that it never told of are not in it."""
        return {
            row.product_id: msgspec.json.decode(row.facts, type=events.Article)
            for some in in_pieces(product_ids)
            for row in _NEWEST.run(self._connection, **those(some))
        }

    def sold(self) -> tuple[bytes, ...]:
        """Every article that a sale of the book names."""
        return tuple(row.product_id for row in _SOLD.run(self._connection))


class Goods(GoodsReads):
    """Writing."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        super().__init__(connection)
        self._journal = journal

    def tell(self, told: events.Goods) -> Appended:
        """Append the event and its rows."""
        appended = self._journal.append(told)
        _INSERT.many(self._connection, goods_rows(appended.seq, told))
        return appended


def goods_rows(seq: int, told: events.Goods) -> list[tuple[object, ...]]:
    """The rows of an event, in the table's column order."""
    return [
        (seq, bytes.fromhex(one.product), msgspec.json.encode(one).decode("utf-8"))
        for one in told.articles
    ]
