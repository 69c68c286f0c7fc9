"""A till that is much used, made once and kept between runs: 6,000 products, 600 sales today.

Shape: `busy_shop(options)` gives the folder of a demo shop of 2,000 members with an open shift,
its sales of today rung through the check-out and printed, and products taken over from a table,
which is given too.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.documents.table_file import read_table
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import CashRounding, take_cash
from posloyalty.services.till import Till
from posloyalty.storage.keys.key_store import KeyStore
from posloyalty.storage.place import BookPlace
from tests.benchmarks.large_shop import large_till, open_at
from tests.benchmarks.options import Options
from tests.benchmarks.start import DEMO_MEMBERS

PRODUCTS = 6_000
SALES = 600
FLOAT_MINOR = 50_000
REGULARS = 300


def busy_shop(options: Options) -> tuple[Path, Path]:
    """The till's folder and the table of its products."""
    folder = options.cache / "shop-busy"
    table = folder / "products.csv"
    if not (folder / "complete").exists():
        with large_till(options, members=DEMO_MEMBERS) as (_till, shop):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(shop, folder)
        (folder / "complete").unlink()
        till = open_at(folder)
        try:
            till.settle()
            _fill(till, table)
        finally:
            till.close()
        _printed(folder / "till")
        (folder / "complete").write_text("made\n")
    return folder / "till", table


def _fill(till: Till, table: Path) -> None:
    manager = next(one for one in till.sign_in.operators() if one.role is Role.MANAGER)
    till.shifts.open(FLOAT_MINOR, manager)
    with till.book.read() as reader:
        goods = [one for one in reader.catalogue.products() if sells(one)]
        regulars = [reader.members.by_foreign_id(f"D{n + 1:05d}") for n in range(REGULARS)]
    members = [one for one in regulars if one is not None]
    for number in range(SALES):
        ring(till, number, goods, members, manager)
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "name", "price", "tax_class", "category"))
        tax = goods[0].tax_class
        for n in range(PRODUCTS):
            price = f"{1 + n % 90}.{n % 100:02d}"
            rows.writerow((f"X{n:05d}", f"商品{n} 测试 {n % 97}", price, tax, f"类{n % 30}"))
    report = till.import_products.run(read_table(table), manager)
    assert report.added == PRODUCTS, report.findings[:1]


def ring(
    till: Till, number: int, goods: list[Product], members: list[bytes], manager: Operator
) -> None:
    """Serve one customer: one to five articles, two thirds of them a member's."""
    basket = till.check_out.open_basket()
    for line in range(1 + number % 5):
        basket = basket.add(goods[(number * 7 + line * 13) % len(goods)])
    if number % 3 and members:
        basket = basket.for_member(members[number % len(members)], proof="card")
    quote = till.check_out.quote(basket)
    due = quote.payable_minor
    cash = take_cash(due, (), given_minor=due, rounding=CashRounding())
    till.check_out.complete(basket, quote, (cash,), manager)


def sells(product: Product) -> bool:
    """Whether it can be rung up without asking for anything."""
    return bool(product.active and product.price_minor) and not (product.fee or product.weighed)


def _printed(folder: Path) -> None:
    """Hundreds of receipts that wait would be printed all through the journey."""
    place = BookPlace.at(folder)
    key, _ = KeyStore(None).find(place)
    connection = sqlcipher.connect(str(place.book), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    connection.execute("UPDATE print_job SET state = 'printed' WHERE state = 'waiting'")
    connection.close()
