"""What head office goes by in a scenario: the programme and the goods of the first till."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import Product
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.sync import events
from posloyalty.sync.journals import Filed
from posloyalty.sync.sale_event import sale_of


class FirstTillsRules:
    """Asked of the first till that was placed. `tills` are filled after head office is made."""

    def __init__(self, tills: Mapping[str, PlacedTill]) -> None:
        self._tills = tills

    def programme(self, at: datetime) -> Programme | None:
        """The programme in effect there."""
        return self._first().programme(at)

    def of_sale(self, sale: Filed) -> Programme | None:
        """The programme in effect there when it was rung."""
        return self._first().programme(sale.at)

    def goods(self, sale: Filed) -> Mapping[bytes, Product]:
        """The articles, of its catalogue."""
        assert isinstance(sale.event, events.Sale)
        ids = {line.product_id for line in sale_of(sale.event).lines}
        with self._first().till.book.read() as reader:
            found = {product_id: reader.catalogue.product(product_id) for product_id in ids}
        return {key: product for key, product in found.items() if product is not None}

    def store(self, programme: Programme) -> StoreContext:
        """The programme's own zone."""
        return StoreContext(zone=programme.zone)

    def _first(self) -> PlacedTill:
        return next(iter(self._tills.values()))
