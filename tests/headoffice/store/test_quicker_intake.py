"""A database of the release before keeps how far its owners were folded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlite
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from posloyalty.headoffice.store.upgrade import SCRIPTS

NAME = "before_0016"
PLACES = "INSERT INTO owner_place VALUES ({mark}, 3, 3, 3, 0, 0), ({mark}, 1, 0, 0, 0, 0)"
FOLD = "INSERT INTO owner_fold VALUES ({mark}, 1700, {mark}, 2, 41, 5, 'store')"
NOW = """
SELECT owner, arrived, last_us, last_till, last_epoch, last_seq, again, bearer
FROM owner_place ORDER BY owner"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it, not even tables."""
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path / 'old.db'}", module=sqlite, poolclass=NullPool)
        yield made
        return
    url = str(request.getfixturevalue("postgresql"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
        connection.execute(f"CREATE DATABASE {NAME}")
    address = make_url(url).set(drivername="postgresql+psycopg", database=NAME)
    yield create_engine(address, poolclass=NullPool)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NAME}")


def brought_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_folds_stand_in_the_rows_of_their_owners(engine: Engine) -> None:
    folded, new, till = b"a" * 16, b"b" * 16, b"t" * 16
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with engine.begin() as connection:
        brought_to(connection, "0015")
        connection.exec_driver_sql(PLACES.format(mark=mark), (folded, new))
        connection.exec_driver_sql(FOLD.format(mark=mark), (folded, till))
        brought_to(connection, "0016")
        rows = [tuple(row) for row in connection.exec_driver_sql(NOW)]
    assert rows == [
        (folded, 3, 1700, till, 2, 41, 5, "store"),
        (new, 1, None, None, None, None, 0, None),
    ]
