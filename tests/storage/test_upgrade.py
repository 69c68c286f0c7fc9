"""Upgrading a book: a copy first, all or nothing, also when the power goes in the middle."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.storage.engine import APART_CACHE_KIB, open_engine
from posloyalty.storage.place import BookPlace
from posloyalty.storage.upgrade import REVISIONS, SCRIPTS, upgrade
from tests.fakes.book import KEY, Rig, a_sale, add_member, made_book

NEXT = (*REVISIONS, "next")
STEPS = 6

# A made-up later release: it adds a column, makes a table and fills it, and between any two of its
# steps a test may do something: kill the process, or copy the files as they lie on the disk.
SCRIPT = """
import os, shutil, signal
from pathlib import Path
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{before}", None, None

def between(step):
    if os.environ.get("CUT_AT") == str(step):
        os.kill(os.getpid(), signal.SIGKILL)
    if "COPY_TO" in os.environ:
        folder = Path(os.environ["COPY_TO"]) / str(step)
        folder.mkdir(parents=True)
        for file in Path(os.environ["COPY_FROM"]).glob("till.book*"):
            shutil.copy(file, folder)

def upgrade():
    between(0)
    op.execute("ALTER TABLE sale ADD COLUMN shift_seq INTEGER")
    between(1)
    op.execute("CREATE TABLE later (seq INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT")
    between(2)
    op.execute("DROP TRIGGER sale_no_update")
    between(3)
    # Enough to make the page cache spill: uncommitted pages then stand in the log on the disk.
    op.execute("PRAGMA cache_size = 20")
    op.execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000)"
               " INSERT INTO later SELECT x, hex(randomblob(200)) FROM n")
    between(4)
    op.execute("UPDATE sale SET shift_seq = 1")
    between(5)
"""


def next_release(tmp_path: Path) -> Path:
    """The scripts of this release and of the made-up one after it."""
    folder = Path(shutil.copytree(SCRIPTS, tmp_path / "migrations"))
    text = SCRIPT.replace("{before}", REVISIONS[-1])
    (folder / "versions" / "v9999_next.py").write_text(text)
    return folder


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return next_release(tmp_path)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Rig]:
    """A book with three sales, closed."""
    with made_book(tmp_path) as rig:
        member_id = add_member(rig)
        for _ in range(3):
            with rig.book.write() as unit:
                unit.sales.book(a_sale(unit, rig, member_id=member_id, earned=10))
                unit.commit()
        rig.book.close()
        yield rig


def shown(place: BookPlace) -> tuple[str, int, bool]:
    """(revision, number of sales, whether the new table is there)."""
    engine = open_engine(place.book, KEY, cache_kib=APART_CACHE_KIB, query_only=True)
    try:
        with engine.connect() as connection:
            ask = connection.exec_driver_sql
            found = ask("SELECT version_num FROM alembic_version").scalar()
            sales = ask("SELECT count(*) FROM sale").scalar()
            new = ask("SELECT count(*) FROM sqlite_schema WHERE name = 'later'").scalar()
            return str(found), int(sales or 0), bool(new)
    finally:
        engine.dispose()


def move_on(place: BookPlace, scripts: Path, rig: Rig) -> str | None:
    return upgrade(place, KEY, at=rig.clock.now(), scripts=scripts, revisions=NEXT)


def test_an_older_book_is_upgraded_after_a_copy_of_it_was_made(closed: Rig, scripts: Path) -> None:
    assert move_on(closed.place, scripts, closed) == REVISIONS[-1]
    assert shown(closed.place) == ("next", 3, True)
    (copy,) = closed.place.backups.iterdir()
    before = BookPlace(closed.place.folder / "before")
    before.folder.mkdir()
    shutil.copy(copy, before.book)
    assert shown(before) == (REVISIONS[-1], 3, False)


def test_a_current_book_is_left_alone(closed: Rig) -> None:
    before = closed.place.book.read_bytes()
    assert upgrade(closed.place, KEY, at=closed.clock.now()) is None
    assert closed.place.book.read_bytes() == before
    assert not closed.place.backups.exists()


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("step", range(STEPS))
def test_a_power_cut_in_the_middle_leaves_a_book_that_opens_and_upgrades_again(
    closed: Rig, scripts: Path, step: int
) -> None:
    child = os.fork()
    if child == 0:
        os.environ["CUT_AT"] = str(step)
        move_on(closed.place, scripts, closed)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    closed.reopen().close()
    assert shown(closed.place) == (REVISIONS[-1], 3, False)
    assert move_on(closed.place, scripts, closed) == REVISIONS[-1]
    assert shown(closed.place) == ("next", 3, True)


def test_files_copied_in_the_middle_of_an_upgrade_open_and_upgrade(
    closed: Rig, scripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPY_FROM", str(closed.place.folder))
    monkeypatch.setenv("COPY_TO", str(tmp_path / "cut"))
    move_on(closed.place, scripts, closed)
    monkeypatch.delenv("COPY_TO")
    for step in range(STEPS):
        place = BookPlace(tmp_path / "cut" / str(step))
        assert shown(place) == (REVISIONS[-1], 3, False)
        assert move_on(place, scripts, closed) == REVISIONS[-1]
        assert shown(place) == ("next", 3, True)


def test_no_upgrade_without_room_for_the_copy(
    closed: Rig, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("posloyalty.storage.upgrade.copy_book", no_room)
    from posloyalty.services.book.book_faults import DiskFull

    with pytest.raises(DiskFull):
        move_on(closed.place, scripts, closed)
    assert shown(closed.place) == (REVISIONS[-1], 3, False)
