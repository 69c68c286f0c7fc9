"""Epochs that tills opened, and the starts of their programs."""

from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = """
CREATE TABLE epoch_base (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL CHECK (epoch >= 2),
    old_epoch BIGINT NOT NULL CHECK (old_epoch >= 1),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    hash {blob} NOT NULL CHECK (length(hash) = 32),
    reason TEXT NOT NULL,
    local_max_seq BIGINT NOT NULL,
    lost BIGINT NOT NULL CHECK (lost >= 0),
    opened_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch)
);
CREATE TABLE written_in (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    written BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch, first_seq)
);
CREATE TABLE till_start (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    boot {blob} NOT NULL CHECK (length(boot) = 16),
    after {blob} NOT NULL,
    standing TEXT NOT NULL,
    seq BIGINT NOT NULL,
    first_s BIGINT NOT NULL,
    last_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, boot)
)
"""


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
