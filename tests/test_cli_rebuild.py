"""`posloyalty rebuild`: what it says of a book that was made anew, and what it ends with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from posloyalty.storage.keys import key_store
from tests.faults.shop import make_shop, reopen
from tests.faults.test_disk import sell
from tests.storage.test_rebuild import damage, journal, leaf_of_journal, lines, root_of
from tests.test_cli import run

SALES = 40


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed shop that sold, whose key lies beside it; no copy of it."""
    monkeypatch.setattr(key_store, "system_keyring", lambda: None)
    till, _created = make_shop(tmp_path / "book")
    till.close()
    till = reopen(tmp_path / "book")
    for _ in range(SALES + SALES // 4):
        sell(till)
    till.close()
    return tmp_path / "book"


def test_a_damaged_table_is_made_anew_and_proved(book: Path) -> None:
    events = len(journal(book))
    damage(book, root_of(book, "sale"))
    said = run("rebuild", "--book", book)
    assert said.code == 0
    assert f"made anew: {events} events, 0 of them" in said.out
    assert "damaged" in said.out
    assert f"{SALES + SALES // 4} sales" in said.out


def test_what_is_not_whole_is_named(book: Path) -> None:
    damage(book, root_of(book, "product"))
    said = run("rebuild", "--book", book)
    assert "The goods are not whole" in said.out
    assert "The staff" not in said.out


def test_a_gap_is_told_before_the_book_is_opened_and_a_file_fills_it(
    book: Path, tmp_path: Path
) -> None:
    before, file = journal(book), tmp_path / "till.journal"
    file.write_bytes(b"".join(lines(book)))
    damage(book, leaf_of_journal(book))
    said = run("rebuild", "--book", book)
    kept = len(journal(book))
    assert said.code == Exit.FOUND
    assert f"events {kept + 1} to {len(before)}" in said.out
    assert journal(book) == before[:kept]  # nothing was opened: no other epoch yet
    said = run("rebuild", "--book", book, "--journal", file)
    assert said.code == 0
    assert journal(book)[: len(before)] == before


def test_another_tills_journal_is_refused(book: Path, tmp_path: Path) -> None:
    other, file = tmp_path / "other", tmp_path / "other.journal"
    shutil.copytree(book, other)
    file.write_bytes(b"".join(lines(other)).replace(b'"till":"', b'"till":"ff'))
    said = run("rebuild", "--book", book, "--journal", file)
    assert said.code == Exit.FILE
    assert "not this till's journal" in said.err
