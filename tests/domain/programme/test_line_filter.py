"""Which goods `on` means."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.line_filter import LineFilter, category_id
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.identifiers import derive_id

HEX = "0123456789abcdef0123456789abcdef"
FILE = """language = 1
id = "test"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[offer]]
id = "o"
scope = "line"
percent = "1%"
on = {on}
"""


def goods(on: str) -> LineFilter:
    read = load(FILE.replace("{on}", on).encode())
    assert isinstance(read, Programme), read
    return read.offers[0].goods


def product(
    sku: str = "A1", *, category: bytes | None = None, tags: tuple[str, ...] = ()
) -> Product:
    return Product(
        id=b"p" * 16,
        sku=sku,
        name=sku,
        price_minor=100,
        tax_class="std13",
        category_id=category,
        tags=tags,
    )


@pytest.mark.parametrize(
    ("on", "article", "meant"),
    [
        ('{ product = "A1" }', product(), True),
        ('{ product = ["B1", "A1"] }', product(), True),
        ('{ product = ["B1"] }', product(), False),
        ('{ tag = ["milk", "soy"] }', product(tags=("soy",)), True),
        ('{ tag = ["milk"] }', product(), False),
        ('{ category = ["bakery"] }', product(category=derive_id("category", "bakery")), True),
        ('{ category = ["bakery"] }', product(category=derive_id("category", "dairy")), False),
        ('{ category = ["bakery"] }', product(), False),
        (f'{{ category = ["{HEX}"] }}', product(category=bytes.fromhex(HEX)), True),
        ('{ product = ["A1"], tag = ["milk"] }', product(), False),
        ('{ product = ["A1"], tag = ["milk"] }', product(tags=("milk",)), True),
        ('{ not = { tag = ["milk"] } }', product(), True),
        ('{ not = { tag = ["milk"] } }', product(tags=("milk",)), False),
        ('{ tag = ["milk"], not = { product = ["A1"] } }', product(tags=("milk",)), False),
        ('{ not = { not = { tag = ["milk"] } } }', product(tags=("milk",)), True),
    ],
)
def test_a_filter_means_the_goods_that_every_key_matches(
    on: str, article: Product, meant: bool
) -> None:
    assert goods(on).matches(article) is meant


def test_a_category_is_named_by_the_key_it_was_set_up_with_or_by_its_id() -> None:
    assert category_id("bakery") == derive_id("category", "bakery")
    assert category_id(HEX) == bytes.fromhex(HEX)


@pytest.mark.parametrize(
    ("names", "language", "shown"),
    [
        (Names("Gold"), "zh_CN", "Gold"),
        (Names("Gold", (("zh_CN", "金卡"), ("en", "Gold"))), "zh_CN", "金卡"),
        (Names("Gold", (("zh_CN", "金卡"), ("en", "Gold"))), "zh_TW", "Gold"),
        (Names("Gold", (("zh_CN", "金卡"),)), "", "Gold"),
    ],
)
def test_a_name_is_given_in_the_language_or_else_in_the_common_one(
    names: Names, language: str, shown: str
) -> None:
    assert names.in_language(language) == shown
