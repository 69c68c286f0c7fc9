"""What head office goes by in a scenario: the programme and the goods of the first till."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import Product
from posloyalty.scenario.placed_till import PlacedTill


class FirstTillsRules:
    """Asked of the first till that was placed. `tills` are filled after head office is made."""

    def __init__(self, tills: Mapping[str, PlacedTill]) -> None:
        self._tills = tills

    def programme(self, at: datetime) -> Programme | None:
        """The programme in effect there."""
        return self._first().programme(at)

    def product(self, product_id: bytes) -> Product | None:
        """An article of its catalogue."""
        with self._first().till.book.read() as reader:
            return reader.catalogue.product(product_id)

    def store(self, programme: Programme) -> StoreContext:
        """The programme's own zone."""
        return StoreContext(zone=programme.zone)

    def _first(self) -> PlacedTill:
        return next(iter(self._tills.values()))
