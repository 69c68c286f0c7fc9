"""Products from files into a real book: what goes in, what is refused, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from posloyalty.documents.table_file import read_table
from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Product, Unit
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import Cells, Columns, MissingColumns
from posloyalty.services.shop.import_report import FINDINGS_KEPT, ImportReport, RowFaults
from posloyalty.services.shop.import_rows import ROWS_PER_UNIT
from posloyalty.wording import LANGUAGES, Words
from tests.services.a_shop import Shop, csv_file, new_shop, xlsx_file

MILK = "MILK,Whole milk,12.80,std9"
HEADER = "sku,name,price,tax_class"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def take(shop: Shop, path: Path) -> ImportReport:
    return shop.till.import_products.run(read_table(path), shop.manager)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


def said(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.reason) for one in report.findings]


def product(shop: Shop, sku: str) -> Product:
    with shop.till.book.read() as reader:
        found = reader.catalogue.by_sku(sku)
    assert found is not None
    return found


def journal(shop: Shop) -> list[str]:
    with shop.till.book.read() as reader:
        return [event.kind for event in reader.journal.events()]


def test_a_product_comes_in_with_everything_that_its_row_says(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(
        tmp_path / "goods.csv",
        """
        sku,name,price,tax class,unit,category,codes,tags,earns,discountable,deposit
        APPLE,Fuji apples,12.80,std9,kg,Fruit,4001,fruit fresh,no,yes,
        BOTTLE,Bottle deposit,0.50,std6,each,Fruit,4006381333931;5012345678900,,,,yes
        OPEN,Repair,,std13,,,,,,,
        """,
    )
    assert counts(take(shop, table)) == (3, 0, 0, 0)
    apple, bottle, repair = (product(shop, sku) for sku in ("APPLE", "BOTTLE", "OPEN"))
    assert (apple.name, apple.price_minor, apple.unit) == ("Fuji apples", 1280, Unit.KILOGRAM)
    assert (apple.codes, apple.tags) == (("4001",), ("fruit", "fresh"))
    assert (apple.earns, apple.discountable) == (False, True)
    assert bottle.deposit
    assert bottle.codes == ("04006381333931", "05012345678900")
    assert bottle.category_id == apple.category_id == category_id("Fruit")
    assert repair.price_minor is None
    assert [found.sku for found in shop.till.catalogue.search("fuji")] == ["APPLE"]


def test_headers_and_answers_may_be_chinese_and_the_file_gb18030(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(
        tmp_path / "goods.csv",
        """
        货号,品名,售价,税率,单位,分类,条码,积分
        N1,纯牛奶,¥4.50,std9,个,乳品,6900004355455,否
        """,
        encoding="gb18030",
    )
    assert counts(take(shop, table)) == (1, 0, 0, 0)
    milk = product(shop, "N1")
    assert (milk.name, milk.price_minor, milk.earns) == ("纯牛奶", 450, False)


def test_a_spreadsheet_is_read_like_a_csv(shop: Shop, tmp_path: Path) -> None:
    table = xlsx_file(
        tmp_path / "goods.xlsx",
        [
            ["SKU", "Name", "Price", "Tax class", "Barcode", "Earns"],
            ["A", "Whole milk", 12.8, "std9", 6900004355455, True],
            ["B", "Tea", "abc", "std9", None, False],
        ],
    )
    report = take(shop, table)
    assert counts(report) == (1, 0, 0, 1)
    assert said(report) == [(3, "price", "BAD_AMOUNT")]
    assert product(shop, "A").price_minor == 1280
    assert product(shop, "A").codes == ("06900004355455",)


def test_every_fault_of_every_row_is_named_and_the_good_rows_go_in(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(
        tmp_path / "goods.csv",
        """
        sku,name,price,tax_class,unit,codes,earns
        ,,x,none,piece,6900004355456,perhaps
        GOOD,Good,1.00,std9,,,
        LONG,Long codes,1.00,std9,,12345678901234567,
        MORE,More cells,1.00,std9,,,,,surplus
        FINE,Too fine,1.005,std9,,,
        """,
    )
    report = take(shop, table)
    assert counts(report) == (1, 0, 0, 4)
    assert sorted(said(report)) == [
        (2, "codes", "CODE_CHECK_DIGIT"),
        (2, "earns", "NOT_YES_NO"),
        (2, "name", "EMPTY"),
        (2, "price", "BAD_AMOUNT"),
        (2, "sku", "EMPTY"),
        (2, "tax_class", "UNKNOWN_TAX_CLASS"),
        (2, "unit", "NOT_ONE_OF"),
        (4, "codes", "CODE_LENGTH"),
        (5, "", "SURPLUS_CELLS"),
        (6, "price", "BAD_AMOUNT"),
    ]
    assert report.findings_total == len(report.findings)


def test_every_finding_has_words_in_every_language(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(
        tmp_path / "goods.csv",
        f"""
        sku,name,price,tax_class,unit,codes,earns
        ,,x,none,piece,6900004355456,perhaps
        A,A,1,std9,,6900004355455,
        A,Again,1,std9,,,
        B,B,1,std9,,6900004355455,
        C,{"C" * 201},1,std9,,,
        D,D,-1,std9,,x12345,
        """,
    )
    found = take(shop, table).findings
    assert {one.reason for one in found} >= {"TWICE_IN_FILE", "CODE_TAKEN", "TOO_LONG"}
    for language in LANGUAGES:
        words = Words(language)
        for one in found:
            assert words(f"import.{one.reason}", **dict(one.facts))


def test_the_same_file_again_changes_nothing_and_writes_nothing(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "goods.csv", f"{HEADER}\n{MILK}\nTEA,Tea,3.00,std9")
    take(shop, table)
    before, version = journal(shop), shop.till.catalogue.search("")
    assert counts(take(shop, table)) == (0, 0, 2, 0)
    assert journal(shop) == before
    assert shop.till.catalogue.search("") == version


def test_a_changed_row_changes_its_product_and_leaves_what_the_file_does_not_speak_of(
    shop: Shop, tmp_path: Path
) -> None:
    full = f"{HEADER},category,codes,tags\n{MILK},Dairy,6900004355455,milk"
    take(shop, csv_file(tmp_path / "full.csv", full))
    before = product(shop, "MILK")
    prices = csv_file(tmp_path / "prices.csv", f"{HEADER}\nMILK,Whole milk,13.50,std9")
    assert counts(take(shop, prices)) == (0, 1, 0, 0)
    after = product(shop, "MILK")
    assert after.price_minor == 1350
    assert (after.id, after.codes, after.tags) == (before.id, before.codes, before.tags)
    assert after.category_id == before.category_id == category_id("Dairy")


def test_a_stock_number_that_comes_twice_is_taken_once(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "goods.csv", f"{HEADER}\n{MILK}\nMILK,Other milk,9.00,std9")
    report = take(shop, table)
    assert counts(report) == (1, 0, 0, 1)
    assert said(report) == [(3, "sku", "TWICE_IN_FILE")]
    assert counts(take(shop, table)) == (0, 0, 1, 1)
    assert product(shop, "MILK").name == "Whole milk"


def test_a_category_of_a_bad_row_is_not_made(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(
        tmp_path / "goods.csv", f"{HEADER},category\nMILK,Whole milk,x,std9,Dairy\nTEA,Tea,3,std9,"
    )
    take(shop, table)
    assert shop.till.catalogue.categories() == ()


def test_an_import_that_was_stopped_goes_on_where_it_stopped(shop: Shop, tmp_path: Path) -> None:
    rows = "\n".join(f"P{n:03d},Product {n},1.00,std9" for n in range(100))
    table = csv_file(tmp_path / "goods.csv", f"{HEADER}\n{rows}")

    def stop(done: int, _total: int) -> None:
        if done >= 2 * ROWS_PER_UNIT:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        shop.till.import_products.run(read_table(table), shop.manager, progress=stop)
    shop.reopen()
    assert counts(take(shop, table)) == (100 - 2 * ROWS_PER_UNIT, 0, 2 * ROWS_PER_UNIT, 0)


def test_progress_counts_every_row(shop: Shop, tmp_path: Path) -> None:
    rows = "\n".join(f"P{n:03d},Product {n},1.00,std9" for n in range(90))
    table = csv_file(tmp_path / "goods.csv", f"{HEADER}\n{rows}")
    steps: list[tuple[int, int]] = []
    shop.till.import_products.run(
        read_table(table),
        shop.manager,
        total=90,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(40, 90), (80, 90), (90, 90)]


def test_findings_are_bounded_and_the_rest_is_counted(shop: Shop, tmp_path: Path) -> None:
    rows = "\n".join(f"P{n},Product,x,none" for n in range(FINDINGS_KEPT))
    report = take(shop, csv_file(tmp_path / "goods.csv", f"{HEADER}\n{rows}"))
    assert report.refused == FINDINGS_KEPT
    assert len(report.findings) == FINDINGS_KEPT
    assert report.findings_total == 2 * FINDINGS_KEPT


def test_a_file_without_the_needed_columns_is_refused_by_name(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(MissingColumns) as refused:
        take(shop, csv_file(tmp_path / "goods.csv", "price,colour\n1.00,red"))
    assert refused.value.names == ("sku", "name", "tax_class")


def test_only_a_manager_imports(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "goods.csv", f"{HEADER}\n{MILK}")
    cashier = Operator(b"c" * 16, "Li Min", Role.CASHIER)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.import_products.run(read_table(table), cashier)
    assert shop.till.catalogue.search("") == ()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-15", date(2026, 3, 15)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026.03.15", date(2026, 3, 15)),
        ("2026年3月15日", date(2026, 3, 15)),
        ("20260315", date(2026, 3, 15)),
        ("２０２６-０３-１５", date(2026, 3, 15)),
        ("2026-02-30", None),
        ("15.03.2026", None),
        ("tomorrow", None),
    ],
)
def test_days_are_read_in_the_usual_forms(typed: str, day: date | None) -> None:

    faults = RowFaults(7)
    cells = Cells(Columns({"on": ()}, {"on": ""}), {"on": typed}, faults)
    assert cells.day("on") == day
    assert [one.reason for one in faults.found] == ([] if day else ["NO_SUCH_DAY"])
