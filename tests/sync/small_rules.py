"""What head office goes by in small worlds: one programme for ever, goods that nobody asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import Product
from posloyalty.sync.journals import Filed
from tests.domain.engine.made import rules
from tests.sync.small_programme import small_programme

MUGS = 8
PROGRAMME = rules(small_programme(mugs=MUGS), earn="")


class SmallRules:
    """One programme for ever, and goods that nobody asks for."""

    def programme(self, at: datetime) -> Programme | None:
        """The programme."""
        return PROGRAMME

    def of_sale(self, sale: Filed) -> Programme | None:
        """The same."""
        return PROGRAMME

    def goods(self, sale: Filed) -> Mapping[bytes, Product]:
        """Nothing was sold by lines."""
        return {}

    def store(self, programme: Programme) -> StoreContext:
        """Its own zone."""
        return StoreContext(zone=programme.zone)
