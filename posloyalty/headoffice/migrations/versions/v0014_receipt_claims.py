"""Receipts that head office makes the purchase of a member, or waits for."""

from alembic import op

revision = "0014"
down_revision = "0013"

_TABLES = """
CREATE TABLE receipt_claim (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    till_half {blob} NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    body_half {blob} NOT NULL,
    receipt TEXT NOT NULL,
    sale_id {blob} NOT NULL,
    member_id {blob} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'given', 'refused', 'expired')),
    why TEXT NOT NULL,
    given TEXT NOT NULL,
    who TEXT NOT NULL,
    made_s BIGINT NOT NULL,
    looked_s BIGINT NOT NULL,
    act_id {blob} NOT NULL
);
CREATE UNIQUE INDEX receipt_claim_once ON receipt_claim (till_half, epoch, seq)
    WHERE state IN ('waiting', 'given');
CREATE INDEX receipt_claim_by_state ON receipt_claim (state, looked_s)
"""


def upgrade() -> None:
    """Make the table."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
