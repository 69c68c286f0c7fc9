"""What belongs to the shop: operators, catalogue, settings, the open basket, programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.held_basket import HeldBasket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.price_list import PriceList
from posloyalty.domain.shop.product import Category, Product, TaxClass


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRecord:
    """An operator's PIN as it is kept: Argon2 hash, wrong tries in a row, locked until when."""

    hash: str
    failures: int = 0
    locked_until: datetime | None = None


class PeopleReads(Protocol):
    """Operators."""

    def all(self) -> tuple[Operator, ...]:
        """Every operator, by name."""
        ...

    def by_id(self, operator_id: bytes) -> Operator | None:
        """An operator."""
        ...

    def pin(self, operator_id: bytes) -> PinRecord | None:
        """An operator's PIN record."""
        ...


class PeopleWrites(PeopleReads, Protocol):
    """Writing operators."""

    def save(self, operator: Operator) -> None:
        """Add or replace an operator; the PIN record stays."""
        ...

    def set_pin(self, operator_id: bytes, record: PinRecord) -> None:
        """Replace an operator's PIN record."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickKeyRow:
    """A quick key as stored: its page (a category id, or None for the first page) and place."""

    page: bytes | None
    position: int
    product_id: bytes


class CatalogueReads(Protocol):
    """Products, categories, tax classes, quick keys."""

    def by_code(self, code: str) -> Product | None:
        """The active product with a canonical scan code."""
        ...

    def code_owner(self, code: str) -> Product | None:
        """The product with a canonical scan code, active or not."""
        ...

    def by_sku(self, sku: str) -> Product | None:
        """A product by its stock number."""
        ...

    def product(self, product_id: bytes) -> Product | None:
        """A product by id."""
        ...

    def products_named(self, product_ids: Sequence[bytes]) -> dict[bytes, Product]:
        """Products by their ids, without pictures and codes; those that are not known are left
        out.
        """
        ...

    def products_among(
        self, skus: Sequence[str], codes: Sequence[str], product_ids: Sequence[bytes]
    ) -> tuple[Product, ...]:
        """The products that have one of these numbers, codes or ids, with all their codes."""
        ...

    def first_of(self, category_id: bytes, limit: int) -> tuple[bytes, ...]:
        """The first active products of a category, by name: their ids."""
        ...

    def products(self) -> tuple[Product, ...]:
        """Every product, by name."""
        ...

    def initials(self) -> dict[bytes, str]:
        """Product id -> lower-case pinyin initials, as stored."""
        ...

    def of_office(self, product_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some products that head office keeps."""
        ...

    def is_tax_of_office(self, code: str) -> bool:
        """Whether something that head office keeps is taxed so."""
        ...

    def categories(self) -> tuple[Category, ...]:
        """Every category, by position."""
        ...

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Every tax class, by code."""
        ...

    def price_lists(self) -> tuple[PriceList, ...]:
        """Every price list with its prices, by code."""
        ...

    def quick_keys(self) -> tuple[QuickKeyRow, ...]:
        """Every quick key, by page and position."""
        ...

    def version(self) -> int:
        """A number that grows with every change of the catalogue."""
        ...


class CatalogueWrites(CatalogueReads, Protocol):
    """Writing the catalogue."""

    def save_product(self, product: Product, *, initials: str) -> None:
        """Add or replace a product with its codes."""
        ...

    def save_products(self, products: Sequence[tuple[Product, str]]) -> None:
        """Add or replace some products, each with its initials. A code may go from one of them to
        another.
        """
        ...

    def keep_for_office(self, product_ids: Sequence[bytes]) -> None:
        """Head office keeps these products from now on."""
        ...

    def let_go_by_office(self) -> None:
        """Head office keeps none any more."""
        ...

    def save_category(self, category: Category) -> None:
        """Add or replace a category."""
        ...

    def save_tax_class(self, tax_class: TaxClass) -> None:
        """Add or replace a tax class."""
        ...

    def save_price_list(self, price_list: PriceList) -> None:
        """Add or replace a price list with its prices."""
        ...

    def add_listed(self, price_list: PriceList, prices: Mapping[bytes, int]) -> None:
        """Add or change a price list, and set some prices of it; its others stay."""
        ...

    def set_quick_key(self, page: bytes | None, position: int, product_id: bytes | None) -> None:
        """Put a product on a key, or clear the key."""
        ...


class OneSetting(Protocol):
    """A setting of the shop by its name."""

    def get(self, name: str) -> str | None:
        """A setting, or None."""
        ...


class SettingReads(OneSetting, Protocol):
    """Settings of the shop, as text by name."""

    def all(self) -> dict[str, str]:
        """Every setting."""
        ...

    def blob(self, name: str) -> bytes | None:
        """A setting that is bytes, such as the logo."""
        ...


class SettingWrites(SettingReads, Protocol):
    """Writing settings."""

    def put(self, values: dict[str, str]) -> None:
        """Set several settings."""
        ...

    def put_blob(self, name: str, data: bytes | None) -> None:
        """Set a setting of bytes; None removes it."""
        ...


class DraftReads(Protocol):
    """The open basket."""

    def load(self) -> tuple[Basket, bytes] | None:
        """The kept basket and its operator's id."""
        ...


class HeldReads(Protocol):
    """Baskets that were put aside."""

    def all(self) -> tuple[HeldBasket, ...]:
        """Everything that is held, the newest first."""
        ...

    def by_id(self, sale_id: bytes) -> HeldBasket | None:
        """A held basket by the id of the sale that it would become."""
        ...


class HeldWrites(HeldReads, Protocol):
    """Putting baskets aside."""

    def keep(self, held: HeldBasket) -> None:
        """Hold a basket, or change what is known of a held one."""
        ...

    def drop(self, sale_id: bytes) -> None:
        """It is held no longer."""
        ...


class DraftWrites(DraftReads, Protocol):
    """Keeping the open basket; at most one."""

    def keep(self, basket: Basket, operator_id: bytes, at: datetime) -> None:
        """Keep the basket in place of the one before."""
        ...

    def drop(self) -> None:
        """Forget the kept basket."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProgramme:
    """A programme file as it was loaded: reference, the day it takes effect, and its bytes."""

    ref: ProgrammeRef
    effective_from: datetime
    toml: bytes


class ProgrammeReads(Protocol):
    """Programme files."""

    def effective(self, at: datetime) -> StoredProgramme | None:
        """The programme in effect: latest `effective_from` not after `at`, then highest version."""
        ...

    def effective_hash(self, at: datetime) -> bytes | None:
        """The hash of that programme's file, which is not read."""
        ...

    def by_hash(self, programme_hash: bytes) -> StoredProgramme | None:
        """A programme by the SHA-256 of its bytes."""
        ...

    def all(self) -> tuple[StoredProgramme, ...]:
        """What was installed, the latest to take effect first, a hundred at most."""
        ...


class ProgrammeWrites(ProgrammeReads, Protocol):
    """Keeping programme files."""

    def add(self, programme: StoredProgramme) -> None:
        """Keep a programme; the same bytes again change nothing."""
        ...
