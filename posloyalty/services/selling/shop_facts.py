"""What every quote needs of the catalogue, kept while nobody changes it: taxes and price lists.

Shape: `ShopFacts().of(reader)` answers for a snapshot of the book, and reads it only when the
catalogue's version is another than the last time.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from posloyalty.domain.shop.price_list import PriceList
from posloyalty.domain.shop.product import TaxClass
from posloyalty.services.ports import Reader, UnitOfWork


class Shelved(NamedTuple):
    """Tax classes by code, and the price lists that are in use, by code."""

    tax_classes: Mapping[str, TaxClass]
    price_lists: tuple[PriceList, ...]


class ShopFacts:
    """The facts as of the last version of the catalogue that was asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version = -1
        self._shelved = Shelved({}, ())

    def of(self, reader: Reader | UnitOfWork) -> Shelved:
        """What holds in a snapshot."""
        version = reader.catalogue.version()
        with self._lock:
            if version != self._version:
                lists = reader.catalogue.price_lists()
                self._shelved = Shelved(
                    {tax.code: tax for tax in reader.catalogue.tax_classes()},
                    tuple(one for one in lists if one.active),
                )
                self._version = version
            return self._shelved
