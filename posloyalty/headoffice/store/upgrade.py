"""Bringing head office's database to this release's tables, in one transaction, by Alembic.

Both databases undo DDL, so a cut leaves the old tables or the new ones. Two servers that start at
once on PostgreSQL wait for one another at an advisory lock, on SQLite at the file's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from posloyalty.headoffice.running.faults import OfficeNotUpgraded, OfficeTooNew

SCRIPTS: Final = Path(__file__).parent.parent / "migrations"
_LAST: Final = 46
REVISIONS: Final = tuple(f"{number:04}" for number in range(1, _LAST + 1))
"""Every revision that a release made, oldest first; a test compares the scripts."""
_ADVISORY_LOCK: Final = 0x4C4A31


def upgrade(engine: Engine, *, revisions: tuple[str, ...] = REVISIONS) -> None:
    """Make or upgrade the tables; raises `OfficeTooNew` for those of a later release, and
    `OfficeNotUpgraded` where those of an earlier one could not be upgraded.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        found = revision(connection)
        if found == revisions[-1]:
            return
        if found and found not in revisions:
            raise OfficeTooNew(found=found, known=revisions[-1])
        try:
            _run(connection)
        except DBAPIError as fault:
            if not found:
                raise
            known, detail = revisions[-1], str(fault.orig).strip()
            raise OfficeNotUpgraded(found=found, known=known, detail=detail) from fault


def revision(connection: Connection) -> str:
    """The database's revision; empty before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return "" if row is None else str(row[0])


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
