"""What head office has to know to decide: the programmes, the goods, and where it stands."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import Product
from posloyalty.sync.journals import Filed


class OfficeRules(Protocol):
    """Given from outside: head office keeps none of it itself."""

    @abstractmethod
    def programme(self, at: datetime) -> Programme | None:
        """The programme in effect at an instant."""

    @abstractmethod
    def of_sale(self, sale: Filed) -> Programme | None:
        """The programme that a sale went by; None for one that head office never saw."""

    @abstractmethod
    def goods(self, sale: Filed) -> Mapping[bytes, Product]:
        """The articles of a sale, as far as they are known."""

    @abstractmethod
    def store(self, programme: Programme) -> StoreContext:
        """The zone and language in which head office acts."""
