"""A table for a spreadsheet: read back as it was, and no cell is run as a formula."""

from __future__ import annotations

import csv
import io

import pytest

from posloyalty.documents.table_out import csv_bytes


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
