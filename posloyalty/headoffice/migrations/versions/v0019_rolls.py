"""Members packed for tills that have nobody yet."""

from alembic import op

revision = "0019"
down_revision = "0018"

_TABLES = """
CREATE TABLE roll (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    store TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('wanted', 'making', 'ready', 'void')),
    name TEXT NOT NULL,
    through BIGINT NOT NULL,
    members BIGINT NOT NULL,
    until_s BIGINT NOT NULL
);
CREATE TABLE roll_sheet (
    roll BIGINT NOT NULL,
    place BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    members BIGINT NOT NULL,
    body {blob} NOT NULL,
    PRIMARY KEY (roll, place)
)
"""


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
