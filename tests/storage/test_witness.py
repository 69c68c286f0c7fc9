"""A book put back from a copy, or cut off behind, is told by the note beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.services.till import Till
from posloyalty.storage.tables import APPEND_ONLY
from posloyalty.storage.witness import EVERY_EVENTS, read_witness
from posloyalty.sync import events
from tests.faults.shop import make_shop, reopen
from tests.faults.test_disk import sell

PROJECTIONS = (
    "print_job", "lot_use", "transfer", "lot", "sale_tender", "sale_tax", "line_share",
    "sale_line", "sale", "outbox", "journal_event",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    till, _created = make_shop(tmp_path / "book")
    till.close()
    return tmp_path / "book"


def notes(till: Till) -> list[events.ErrorNote]:
    with till.book.read() as reader:
        read = [events.decode(event.body) for event in reader.journal.events()]
    return [event for event in read if isinstance(event, events.ErrorNote)]


def test_the_note_is_kept_while_selling_and_at_the_end(folder: Path) -> None:
    till = reopen(folder)
    begun = read_witness(folder / "till.witness")
    assert begun is not None
    for _ in range(EVERY_EVENTS):
        sell(till)
    while_selling = read_witness(folder / "till.witness")
    assert while_selling is not None
    assert while_selling.seq >= begun.seq + EVERY_EVENTS
    sell(till)
    till.close()
    with_end = read_witness(folder / "till.witness")
    assert with_end is not None
    assert with_end.seq > while_selling.seq


def test_a_book_put_back_from_a_copy_is_noted_and_sells(folder: Path, tmp_path: Path) -> None:
    till = reopen(folder)
    copy = till.back_up.now()
    for _ in range(3):
        sell(till)
    till.close()
    for name in ("till.book-wal", "till.book-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(copy, folder / "till.book")
    till = reopen(folder)
    (note,) = notes(till)
    assert note.code == "book.behind_witness"
    assert dict(note.facts)["seen"] > dict(note.facts)["found"]
    first = till.verify.verify().first
    assert first is not None
    assert first.what == "witness"
    sell(till)
    till.close()
    # The book has gone on under a new note; what happened stays in its journal.
    till = reopen(folder)
    assert len(notes(till)) == 1
    assert till.verify.verify().holds
    till.close()


def test_a_tail_that_was_cut_off_without_a_trace_in_the_book_is_named(folder: Path) -> None:
    till = reopen(folder)
    sell(till)
    sell(till)
    with till.book.read() as reader:
        last = reader.journal.head().seq
    till.close()
    cut_off(folder, last)
    till = reopen(folder)
    first = till.verify.verify().first
    assert first is not None
    assert (first.what, first.which) == ("witness", f"event {last}")
    assert len(notes(till)) == 1
    with till.book.read() as reader:
        anchor, head = reader.journal.last_anchor(), reader.journal.head()
    assert anchor is not None
    assert (anchor.epoch, head.epoch) == (2, 2)
    till.close()


def cut_off(folder: Path, seq: int) -> None:
    """Remove an event and every row that speaks of it, as somebody with the key could."""
    connection = sqlcipher.connect(str(folder / "till.book"), isolation_level=None)
    key = (folder / "till.key").read_text().strip()
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    for table in APPEND_ONLY:
        connection.execute(f"DROP TRIGGER {table}_no_delete")
    for table in PROJECTIONS:
        connection.execute(f"DELETE FROM {table} WHERE seq = {seq}")
    connection.close()


@pytest.mark.parametrize("text", ["", "{", "{}", '{"epoch": 1, "seq": "x", "hash": ""}'])
def test_an_unreadable_note_is_no_evidence(folder: Path, text: str) -> None:
    (folder / "till.witness").write_text(text)
    till = reopen(folder)
    assert notes(till) == []
    assert till.verify.verify().holds
    till.close()
