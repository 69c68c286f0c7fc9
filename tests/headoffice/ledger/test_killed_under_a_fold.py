"""`kill -9` of PostgreSQL behind a fold whose commit did not wait for the disk.

The fold is lost, whole; what was acknowledged is not, and is folded again, once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.ledger_tables import ACCOUNT, TRANSFER
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from tests.fakes.time import SeededChance, SetClock
from tests.fleet.a_postgresql import OwnPostgresql, own_postgresql
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.headoffice.ledger.test_archive import ANNA, add, earning

KILLS = 4
POINTS = 10


@pytest.fixture
def server() -> Iterator[OwnPostgresql]:
    """One that writes its log for nobody who does not wait, as long as the test runs."""
    # A socket's path is short.
    with tempfile.TemporaryDirectory(prefix="pg") as place:
        folder = Path(place)
        folder.chmod(0o755)
        with own_postgresql(folder) as one:
            with psycopg.connect(one.url, autocommit=True) as chief:
                chief.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
                chief.execute("SELECT pg_reload_conf()")
            yield one


def counted(office: OpenOffice) -> tuple[int, int, int]:
    """Events that are kept, transfers that stand, and Anna's points."""
    with office.database.read() as connection:
        kept = len(connection.execute(JOURNAL_EVENT.select()).all())
        moved = len(connection.execute(TRANSFER.select()).all())
        mine = ACCOUNT.select().where(ACCOUNT.c.owner == ANNA)
        points = sum(row.credits - row.debits for row in connection.execute(mine))
    return kept, moved, points


def test_a_lost_fold_is_done_again_and_nothing_acknowledged_is_lost(
    server: OwnPostgresql, tmp_path: Path
) -> None:
    clock, lost = SetClock(), 0
    with new_office(tmp_path / "office", server.url, clock=clock, chance=SeededChance(5)) as office:
        office.administration.add_store("S1", "Main Street")
        till = ATill(clock)
        till.join(office, office.administration.new_code("S1"))
        for number in range(1, KILLS + 1):
            add(till, earning(ANNA, number, POINTS))
            assert till.push(office, number, number).status == 200
            assert office.follow() == 1
            assert counted(office) == (number, number, number * POINTS)
            server.kill()
            server.start()
            kept, moved, points = counted(office)
            assert kept == number
            # A fold is there or it is not, and never a part of it.
            assert points == moved * POINTS
            lost += number - moved
            while office.follow():
                pass
            assert counted(office) == (number, number, number * POINTS)
    assert lost > 0
