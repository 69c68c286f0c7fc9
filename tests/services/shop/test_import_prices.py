"""Price lists from files: what goes in, what is refused with its place, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from posloyalty.documents.price_file import read_prices
from posloyalty.documents.table_file import TableUnreadable, read_table
from posloyalty.domain.shop.price_list import Buyers, PriceList
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.services.shop.import_prices import ImportPrices
from posloyalty.services.shop.import_report import ImportReport
from posloyalty.services.shop.import_rows import ROWS_PER_UNIT
from posloyalty.wording import LANGUAGES, Words
from tests.services.a_shop import Shop, csv_file, new_shop
from tests.services.shop.test_price_lists import LI

GOODS = "sku,name,price,tax_class\nTEA,Tea,20.00,std13\nCUP,Cup,50.00,std13"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        table = csv_file(tmp_path / "goods.csv", GOODS)
        made.till.import_products.run(read_table(table), made.manager)
        yield made


def take(shop: Shop, path: Path) -> ImportReport:
    importer: ImportPrices = shop.till.import_prices
    return importer.run(read_prices(path), shop.manager)


def lists(shop: Shop) -> dict[str, PriceList]:
    return {one.code: one for one in shop.till.price_lists.all()}


def named(shop: Shop, code: str) -> dict[str, int]:
    rows = shop.till.price_lists.named(lists(shop)[code].id, 1000).rows
    return {product.sku: minor for product, minor in rows}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


TABLE = """
list,name,stores,from,until,for,rate,sku,price
CLUB,Club price,S01 S02,2026-12-01,2026/12/24,members,90%,,
CLUB,,,,,,,TEA,17.00
WEEK,Tea week,,,,,,TEA,18.00
GOLD,Gold,,,,tier:level/gold,0.8,CUP,40.00
"""


def test_lists_come_in_with_everything_that_their_rows_say(shop: Shop, tmp_path: Path) -> None:
    report = take(shop, csv_file(tmp_path / "prices.csv", TABLE))
    assert (counts(report), report.findings) == ((4, 0, 0, 0), ())
    found = lists(shop)
    club, gold = found["CLUB"], found["GOLD"]
    assert (club.name, club.stores, club.buyers) == ("Club price", ("S01", "S02"), Buyers.MEMBERS)
    assert (club.first_day, club.last_day) == (date(2026, 12, 1), date(2026, 12, 24))
    assert (club.rate, named(shop, "CLUB")) == (Ratio(9, 10), {"TEA": 1700})
    assert (gold.buyers, gold.buyers_of, gold.rate) == (Buyers.TIER, "level/gold", Ratio(4, 5))
    assert found["WEEK"].buyers is Buyers.EVERYBODY


def test_the_same_file_again_changes_nothing_and_what_it_does_not_name_stays(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(tmp_path / "prices.csv", TABLE)
    take(shop, table)
    assert counts(take(shop, table)) == (0, 0, 4, 0)
    more = csv_file(tmp_path / "more.csv", "list,sku,price\nCLUB,CUP,44.00\nCLUB,TEA,16.00")
    assert counts(take(shop, more)) == (1, 1, 0, 0)
    assert named(shop, "CLUB") == {"TEA": 1600, "CUP": 4400}
    assert lists(shop)["CLUB"].rate == Ratio(9, 10)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",,,,,,,TEA,1.00", [("list", "EMPTY")]),
        ("A,,,,,,,NONE,1.00", [("sku", "UNKNOWN_PRODUCT")]),
        ("A,,,,,,,TEA,", [("price", "EMPTY")]),
        ("A,,,,,,,,1.00", [("sku", "EMPTY")]),
        ("A,,,,,,,TEA,1.234", [("price", "BAD_AMOUNT")]),
        ("A,,,,,,,TEA,-1.00", [("price", "PRICE_RANGE")]),
        ("A,,,,,,ninety,TEA,1.00", [("rate", "BAD_RATE")]),
        ("A,,,,,,0,TEA,1.00", [("rate", "LIST_RATE_RANGE")]),
        ("A,,,2026-13-01,,,,TEA,1.00", [("from", "NO_SUCH_DAY")]),
        ("A,,,2026-12-02,2026-12-01,,,TEA,1.00", [("until", "ENDS_BEFORE_IT_BEGINS")]),
        ("A,,,,,friends,,TEA,1.00", [("for", "NOT_ONE_OF")]),
        ("A,,,,,tier:,,TEA,1.00", [("for", "NOT_ONE_OF")]),
        ("ABCDEFGHIJKLMN,,,,,,,TEA,1.00", [("list", "TOO_LONG")]),
        ("A,,,,,,x,NONE,", [("rate", "BAD_RATE"), ("price", "EMPTY"), ("sku", "UNKNOWN_PRODUCT")]),
    ],
)
def test_a_bad_row_is_named_by_line_and_column_and_the_good_ones_go_in(
    shop: Shop, tmp_path: Path, row: str, wrong: list[tuple[str, str]]
) -> None:
    head = "list,name,stores,from,until,for,rate,sku,price"
    table = csv_file(tmp_path / "prices.csv", f"{head}\n{row}\nGOOD,,,,,,,CUP,45.00")
    report = take(shop, table)
    assert [(one.line, one.column, one.reason) for one in report.findings] == [
        (2, column, reason) for column, reason in wrong
    ]
    assert counts(report) == (1, 0, 0, 1)
    assert list(lists(shop)) == ["GOOD"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_words(language: str) -> None:
    words = Words(language)
    for reason in ("BAD_RATE", "LIST_RATE_RANGE", "ENDS_BEFORE_IT_BEGINS", "UNKNOWN_PRODUCT"):
        assert words(f"import.{reason}", given="x") != ""


def test_a_price_that_stands_twice_in_a_list_is_refused_the_second_time(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(tmp_path / "prices.csv", "list,sku,price\nA,TEA,1.00\nB,TEA,2.00\nA,TEA,3.00")
    report = take(shop, table)
    assert [(one.line, one.reason) for one in report.findings] == [(4, "TWICE_IN_FILE")]
    assert (named(shop, "A"), named(shop, "B")) == ({"TEA": 100}, {"TEA": 200})


def test_headers_may_be_chinese(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "p.csv", "价目表,适用,货号,价格\n会员价,会员,TEA,17.00")
    assert counts(take(shop, table)) == (1, 0, 0, 0)
    assert lists(shop)["会员价"].buyers is Buyers.MEMBERS


def test_many_rows_go_in_by_pieces(shop: Shop, tmp_path: Path) -> None:
    rows = "\n".join(f"L{n},TEA,{n}.00" for n in range(1, ROWS_PER_UNIT + 3))
    seen: list[int] = []
    importer: ImportPrices = shop.till.import_prices
    table = csv_file(tmp_path / "p.csv", f"list,sku,price\n{rows}")
    importer.run(read_prices(table), shop.manager, progress=lambda done, _: seen.append(done))
    assert seen == [ROWS_PER_UNIT, ROWS_PER_UNIT + 2]


def test_a_file_without_lists_and_whoever_may_not_import_are_refused(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(tmp_path / "p.csv", "sku,price\nTEA,1.00")
    with pytest.raises(MissingColumns):
        take(shop, table)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.import_prices.run(read_prices(table), LI)


TOML = """
[[price_list]]
code = "CLUB"
name = "Club price"
stores = ["S01", "S02"]
from = 2026-12-01
until = 2026-12-24
for = "members"
rate = "90%"
[price_list.prices]
TEA = "17.00"

[[price_list]]
code = "WEEK"
prices = { TEA = "18.00", NONE = "1.00" }
"""


def test_toml_says_the_same_as_a_table(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(TOML, encoding="utf-8")
    report = take(shop, path)
    assert [(one.line, one.column, one.reason) for one in report.findings] == [
        (13, "sku", "UNKNOWN_PRODUCT")
    ]
    club = lists(shop)["CLUB"]
    assert (club.name, club.stores, club.first_day) == (
        "Club price",
        ("S01", "S02"),
        date(2026, 12, 1),
    )
    assert (club.rate, named(shop, "CLUB"), named(shop, "WEEK")) == (
        Ratio(9, 10),
        {"TEA": 1700},
        {"TEA": 1800},
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"price_list = [", "DAMAGED"),
        (b"price_list = " + b"[" * 20_000, "DAMAGED"),
        (b"price_list = " + b"1" * 5_000, "DAMAGED"),
        (b"price_list = 3", "NO_HEADER"),
        (b"x = 1", "NO_HEADER"),
        (b"\xff\xfe", "ENCODING"),
        (None, "NOT_FOUND"),
    ],
)
def test_toml_that_is_none_is_refused_as_a_whole(
    tmp_path: Path, data: bytes | None, reason: str
) -> None:
    path = tmp_path / "prices.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(TableUnreadable) as refused:
        read_prices(path)
    assert refused.value.reason == reason
