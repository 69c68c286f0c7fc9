"""What people decided about the ledger's findings."""

from alembic import op

revision = "0011"
down_revision = "0010"

_TABLES = """
CREATE TABLE finding_decision (
    owner {blob} NOT NULL,
    event_id {blob} NOT NULL,
    anomaly TEXT NOT NULL,
    what TEXT NOT NULL,
    amount BIGINT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('accepted', 'forgiven', 'fraud')),
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at_s BIGINT NOT NULL,
    act_id {blob} NOT NULL,
    PRIMARY KEY (owner, event_id, anomaly, what, amount)
)
"""


def upgrade() -> None:
    """Make the table; everything that was found so far waits."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
