"""Two records that say the same, of which somebody said that they are two members."""

from alembic import op

revision = "0026"
down_revision = "0025"

_TABLE = """
CREATE TABLE two_members (
    one {blob} NOT NULL,
    other {blob} NOT NULL,
    said_by TEXT NOT NULL,
    said_s BIGINT NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
)
"""


def upgrade() -> None:
    """Make the table."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(_TABLE.format(blob=blob))
