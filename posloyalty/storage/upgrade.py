"""Bringing a book to this release's tables: a copy first, then all steps in one transaction.

A power cut at any moment leaves either the old book or the new one: SQLite's DDL is transactional
and everything, Alembic's own version row included, lies between one BEGIN and one COMMIT. A book
of a later release is refused, never written.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from posloyalty.services.book_faults import BookTooNew
from posloyalty.storage.engine import WRITER_CACHE_KIB, faults_at, open_engine
from posloyalty.storage.place import BookPlace
from posloyalty.storage.snapshot import copy_book

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(place: BookPlace, key: bytes, *, at: datetime) -> str | None:
    """Upgrade the book when it is older; returns the revision it had, or None for a current one.

    Raises `BookTooNew`, or the faults of `engine.faults_at`; the book is then as it was.
    """
    engine = open_engine(place.book, key, cache_kib=WRITER_CACHE_KIB, query_only=False)
    try:
        with faults_at(place.book), engine.connect() as connection:
            with connection.begin():
                found = revision(connection)
            if found == newest():
                return None
            if found is not None:
                if found not in known():
                    raise BookTooNew(found=found, known=newest())
                copy_book(place, key, at=at, why=f"before-{newest()}")
            with connection.begin():
                _run(connection)
            return found or ""
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """The book's revision; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision of this release."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    assert head is not None
    return head


def known() -> tuple[str, ...]:
    """Every revision that this release knows."""
    return tuple(script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions())


def _run(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
