"""Bringing a book to this release's tables: a copy first, then all steps in one transaction.

A power cut at any moment leaves either the old book or the new one: SQLite's DDL is transactional
and everything, Alembic's own version row included, lies between one BEGIN and one COMMIT. A book
of a later release is refused, never written. Alembic is loaded only when there is something to do:
it costs 150 ms that every start would pay.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from posloyalty.services.book.book_faults import BookDamaged, BookTooNew
from posloyalty.storage.engine import WRITER_CACHE_KIB, faults_at, open_engine
from posloyalty.storage.place import BookPlace
from posloyalty.storage.snapshot import copy_book

PAGE_BYTES: Final = 4096
SCRIPTS: Final = Path(__file__).parent / "migrations"
REVISIONS: Final = tuple(f"{number:04}" for number in range(1, 24))
"""Every revision that a release of this program made, oldest first; a test compares the scripts."""


def upgrade(
    place: BookPlace,
    key: bytes,
    *,
    at: datetime,
    making: bool = False,
    scripts: Path = SCRIPTS,
    revisions: tuple[str, ...] = REVISIONS,
) -> str | None:
    """Upgrade the book when it is older; returns the revision it had, or None for a current one.

    Only when a book is being made may its file be empty: otherwise something cut it off, and an
    empty book in its place would be the worst answer. Raises `BookTooNew`, `BookDamaged`, or the
    faults of `engine.faults_at`; the book is then as it was.
    """
    if not making:
        _refuse_empty(place)
    engine = open_engine(place.book, key, cache_kib=WRITER_CACHE_KIB, query_only=False)
    try:
        with faults_at(place.book), engine.connect() as connection:
            with connection.begin():
                found = revision(connection)
            if found == revisions[-1]:
                return None
            if not (found or making):
                raise BookDamaged(place=str(place.book), detail="it has no tables")
            if found:
                if found not in revisions:
                    raise BookTooNew(found=found, known=revisions[-1])
                copy_book(place, key, at=at, why=f"before-{revisions[-1]}")
            with connection.begin():
                _run(connection, scripts)
            return found
    finally:
        engine.dispose()


def upgraded(place: BookPlace, key: bytes, *, at: datetime) -> Connection:
    """A writing connection to a book of this release's tables, upgraded where it was older.

    The caller closes it and disposes of its engine. What is raised is what `upgrade` raises.
    """
    _refuse_empty(place)
    with ExitStack() as undo:
        connection = _connected(place, key, undo)
        with faults_at(place.book), connection.begin():
            current = revision(connection) == REVISIONS[-1]
        if current:
            undo.pop_all()
            return connection
    upgrade(place, key, at=at)
    with ExitStack() as undo:
        connection = _connected(place, key, undo)
        undo.pop_all()
    return connection


def _connected(place: BookPlace, key: bytes, undo: ExitStack) -> Connection:
    engine = open_engine(place.book, key, cache_kib=WRITER_CACHE_KIB, query_only=False)
    undo.callback(engine.dispose)
    with faults_at(place.book):
        connection = engine.connect()
    undo.callback(connection.close)
    return connection


def revision(connection: Connection) -> str:
    """The book's revision; empty before the first."""
    ask = connection.exec_driver_sql
    if not ask("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").first():
        return ""
    row = ask("SELECT version_num FROM alembic_version").first()
    return "" if row is None else str(row[0])


def _refuse_empty(place: BookPlace) -> None:
    with faults_at(place.book):
        size = place.book.stat().st_size
    if size < PAGE_BYTES:
        # SQLite would take it for a new file and write the first page at once.
        raise BookDamaged(place=str(place.book), detail=f"{size} bytes are less than a page")


def _run(connection: Connection, scripts: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
