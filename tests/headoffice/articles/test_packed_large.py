"""A spreadsheet that holds far more than it weighs is refused before any of it is read."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from posloyalty.documents import table_file
from posloyalty.documents.table_file import TableUnreadable
from posloyalty.domain.values.money import currency
from posloyalty.headoffice.articles.article_file import UNPACKED_BYTES_MAX, Kept, read_changes


def _bomb(path: Path) -> bytes:
    """A workbook of a few bytes with a part of strings that nobody needs."""
    book = Workbook()
    book.active.append(["sku", "name"])
    book.save(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/more.xml", "w") as part,
    ):
        for _ in range(UNPACKED_BYTES_MAX // 1_000_000 + 1):
            part.write(b"<si><t>a</t></si>" * 58_824)
    return path.read_bytes()


def test_a_gigabyte_in_a_small_file_is_refused_with_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _bomb(tmp_path / "bomb.xlsx")
    assert len(data) < 1_000_000
    monkeypatch.setattr("openpyxl.load_workbook", _never)
    kept = Kept(articles=(), prices=(), taxes=(), stores=(), waiting=None, today=date(2026, 12, 2))
    with pytest.raises(TableUnreadable) as refused:
        read_changes(data, kept, currency("CNY"))
    assert (refused.value.reason, refused.value.facts["limit"]) == ("TOO_LARGE", UNPACKED_BYTES_MAX)
    assert UNPACKED_BYTES_MAX < table_file.XLSX_UNPACKED_MAX


def _never(*_: object, **__: object) -> None:
    raise AssertionError("it was read")
