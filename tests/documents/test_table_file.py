"""Reading the tables that people bring."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from posloyalty.documents.table_file import (
    ROW_CHARACTERS_MAX,
    TableRow,
    TableUnreadable,
    read_table,
)


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def cells(rows: list[TableRow]) -> list[tuple[int, dict[str, str]]]:
    return [(row.line, dict(row.cells)) for row in rows]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("SKU,Name\nA1,牛奶\n", "utf-8"),
        ("sku,name\r\nA1,牛奶\r\n", "utf-8-sig"),
        ("sku;name\nA1;牛奶\n", "gb18030"),
        ("sku\tname\nA1\t 牛奶 \n", "utf-8"),
    ],
)
def test_a_csv_file_is_read_whatever_spreadsheet_wrote_it(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = csv_file(tmp_path, text, encoding=encoding)
    assert cells(list(read_table(path))) == [(2, {"sku": "A1", "name": "牛奶"})]


def test_lines_are_counted_as_the_person_sees_them(tmp_path: Path) -> None:
    path = csv_file(tmp_path, 'sku,name\nA1,"two\nlines"\n\nA2,plain\n')
    assert [row.line for row in read_table(path)] == [2, 5]


def test_a_cell_that_was_typed_on_two_lines_is_one_text(tmp_path: Path) -> None:
    path = csv_file(tmp_path, 'sku,name\nA1,"Milk \r\n2\tL"\nA2,"\x07 double  space　"\n')
    assert [row.cells["name"] for row in read_table(path)] == ["Milk 2 L", "double  space"]


def test_missing_cells_are_empty_and_surplus_ones_are_counted(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "sku,name\nA1\nA2,x,y,z\n")
    short, long = read_table(path)
    assert dict(short.cells) == {"sku": "A1", "name": ""}
    assert long.surplus == 2


def test_a_spreadsheet_gives_text_for_numbers_days_and_truth(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["sku", "price", "day", "earns", "count"])
    sheet.append([1234, 12.3, date(2026, 11, 22), True, 7.0])
    path = tmp_path / "t.xlsx"
    book.save(path)
    expected = {"sku": "1234", "price": "12.3", "day": "2026-11-22", "earns": "yes", "count": "7"}
    assert cells(list(read_table(path))) == [(2, expected)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.pdf", b"x", "UNKNOWN_KIND"),
        ("t.csv", b"", "NO_HEADER"),
        ("t.csv", b"a,a\n1,2\n", "DOUBLE_COLUMN"),
        ("t.csv", b"a,b\n\xff\xff\xff,2\n", "ENCODING"),
        ("t.csv", b"a,b\nMi\x00lk,2\n", "ENCODING"),
        ("t.csv", b'a,b\n"half,2\n', "DAMAGED"),
        ("t.csv", b"a,b\n" + b"x" * 10_001 + b",2\n", "CELL_TOO_LONG"),
        ("t.csv", b"a,b\n1,2\n" + b"cell," * 200_001, "ROW_TOO_LONG"),
        ("t.csv", b"a,b\n1,2\n" + b'"two\nlines",' * 90_000, "ROW_TOO_LONG"),
        ("t.xlsx", b"no zip", "DAMAGED"),
        ("missing.csv", None, "NOT_FOUND"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableUnreadable) as refused:
        list(read_table(path))
    assert refused.value.reason == reason
    assert refused.value.facts["file"] == name


def test_a_row_that_never_ends_is_refused_before_it_is_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(40):
            file.write(b"x," * (1 << 19))
    tracemalloc.start()
    try:
        with pytest.raises(TableUnreadable) as refused:
            list(read_table(path))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.facts == {"file": "t.csv", "line": 3, "limit": ROW_CHARACTERS_MAX}
    assert most < 20 * ROW_CHARACTERS_MAX < path.stat().st_size


SHEET = "xl/worksheets/sheet1.xml"
ROW = "<row r='1'><c r='{place}' t='{kind}'><v>{value}</v></c></row>"
DAMAGED_SHEETS = [
    ROW.format(place="A1", kind="s", value="99999"),  # a text that the book does not have
    ROW.format(place="A1", kind="d", value="no day"),
    ROW.format(place="ZZZZZZ1", kind="n", value="1"),
    ROW.format(place="A1", kind="n", value="no number"),
    "<row><no end",
]


@pytest.mark.parametrize("rows", DAMAGED_SHEETS)
def test_a_spreadsheet_with_a_damaged_sheet_is_refused_however_it_is_damaged(
    tmp_path: Path, rows: str
) -> None:
    path = tmp_path / "t.xlsx"
    _made(path, f"<sheetData>{rows}</sheetData>")
    with pytest.raises(TableUnreadable) as refused:
        list(read_table(path))
    assert (refused.value.reason, refused.value.facts) == ("DAMAGED", {"file": "t.xlsx", "line": 1})


def _made(path: Path, inside: str, part: str = SHEET, root: str = "worksheet") -> None:
    """A spreadsheet of one sheet, one part of which has that inside."""
    good = path.with_name("good.xlsx")
    book = Workbook()
    book.worksheets[0].append(["sku"])
    book.save(good)
    changed = f"<{root} xmlns='{SHEET_MAIN_NS}'>{inside}</{root}>"
    with ZipFile(good) as parts, ZipFile(path, "w", ZIP_DEFLATED) as made:
        for name in {*parts.namelist(), part}:
            made.writestr(name, changed if name == part else parts.read(name))


HEADER = "<row><c t='str'><v>sku</v></c></row>"
BOMBS = [
    ("<a/>" * 120_000, "xl/styles.xml", "styleSheet"),
    ("<si/>" * 120_000, "xl/sharedStrings.xml", "sst"),
    ("<sheetData><row>" + "<c/>" * 17_000 + "</row></sheetData>", SHEET, "worksheet"),
    ("<sheetData>" + "<row><c r='ZZZ1'/></row>" * 20 + "</sheetData>", SHEET, "worksheet"),
    (f"<sheetData>{HEADER}<row r='1e9'/></sheetData>", SHEET, "worksheet"),
    ("<sheetData>" + "<row/>" * 20_001 + "</sheetData>", SHEET, "worksheet"),
]


@pytest.mark.parametrize(("inside", "part", "root"), BOMBS)
def test_a_spreadsheet_that_is_more_than_its_bytes_is_refused_before_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str, part: str, root: str
) -> None:
    monkeypatch.setattr("posloyalty.documents.sheet_bounds.SHEET_ROWS_MAX", 20_000)
    path, few = tmp_path / "t.xlsx", 3_000_000
    _made(path, inside, part, root)
    assert path.stat().st_size < 30_000
    with pytest.raises(TableUnreadable) as refused:
        list(read_table(path, unpacked_bytes_max=few))
    assert refused.value.facts == {"file": "t.xlsx", "limit": few}
    assert refused.value.reason == "TOO_LARGE"


def test_a_sheet_that_says_it_is_larger_than_it_is_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _made(path, f"<dimension ref='A1:XFD1048576'/><sheetData>{HEADER}{HEADER}</sheetData>")
    assert [one.cells for one in read_table(path)] == [{"sku": "sku"}]
