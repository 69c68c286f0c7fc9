"""PostgreSQL is killed under two workers while tills push: once all of it, once the process that
serves one connection, for which the others are ended too.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from tests.fakes.fault_proxy import fault_proxy
from tests.fleet.a_postgresql import OwnPostgresql, own_postgresql
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House, until

pytestmark = pytest.mark.enable_socket
BACKENDS: Final = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[tuple[House, OwnPostgresql]]:
    with ExitStack() as open_:
        # Short, since the path of a Unix socket has at most 107 bytes.
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho")))
        (place / "pg").mkdir()
        database = open_.enter_context(own_postgresql(place / "pg"))
        house = House(tmp_path, database.url, place / "s", workers=2)
        open_.callback(house.close)
        house.begin()
        house.line = open_.enter_context(fault_proxy(place / "s"))
        yield house, database


def test_a_database_that_is_killed_loses_nothing_that_was_acknowledged(
    two_workers: tuple[House, OwnPostgresql],
) -> None:
    house, database = two_workers
    with house.till(1) as till, house.till(2) as other:
        _sell(till, other)
        workers = house.served.workers()
        database.kill()
        till.sell()
        other.sell()
        until(lambda: _health(house) == (503, "database"))
        till.until(lambda: till.till.sending.status().waiting > 0)
        database.start()
        until(lambda: _health(house) == (200, "ok"))
        _until_sent(till, other)
        with psycopg.connect(database.url, autocommit=True) as connection:
            backend = connection.execute(BACKENDS).fetchall()[0][0]
        till.sell()
        os.kill(backend, signal.SIGKILL)
        other.sell()
        _sell(till, other)
        until(lambda: _health(house) == (200, "ok"))
        assert house.served.workers() == workers  # nobody fell with it
        for one in (till, other):
            with one.till.book.read() as reader:
                mine = {(e.event_id, e.seq): e.hash for e in reader.journal.events()}
            # A till that has not looked at its newest sale yet says that nothing waits.
            one.until(lambda: house.kept(one.till.facts.till_id) == mine)  # noqa: B023
        till.until(lambda: till.counter.points() == other.counter.points() == 8 * 2_000)
    house.proves()


def _sell(*tills: Program) -> None:
    for one in tills:
        one.sell()
    _until_sent(*tills)


def _until_sent(*tills: Program) -> None:
    for one in tills:
        one.retry()
        one.until(lambda: one.till.sending.status().waiting == 0)  # noqa: B023 - waited for here


def _health(house: House) -> tuple[int, str]:
    with house.served.client() as client:
        found: httpx.Response = client.get("/health")
    return found.status_code, str(found.json()["status"])
