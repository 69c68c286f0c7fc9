"""`posloyalty journal`: the file, what it says of sending, and what it ends with."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from posloyalty.storage.keys import key_store
from tests.faults.shop import make_shop, reopen
from tests.faults.test_disk import sell
from tests.test_cli import run


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed shop with a sale, whose key lies beside it."""
    monkeypatch.setattr(key_store, "system_keyring", lambda: None)
    till, _created = make_shop(tmp_path / "book")
    till.close()
    till = reopen(tmp_path / "book")
    sell(till)
    till.close()
    return tmp_path / "book"


def test_a_journal_is_written_once_and_a_shop_that_is_alone_sends_nothing(
    book: Path, tmp_path: Path
) -> None:
    file = tmp_path / "till.journal"
    assert run("journal", file, "--book", book).out == f"The journal is in {file}.\n"
    lines = file.read_text("utf-8").splitlines()
    assert lines[0].startswith('{"k":"journal"')
    assert lines[-1].startswith('{"k":"end"')
    assert run("journal", file, "--book", book).code != 0  # it is there already
    said = run("journal", tmp_path / "again", "--book", book, "--send")
    assert said.code == Exit.FOUND
    assert said.out.endswith("This till has not joined a head office.\n")
