"""What head office has to know to decide: the programmes, the goods, and where it stands."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import Product


class OfficeRules(Protocol):
    """Given from outside: head office keeps none of it itself."""

    @abstractmethod
    def programme(self, at: datetime) -> Programme | None:
        """The programme in effect at an instant."""

    @abstractmethod
    def product(self, product_id: bytes) -> Product | None:
        """An article that was sold."""

    @abstractmethod
    def store(self, programme: Programme) -> StoreContext:
        """The zone and language in which head office acts."""
