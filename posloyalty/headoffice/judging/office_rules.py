"""By what head office decides and lends: programmes that it published, goods that tills told.

Shape: `PublishedRules(connection, programmes)` answers what `sync/office` asks, within one
transaction. Before the first publication there is no programme, and so nothing is decided by
itself and no budget is lent; sales that went by a file that head office never saw are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.product import Product
from posloyalty.headoffice.judging.till_reading import TillSeen
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.sync import events
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.rules import OfficeRules
from posloyalty.sync.office.sold_again import product_sold
from posloyalty.sync.sale_event import sale_of


class PublishedRules(OfficeRules):
    """Asked within one transaction; what was read of programmes is kept for the next one."""

    def __init__(self, connection: Connection, programmes: ReadProgrammes) -> None:
        self._connection = connection
        self._programmes = programmes
        self._known: dict[datetime, Programme | None] = {}

    def programme(self, at: datetime) -> Programme | None:
        """The one that was published for an instant."""
        if at not in self._known:
            self._known[at] = self._programmes.in_effect(self._connection, at)
        return self._known[at]

    def of_sale(self, sale: Filed) -> Programme | None:
        """The one that a sale pinned."""
        assert isinstance(sale.event, events.Sale)  # nothing else pins one
        return self._programmes.by_hash(self._connection, bytes.fromhex(sale.event.ph))

    def goods(self, sale: Filed) -> Mapping[bytes, Product]:
        """The articles of a sale as its till told of them last before it."""
        assert isinstance(sale.event, events.Sale)
        place = Place(sale.store, "")
        seen = TillSeen(self._connection, sale.till_id, place, epoch=sale.epoch, seq=sale.seq)
        found = {}
        for line in sale_of(sale.event).lines:
            article = seen.article(line.product_id)
            if article is not None:
                found[line.product_id] = product_sold(line, article)
        return found

    def store(self, programme: Programme) -> StoreContext:
        """The programme's own zone."""
        return StoreContext(zone=programme.zone)
