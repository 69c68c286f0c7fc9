"""Points that are held back until somebody decides, and policies that a second person approves."""

from alembic import op

revision = "0010"
down_revision = "0009"

_TABLES = """
CREATE TABLE till_points (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    day TEXT NOT NULL,
    ledger TEXT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (till_id, day, ledger)
);
CREATE TABLE point_hold (
    hold_id {blob} PRIMARY KEY,
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    sale_id {blob} NOT NULL,
    number TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    owner {blob} NOT NULL,
    ledger TEXT NOT NULL,
    scale INTEGER NOT NULL,
    programme TEXT NOT NULL,
    cap TEXT NOT NULL,
    gained BIGINT NOT NULL,
    most BIGINT NOT NULL CHECK (most >= 0),
    held BIGINT NOT NULL CHECK (held >= 0),
    act_id {blob} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'released', 'refused')),
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    made_s BIGINT NOT NULL,
    decided_s BIGINT NOT NULL
);
CREATE INDEX point_hold_by_state ON point_hold (state, made_s);
CREATE TABLE policy_proposal (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'withdrawn')),
    version INTEGER NOT NULL,
    signature {blob} NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_s BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_s BIGINT NOT NULL,
    CHECK (state <> 'approved' OR decided_by <> proposed_by)
)
"""


def upgrade() -> None:
    """Make the tables. Sales that were judged before are held to no cap."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
