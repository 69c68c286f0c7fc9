"""Tills that are no more, and sales that came twice: as they were rung and from their receipts."""

from alembic import op

revision = "0020"
down_revision = "0019"

_TABLES = """
ALTER TABLE till ADD COLUMN gone_s BIGINT NOT NULL DEFAULT 0;
CREATE TABLE keyed_till (
    half {blob} NOT NULL PRIMARY KEY
);
CREATE TABLE sale_twice (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    event_id {blob} NOT NULL,
    counts {blob} NOT NULL,
    found_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, event_id)
)
"""


def upgrade() -> None:
    """Make the column and the tables."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
