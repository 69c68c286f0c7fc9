"""Training: a book of its own beside the real one, with the shop's people, goods and rules in it.

What is rung up there has its own journal, its own till and keys, and receipt numbers with a P, so
no total, balance, Z or stock of the shop can be touched by it; the real book only hears that a
training began. Members stay in the real book: nobody practises on customers. It is made anew each
time, so that it is the shop as it is today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.price_list import PriceList
from posloyalty.domain.shop.product import Category, Product, TaxClass
from posloyalty.services.book.first_run import FirstRunAnswers
from posloyalty.services.ports import (
    Book,
    Chance,
    PinRecord,
    QuickKeyRow,
    SettingReads,
    StoredProgramme,
    UnitOfWork,
)
from posloyalty.services.programmes.published import stored_at
from posloyalty.services.shop.shop_settings import ShopDetails

PRACTICE_SETTING: Final = "practice"
CODE_MOST: Final = 6
# What else a till looks up under a name of its own; nothing of members, leases or receipts.
TAKEN_ALONG: Final = ("badge.", "scan", "demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCopy:
    """The shop as it stands, without anything that happened in it."""

    people: tuple[tuple[Operator, PinRecord | None], ...]
    tax_classes: tuple[TaxClass, ...]
    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    initials: dict[bytes, str]
    price_lists: tuple[PriceList, ...]
    quick_keys: tuple[QuickKeyRow, ...]
    settings: dict[str, str]
    programme: StoredProgramme | None


def is_practice(settings: SettingReads) -> bool:
    """Whether a book is for training."""
    return settings.get(PRACTICE_SETTING) is not None


def practice_answers(shop: ShopDetails, chance: Chance) -> FirstRunAnswers:
    """What makes the book: the shop, its till's code marked, and a manager nobody can be."""
    code = f"P{shop.till_code}"[:CODE_MOST]
    pin = str(int.from_bytes(chance.token_bytes(8), "big") % 90_000_000 + 10_000_000)
    return FirstRunAnswers(
        shop=replace(shop, till_code=code), manager_name="practice", manager_pin=pin
    )


def shop_copy(real: Book, at: datetime) -> ShopCopy:
    """Read the shop out of its book."""
    with real.read() as reader:
        catalogue = reader.catalogue
        return ShopCopy(
            people=tuple((one, reader.people.pin(one.id)) for one in reader.people.all()),
            tax_classes=catalogue.tax_classes(),
            categories=catalogue.categories(),
            products=catalogue.products(),
            initials=catalogue.initials(),
            price_lists=catalogue.price_lists(),
            quick_keys=catalogue.quick_keys(),
            settings={
                name: value
                for name, value in reader.settings.all().items()
                if name.startswith(TAKEN_ALONG)
            },
            programme=stored_at(reader, at),
        )


def furnish(unit: UnitOfWork, shop: ShopCopy, nobody: Operator) -> None:
    """Put the shop into a training book; whoever made it can not sign in."""
    for operator, pin in shop.people:
        unit.people.save(operator)
        if pin is not None:
            unit.people.set_pin(operator.id, PinRecord(hash=pin.hash))
    unit.people.save(replace(nobody, active=False))
    for tax_class in shop.tax_classes:
        unit.catalogue.save_tax_class(tax_class)
    for category in shop.categories:
        unit.catalogue.save_category(category)
    for product in shop.products:
        unit.catalogue.save_product(product, initials=shop.initials.get(product.id, ""))
    for price_list in shop.price_lists:
        unit.catalogue.save_price_list(price_list)
    for key in shop.quick_keys:
        unit.catalogue.set_quick_key(key.page, key.position, key.product_id)
    if shop.programme is not None:
        unit.programmes.add(shop.programme)
    unit.settings.put({**shop.settings, PRACTICE_SETTING: "yes"})
