"""Held baskets on disk."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.held_basket import HELD_MOST, HeldBasket
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.storage.statements import Statement, put
from posloyalty.storage.tables import HELD

_BASKET: Final = msgspec.json.Decoder(Basket)
_ALL = Statement(select(*HELD.columns).limit(HELD_MOST))
_BY_ID = Statement(select(*HELD.columns).where(HELD.c.sale_id == bindparam("wanted")))
_DROP = Statement(delete(HELD).where(HELD.c.sale_id == bindparam("wanted")))


_KEEP = put(HELD, "sale_id")


class Held:
    """Held baskets on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[HeldBasket, ...]:
        """Everything that is held, the newest first."""
        found = [_held(row) for row in _ALL.run(self._connection)]
        # By the instant, which as text depends on the offset; those of one instant as they came.
        found.reverse()
        found.sort(key=lambda held: held.at, reverse=True)
        return tuple(found)

    def by_id(self, sale_id: bytes) -> HeldBasket | None:
        """A held basket by the id of the sale that it would become."""
        row = _BY_ID.run(self._connection, wanted=sale_id).first()
        return None if row is None else _held(row)

    def keep(self, held: HeldBasket) -> None:
        """Hold a basket, or change what is known of a held one."""
        _KEEP.run(
            self._connection,
            sale_id=held.basket.sale_id,
            name=held.name,
            operator_id=held.operator_id,
            held_at=format_instant(held.at),
            total_minor=held.total_minor,
            body=msgspec.json.encode(held.basket),
        )

    def drop(self, sale_id: bytes) -> None:
        """It is held no longer."""
        _DROP.run(self._connection, wanted=sale_id)


def _held(row: Any) -> HeldBasket:
    return HeldBasket(
        basket=_BASKET.decode(row.body),
        name=row.name,
        operator_id=row.operator_id,
        at=parse_instant(row.held_at),
        total_minor=row.total_minor,
    )
