"""As when a word counts that came from a clock too far ahead, so that it is dated once."""

from alembic import op

revision = "0022"
down_revision = "0021"

_TABLE = """
CREATE TABLE profile_ahead (
    member_id {blob} NOT NULL,
    field TEXT NOT NULL,
    till TEXT NOT NULL,
    ms BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    as_ms BIGINT NOT NULL,
    as_counter BIGINT NOT NULL,
    PRIMARY KEY (member_id, field, till, ms, counter)
)
"""


def upgrade() -> None:
    """Make the table."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(_TABLE.format(blob=blob))
