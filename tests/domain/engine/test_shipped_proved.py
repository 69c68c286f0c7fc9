"""The programmes that ship leave no ordinary basket without its proof: the best deal is found.

Baskets are by seed: goods of every number, category and tag that the file names beside plain ones,
of one to thirty lines, at any hour of a month, for a member who has points, or for nobody.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

import resources
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import Product
from posloyalty.insight.draft.situations import goods_named
from tests.domain.engine.made import MEMBER_ID, SALE_ID, lot, member, product, quote

PROGRAMMES = sorted(path.name for path in resources.path("programmes").glob("*.toml"))
BASKETS = 25
LINES = (1, 2, 3, 5, 8, 12, 20, 30)
PLAIN, OF_EACH = 6, 3
MINUTES = 30 * 24 * 60


@pytest.mark.parametrize("name", PROGRAMMES)
def test_the_best_deal_of_ordinary_baskets_is_proved(name: str) -> None:
    data = resources.read(f"programmes/{name}")
    made = load(data)
    assert isinstance(made, Programme)
    chance = Random(name)
    shelf = _shelf(made, data, chance)
    points = tuple(
        lot(chance.randrange(2000), ledger=made.ledger(one.id), name=one.id) for one in made.wallets
    )
    store = StoreContext(zone=made.zone, language="en")
    begin = datetime(2026, 11, 1, tzinfo=made.zone)
    unproved = []
    for number in range(BASKETS):
        goods = _basket(made, shelf, chance)
        if chance.random() < 0.7:
            goods = goods.for_member(MEMBER_ID, proof="card")
        at = begin + timedelta(minutes=chance.randrange(MINUTES))
        found = quote(made, goods, member(*points), at=at, store=store)
        unproved += [] if found.search_complete else [number]
    assert unproved == []


def _shelf(made: Programme, data: bytes, chance: Random) -> list[Product]:
    table = tomllib.loads(data.decode("utf-8"))
    unit = 10**made.currency.exponent
    named = [one for one in goods_named(table) for _ in range(OF_EACH)]
    plain = [product(f"PLAIN{number}") for number in range(PLAIN)]
    return [
        replace(
            one,
            id=f"goods{number}".encode().rjust(16, b"0"),
            sku=one.sku or f"GOODS{number}",
            price_minor=chance.randrange(4, 60) * unit + chance.randrange(unit),
            tax_class="std13",
        )
        for number, one in enumerate([*plain, *named])
    ]


def _basket(made: Programme, shelf: list[Product], chance: Random) -> Basket:
    found = Basket(sale_id=SALE_ID, currency=made.currency)
    for _ in range(chance.choice(LINES)):
        found = found.add(
            chance.choice(shelf), quantity_milli=1000 * chance.choice((1, 1, 1, 2, 3))
        )
    return found
