"""What this till's journal has said of the goods that it sells, for whoever judges its sales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from posloyalty.services.ports.journal import Appended
from posloyalty.sync.till_events import Article, Goods


class GoodsReads(Protocol):
    """Reading what was told."""

    def told(self, product_ids: Sequence[bytes]) -> dict[bytes, Article]:
        """What the journal says of some articles; those that it never told of are not in it."""
        ...

    def sold(self) -> tuple[bytes, ...]:
        """Every article that a sale of the book names."""
        ...


class GoodsWrites(GoodsReads, Protocol):
    """Telling."""

    def tell(self, told: Goods) -> Appended:
        """Append the event and its rows."""
        ...
