"""A PostgreSQL's rows as they were when somebody copied them away, to put back under tills."""

from __future__ import annotations

import psycopg

from posloyalty.headoffice.store.tables import METADATA

TABLES = list(METADATA.tables)
# As a restore loads rows: past the triggers that keep what tills sent, in tables that stay.
PAST_TRIGGERS = "SET session_replication_role = replica"


class DayOld:
    """The rows of a PostgreSQL, kept beside it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._do("CREATE SCHEMA day_old")
        self._do(*(f"CREATE TABLE day_old.{one} AS TABLE public.{one}" for one in TABLES))

    def put_back(self) -> None:
        self._do(
            PAST_TRIGGERS,
            *(f"DELETE FROM public.{one}" for one in TABLES),
            *(self._again(one) for one in TABLES),
        )

    def end(self) -> None:
        self._do("DROP SCHEMA day_old CASCADE")

    def _again(self, table: str) -> str:
        """Without columns that the database works out of the others."""
        columns = ", ".join(one.name for one in METADATA.tables[table].columns if not one.computed)
        return f"INSERT INTO public.{table} ({columns}) SELECT {columns} FROM day_old.{table}"

    def _do(self, *statements: str) -> None:
        with psycopg.connect(self._url) as connection:
            for one in statements:
                connection.execute(one)
