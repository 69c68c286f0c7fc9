"""What a PostgreSQL server's own processes spend is seen, and nothing is said of SQLite."""

from __future__ import annotations

from pathlib import Path

from posloyalty.headoffice.running.opening import opened_office
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.processor import Postmaster
from tests.fakes.time import SeededChance, SetClock

WORK = "SELECT count(*) FROM generate_series(1, 2000000)"
"""Many times the hundredth of a second by which Linux counts."""


def test_work_of_a_backend_is_its_servers(tmp_path: Path) -> None:
    with (
        postgresql() as url,
        opened_office(tmp_path, url, clock=SetClock(), chance=SeededChance(1)) as office,
    ):
        postmaster = Postmaster.of(office.database)
        if postmaster is None:
            assert not Path("/proc/self/stat").exists()
            return
        before = postmaster.spent_s()
        with office.database.read() as connection:
            connection.exec_driver_sql(WORK).all()
        assert postmaster.spent_s() > before


def test_there_is_no_server_of_sqlite(tmp_path: Path) -> None:
    with opened_office(tmp_path, "", clock=SetClock(), chance=SeededChance(1)) as office:
        assert Postmaster.of(office.database) is None
