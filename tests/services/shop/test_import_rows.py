"""What every import shares: batches of rows, a transaction each, told as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from posloyalty.documents.table_file import read_table
from posloyalty.services.shop.import_columns import Columns, MissingColumns
from posloyalty.services.shop.import_rows import ROWS_PER_UNIT, Batch, import_rows
from tests.services.a_shop import Shop, csv_file, new_shop

SETTING = "test.last_line"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def plain(header: Mapping[str, str]) -> Columns:
    columns = Columns({"sku": ()}, header)
    columns.require("sku")
    return columns


def note_last_line(batch: Batch) -> None:
    batch.unit.settings.put({SETTING: str(batch.rows[-1].line)})
    batch.tally.added += len(batch.rows)


def last_line(shop: Shop) -> str | None:
    with shop.till.book.read() as reader:
        return reader.settings.get(SETTING)


def table_of(tmp_path: Path, rows: int) -> Path:
    lines = "\n".join(f"P{n}" for n in range(rows))
    return csv_file(tmp_path / "rows.csv", f"sku\n{lines}")


def test_every_row_is_taken_once_in_batches_of_the_bound(shop: Shop, tmp_path: Path) -> None:
    taken: list[list[int]] = []

    def take(batch: Batch) -> None:
        taken.append([row.line for row in batch.rows])

    table = read_table(table_of(tmp_path, 2 * ROWS_PER_UNIT + 1))
    import_rows(shop.till.book, table, columns=plain, take=take)
    assert [len(lines) for lines in taken] == [ROWS_PER_UNIT, ROWS_PER_UNIT, 1]
    assert [line for lines in taken for line in lines] == list(range(2, 2 * ROWS_PER_UNIT + 3))


def test_a_batch_that_fails_leaves_the_ones_before_it_and_nothing_of_its_own(
    shop: Shop, tmp_path: Path
) -> None:
    def take(batch: Batch) -> None:
        note_last_line(batch)
        if batch.tally.added > ROWS_PER_UNIT:
            raise OSError("the disk is full")

    table = read_table(table_of(tmp_path, 2 * ROWS_PER_UNIT))
    with pytest.raises(OSError, match="the disk is full"):
        import_rows(shop.till.book, table, columns=plain, take=take)
    assert last_line(shop) == str(ROWS_PER_UNIT + 1)


def test_progress_hears_of_a_batch_after_it_stands_in_the_book(shop: Shop, tmp_path: Path) -> None:
    heard: list[tuple[int, int, str | None]] = []
    import_rows(
        shop.till.book,
        read_table(table_of(tmp_path, ROWS_PER_UNIT + 2)),
        columns=plain,
        take=note_last_line,
        total=ROWS_PER_UNIT + 2,
        progress=lambda done, total: heard.append((done, total, last_line(shop))),
    )
    assert heard == [
        (ROWS_PER_UNIT, ROWS_PER_UNIT + 2, str(ROWS_PER_UNIT + 1)),
        (ROWS_PER_UNIT + 2, ROWS_PER_UNIT + 2, str(ROWS_PER_UNIT + 3)),
    ]


def test_a_header_that_will_not_do_takes_nothing(shop: Shop, tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path / "rows.csv", "name\nMilk"))
    with pytest.raises(MissingColumns, match="sku"):
        import_rows(shop.till.book, table, columns=plain, take=note_last_line)
    assert last_line(shop) is None
