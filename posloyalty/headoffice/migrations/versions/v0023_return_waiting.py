"""Returns whose sale head office does not have, so that somebody looks at those who wait long."""

from alembic import op

revision = "0023"
down_revision = "0022"

_TABLES = """
CREATE TABLE return_waiting (
    owner {blob} NOT NULL,
    event_id {blob} NOT NULL,
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    sold_half {blob} NOT NULL,
    sold_epoch BIGINT NOT NULL,
    sold_seq BIGINT NOT NULL,
    received_s BIGINT NOT NULL,
    PRIMARY KEY (owner, event_id)
);
CREATE INDEX return_waiting_since ON return_waiting (received_s);
INSERT INTO goods_back_due (till_id, seq)
SELECT till_id, seq FROM journal_place WHERE seq > 0 ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Make the tables; what came back before is looked through when the server starts."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
