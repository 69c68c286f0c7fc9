"""The demo shop's programme fits the demo shop: what it names is on the shelves."""

from __future__ import annotations

import csv
import io

import pytest

import resources
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter, category_id
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.product import Product


def programme() -> Programme:
    read = load(resources.read("programmes/dawn-club.toml"))
    assert isinstance(read, Programme), read
    return read


def shelves() -> list[Product]:
    rows = csv.DictReader(io.StringIO(resources.text("demo/products.csv")))
    return [
        Product(
            id=bytes(16),
            sku=row["sku"],
            name=row["en"],
            price_minor=None,
            tax_class=row["tax"],
            category_id=category_id(row["category"]),
            tags=tuple(row["tags"].split()),
        )
        for row in rows
    ]


DEMO = programme()
FILTERS: dict[str, LineFilter] = {
    rule.id: rule.goods for rule in (*DEMO.offers, *DEMO.multipliers, *DEMO.earn_rules)
}


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_every_rule_is_about_goods_that_the_demo_shop_sells(name: str) -> None:
    meant = [product for product in shelves() if FILTERS[name].matches(product)]
    assert meant
    assert (len(meant) == len(shelves())) is (FILTERS[name] == ALL_GOODS)


def test_every_name_is_in_all_three_languages() -> None:
    things = (*DEMO.wallets, *DEMO.earn_rules, *DEMO.multipliers, *DEMO.tier_schemes, *DEMO.offers)
    levels = [level for scheme in DEMO.tier_schemes for level in scheme.levels]
    for thing in (*things, *levels):
        assert {language for language, _ in thing.names.languages} == {"zh_CN", "zh_TW", "en"}


def test_it_shows_what_a_programme_can_do() -> None:
    (scheme,) = DEMO.tier_schemes
    assert [level.id for level in scheme.levels] == ["silver", "gold", "platinum"]
    assert {offer.scope.value for offer in DEMO.offers} == {"line", "order"}
    spend = DEMO.wallet("points").spend
    assert spend is not None
    assert (spend.points, spend.money_minor, spend.step) == (100, 100, 100)
