"""A table for a spreadsheet: read back as it was, and no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from posloyalty.documents.table_file import read_table
from posloyalty.documents.table_out import amount_cell, csv_bytes
from posloyalty.domain.values.money import currency


def read_back(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_what_is_written_is_read_back() -> None:
    lines = (("时间", "What"), ("14:05", 'a "quoted", cell\nof two lines'))
    assert read_back(csv_bytes(lines)) == [list(line) for line in lines]


def test_a_spreadsheet_sees_that_it_is_utf_8() -> None:
    assert csv_bytes([("a",)]).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@cmd", "'@cmd"),
        ("＝1＋1", "'＝1＋1"),
        ("-2+3", "'-2+3"),
        ("-19.60", "-19.60"),
        ("-5", "-5"),
        ("Milk", "Milk"),
        ("", ""),
    ],
)
def test_nothing_is_run_as_a_formula(cell: str, written: str) -> None:
    assert read_back(csv_bytes([(cell, "x")])) == [[written, "x"]]


CODES = (
    "001", "6901234567890", "1e5", "3-4", "$5", "(5)", "（5）", "-$5", "￥5", "NT$ 5", "5€", "007",
    "−5", "MAR1", "2 Sep 2026", "50%", "TRUE", "3月4日", "上午8:30", "2026-11-22", "-1", "@x",
    "=cmd|' /C calc'!A0", "'s Hertogenbosch", "'001", "'77", "123456789012",
)  # fmt: skip
"""What Gnumeric, LibreOffice or Excel takes for something else, or takes the beginning of."""
PLAIN = (
    "",
    "0",
    "77",
    "12345678901",
    "S1-T1-000123",
    "牛奶",
    "7-Eleven",
    "Mayfair",
    "5 kg",
    "ab12",
    "don't",
    "US5",
)


def test_codes_and_names_are_marked_as_texts_and_read_back_as_they_were(tmp_path: Path) -> None:
    data = csv_bytes([("sku", "price"), *((code, "-1.50") for code in CODES)], texts=[0])
    assert read_back(data)[1:] == [[f"'{code}", "-1.50"] for code in CODES]
    place = tmp_path / "t.csv"
    place.write_bytes(data)
    assert [row.cells["sku"] for row in read_table(place)] == list(CODES)


def test_other_texts_are_written_as_they_are() -> None:
    assert read_back(csv_bytes([(text, "x") for text in PLAIN], texts=[0])) == [
        [text, "x"] for text in PLAIN
    ]


def test_an_amount_below_nothing_is_a_number_to_a_spreadsheet() -> None:
    assert amount_cell(-123456, currency("CNY")) == "-1234.56"
