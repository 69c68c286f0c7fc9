"""Where an owner stands is changed in its place.

PostgreSQL changes a row without touching any index where no column that an index or its condition
names has another value than before, and there is room on the page. Whether something waits was such
a condition over columns that every fold changes; now it is a column of its own, worked out by the
database, which says the same before and behind a batch that is folded as it comes in.
"""

from alembic import op

revision = "0025"
down_revision = "0024"

_SAYS = {"waits": "arrived > folded", "undecided": "arrived > decided"}
_PG_COLUMN = """
ALTER TABLE owner_place ADD COLUMN {name} INTEGER NOT NULL
GENERATED ALWAYS AS (CASE WHEN {says} THEN 1 ELSE 0 END) STORED"""
_SQLITE_COLUMN = """
ALTER TABLE owner_place ADD COLUMN {name} INTEGER NOT NULL
GENERATED ALWAYS AS (CASE WHEN {says} THEN 1 ELSE 0 END) VIRTUAL"""
_INDEXES = (
    "DROP INDEX owner_due",
    "DROP INDEX owner_undecided",
    "CREATE INDEX owner_due ON owner_place (due_s) WHERE waits = 1",
    "CREATE INDEX owner_undecided ON owner_place (due_s) WHERE undecided = 1",
)
_PG_ROOM = (
    "ALTER TABLE owner_place SET (fillfactor = 60)",
    "ALTER TABLE account SET (fillfactor = 60)",
    "ALTER TABLE lot SET (fillfactor = 80)",
)


def upgrade() -> None:
    """Add the columns, and leave room for rows that are changed."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:
        # First, because new columns write the table anew.
        for statement in _PG_ROOM:
            connection.exec_driver_sql(statement)
    column = _PG_COLUMN if on_postgresql else _SQLITE_COLUMN
    for name, says in _SAYS.items():
        connection.exec_driver_sql(column.format(name=name, says=says))
    for statement in _INDEXES:
        connection.exec_driver_sql(statement)
