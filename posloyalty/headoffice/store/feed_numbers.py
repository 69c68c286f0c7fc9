"""The numbers of a feed: each row of one has the number of its last change, which is its cursor.

Shape: a table of one row, `id` 1 and `n` the last number. `draw` locks that row until the commit.
That is what makes the numbers a cursor: a number that can be read means that every smaller one can.
(A database's own sequences are drawn before the commit, and a reader steps over whoever is slower.)
A cursor is `"<life of the database>:<number>"`; empty is the beginning.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select


class OtherLife(Exception):
    """A cursor of another life of the database: the till has to begin again."""


class FeedNumbers:
    """One feed's numbers within one transaction. `life_name` is this life of the database."""

    def __init__(self, connection: Connection, table: Table, *, life_name: str) -> None:
        self._connection = connection
        self._table = table
        self._life_name = life_name

    def draw(self, more: int) -> int:
        """Draw so many numbers; the last of them. Whoever drew is alone until the commit."""
        name = self._table.name
        drawn = self._connection.exec_driver_sql(
            f"INSERT INTO {name} AS known (id, n) VALUES (1, {more})"
            f" ON CONFLICT (id) DO UPDATE SET n = known.n + {more} RETURNING n"
        )
        return int(drawn.scalar_one())

    def through(self) -> int:
        """The last number that can be read."""
        return int(self._connection.execute(select(self._table.c.n)).scalar() or 0)

    def after(self, cursor: str, through: int) -> int:
        """The number that a cursor stands at; raises `OtherLife`."""
        if not cursor:
            return 0
        life_name, _, number = cursor.partition(":")
        after = int(number)
        if life_name != self._life_name or after > through:
            raise OtherLife(cursor)
        return after

    def cursor(self, number: int) -> str:
        """The cursor that stands at a number."""
        return f"{self._life_name}:{number}"
