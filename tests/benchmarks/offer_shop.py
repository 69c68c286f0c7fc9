"""A shop with many offers, and baskets of it, by seed: what the benchmark of offers measures on.

Products stand in 40 aisles of ten. Offers are of mixed kinds: half are prices of one product, the
rest are about an aisle or two, and a few about the whole basket. What competes is in one group, as
shops write it: of the prices of a product one applies, of the offers on an aisle's goods one.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import Product, TaxClass, TaxMode
from posloyalty.domain.values.money import CURRENCIES
from posloyalty.domain.values.ratio import Ratio
from tests.domain.engine.made import MEMBER_ID, counted, lot, member

LINES = 30
AISLES = 40
SHELF = 10
TAX = {
    "std13": TaxClass("std13", "13 %", Ratio(13, 100), TaxMode.INCLUSIVE),
    "low9": TaxClass("low9", "9 %", Ratio(9, 100), TaxMode.INCLUSIVE),
}
HEAD = """
language = 2
id = "many"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
expiry = { kind = "rolling_months", months = 12 }

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }

[[multiplier]]
id = "gold"
times = "1.2"
when = { member = true }
"""


def goods() -> list[Product]:
    """The shop's products; the price follows from the place on the shelf."""
    return [
        Product(
            id=f"{aisle:02d}{place:02d}".encode().rjust(16, b"0"),
            sku=f"A{aisle:02d}P{place}",
            name=f"Article {place} of aisle {aisle}",
            price_minor=199 + 173 * place + 31 * aisle,
            tax_class="low9" if aisle % 4 == 0 else "std13",
            tags=(f"aisle{aisle}", f"zone{aisle // 4}"),
        )
        for aisle in range(AISLES)
        for place in range(SHELF)
    ]


OWNED = """
[[voucher]]
id = "five"
scope = "order"
amount = "5.00"

[[voucher]]
id = "tenth"
scope = "order"
percent = "10%"
when = { min_spend = "80.00" }

[[voucher]]
id = "shelf"
scope = "line"
percent = "20%"
on = { tag = ["zone3"] }

[[reward]]
id = "two"
scope = "order"
wallet = "points"
cost = 200
amount = "2.00"

[[reward]]
id = "piece"
wallet = "points"
cost = 500
free = { up_to = "10.00" }
"""


def programme(count: int, seed: int = 1, *, owned: bool = False) -> Programme:
    """A programme with so many offers; with `owned`, with what `owner` has besides."""
    chance = Random(seed * 1000 + count)
    texts = [HEAD, *(offer(n, chance) for n in range(count)), OWNED if owned else ""]
    read = load("\n".join(texts).encode())
    assert isinstance(read, Programme), read
    return read


def offer(number: int, chance: Random) -> str:
    """One offer; of every twenty eleven are prices, eight about aisles, one about the order."""
    text = f'[[offer]]\nid = "o{number:04d}"\n'
    kind = number % 20
    if kind == 19:
        return text + _order(number // 20, chance)
    if kind < 11:
        return text + _price(chance)
    return text + _aisle(kind, chance)


def _price(chance: Random) -> str:
    sku = f"A{chance.randrange(AISLES):02d}P{chance.randrange(SHELF)}"
    effect = chance.choice(
        [
            f'percent = "{chance.randrange(5, 31)}%"',
            f'amount = "{chance.randrange(20, 90) / 100:.2f}"',
            f'fixed_price = "{chance.randrange(1, 6)}.99"',
        ]
    )
    limit = '\nlimit = [{ most = 2, per = "day" }]' if chance.random() < 0.2 else ""
    when = "\nwhen = { member = true }" if chance.random() < 0.5 else ""
    return (
        f'scope = "line"\non = {{ product = ["{sku}"] }}\n{effect}\ngroup = "{sku}"{limit}{when}\n'
    )


def _aisle(kind: int, chance: Random) -> str:
    aisle = chance.randrange(AISLES)
    on = f'{{ tag = ["aisle{aisle}"] }}'
    group = f'group = "aisle{aisle}"\n'
    when = "" if chance.random() < 0.6 else 'when = { weekdays = ["sat", "sun"] }\n'
    if kind < 13:
        body = f'scope = "line"\non = {on}\npercent = "{chance.randrange(3, 15)}%"\n'
    elif kind < 15:
        body = f"on = {on}\nbuy_get = {{ buy = 2, get = 1 }}\n"
    elif kind < 16:
        body = f'on = {on}\ncheapest_free = {{ of = 3, percent = "50%" }}\n'
    elif kind < 18:
        split = chance.randrange(3, 7)
        skus = [f'"A{aisle:02d}P{place}"' for place in range(SHELF)]
        first, second = ", ".join(skus[:split]), ", ".join(skus[split:])
        slots = f"[{{ on = {{ product = [{first}] }} }}, {{ on = {{ product = [{second}] }} }}]"
        body = f'bundle = {{ percent = "12%", slot = {slots}, most = 2 }}\n'
    else:
        steps = '[{ from = "20.00", percent = "3%" }, { from = "60.00", percent = "6%" }]'
        body = f'scope = "line"\non = {on}\nbands = {{ mode = "marginal", step = {steps} }}\n'
    return body + group + when


def _order(number: int, chance: Random) -> str:
    least = 50 * (1 + number % 8)
    value = f"{1 + number % 8}.{chance.randrange(10, 99)}"
    body = f'scope = "order"\namount = "{value}"\nwhen = {{ min_spend = "{least}.00" }}\n'
    if number % 7 == 3:
        body = 'scope = "order"\npercent = "9%"\nexclusive = true\n'
    return body + 'group = "order"\n'


def basket(seed: int, lines: int = LINES) -> Basket:
    """A basket of a member, lines of one to three pieces."""
    chance = Random(seed)
    made = Basket(sale_id=b"s" * 16, currency=CURRENCIES["CNY"])
    for product in chance.sample(goods(), lines):
        made = made.add(product, quantity_milli=1000 * chance.choice((1, 1, 1, 2, 3)))
    return made.for_member(MEMBER_ID, proof="card")


def state() -> MemberState:
    """The member: two lots, and an offer that was used once today."""
    ledger = "many/points"
    used = counted("many/use/o0000/count", 1, "2026-11-25")
    return member(
        lot(500, ledger=ledger), lot(200, ledger=ledger, earned="2026-10-01"), meters=(used,)
    )


def owner() -> MemberState:
    """The same member with three vouchers, and with points for two rewards."""
    vouchers = [
        Right(id=of.encode(), kind="voucher", of=of, owner=MEMBER_ID, programme="many", uses=1)
        for of in ("five", "tenth", "shelf")
    ]
    return replace(state(), rights=tuple(vouchers))


def hard_programme(seed: int = 1) -> Programme:
    """Twenty-four offers that all compete for the same goods, with nothing to tell them apart."""
    read = load(hard_text(seed).encode())
    assert isinstance(read, Programme), read
    return read


def hard_text(seed: int = 1) -> str:
    """The same as a file."""
    chance = Random(seed)
    rows = []
    for n in range(24):
        on = f'{{ tag = ["zone{chance.randrange(3)}"] }}'
        effect = chance.choice(
            [
                "buy_get = { buy = 2, get = 1 }",
                f'cheapest_free = {{ of = {chance.randrange(2, 5)}, percent = "60%" }}',
                f'bundle = {{ price = "{chance.randrange(5, 12)}.00", '
                f"slot = [{{ on = {on}, count = 2 }}, {{ on = {on} }}] }}",
                'scope = "line"\npercent = "7%"\nbase = "initial"',
                'scope = "order"\nbands = { step = [{ from = "40.00", percent = "4%" }, '
                '{ from = "90.00", percent = "9%" }] }',
            ]
        )
        group = f'group = "g{n % 5}"\n' if n % 3 else ""
        rows.append(f'[[offer]]\nid = "h{n:02d}"\n{effect}\non = {on}\n{group}')
    return "\n".join([HEAD, *rows])


def hard_basket(seed: int) -> Basket:
    """Thirty lines of the first twelve aisles, where the hard offers meet."""
    chance = Random(seed)
    made = Basket(sale_id=b"s" * 16, currency=CURRENCIES["CNY"])
    for product in chance.sample(goods()[: 12 * SHELF], LINES):
        made = made.add(product, quantity_milli=1000 * chance.choice((1, 2, 3)))
    return made.for_member(MEMBER_ID, proof="card")
