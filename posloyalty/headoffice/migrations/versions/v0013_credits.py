"""Files of goodwill credits, proposed by one person and approved by another."""

from alembic import op

revision = "0013"
down_revision = "0012"

_TABLES = """
CREATE TABLE credit_batch (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    digest {blob} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'done', 'withdrawn')),
    rows BIGINT NOT NULL CHECK (rows > 0),
    proposed_by TEXT NOT NULL,
    proposed_s BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_s BIGINT NOT NULL,
    CHECK (state NOT IN ('approved', 'done') OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX credit_batch_once ON credit_batch (digest) WHERE state <> 'withdrawn';
CREATE TABLE credit_row (
    batch BIGINT NOT NULL REFERENCES credit_batch (number),
    line BIGINT NOT NULL,
    member_id {blob} NOT NULL,
    wallet TEXT NOT NULL,
    points BIGINT NOT NULL CHECK (points > 0),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'given', 'refused')),
    why TEXT NOT NULL,
    act_id {blob} NOT NULL,
    PRIMARY KEY (batch, line)
);
CREATE INDEX credit_row_by_state ON credit_row (batch, state, member_id)
"""


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
