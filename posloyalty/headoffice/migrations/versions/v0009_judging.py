"""Judging each sale again: how far it is, what differs, what is not known, what tills told."""

from alembic import op

revision = "0009"
down_revision = "0008"

_TABLES = """
CREATE TABLE judging_place (
    till_id {blob} PRIMARY KEY REFERENCES till (till_id),
    epoch BIGINT NOT NULL CHECK (epoch >= 0),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    sales BIGINT NOT NULL CHECK (sales >= 0),
    explained BIGINT NOT NULL CHECK (explained >= 0),
    claimed_until_s BIGINT NOT NULL,
    turn_s BIGINT NOT NULL
);
CREATE TABLE sale_variance (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    event_id {blob} NOT NULL,
    number TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    programme TEXT NOT NULL,
    currency TEXT NOT NULL,
    ahead_s BIGINT NOT NULL,
    parts TEXT NOT NULL,
    judged_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch, seq, kind)
);
CREATE INDEX sale_variance_by_time ON sale_variance (judged_s);
CREATE TABLE sale_unjudged (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    why TEXT NOT NULL,
    hash {blob} NOT NULL,
    number TEXT NOT NULL,
    programme TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    since_s BIGINT NOT NULL,
    due INTEGER NOT NULL CHECK (due IN (0, 1)),
    PRIMARY KEY (till_id, epoch, seq)
);
CREATE INDEX sale_unjudged_by_hash ON sale_unjudged (hash);
CREATE TABLE article_told (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    product_id {blob} NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (till_id, product_id, epoch, seq)
)
"""
_PG_TRIGGER = """
CREATE TRIGGER sale_variance_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON sale_variance
FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER sale_variance_{verb}_kept BEFORE {verb} ON sale_variance
BEGIN SELECT RAISE(ABORT, 'rows of sale_variance are never changed'); END
"""


def upgrade() -> None:
    """Make the tables. What was kept before is judged by the server when it next runs."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    blob = "BYTEA" if on_postgresql else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
    if on_postgresql:
        connection.exec_driver_sql(_PG_TRIGGER)
        return
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(_SQLITE_TRIGGER.format(verb=verb))
