"""The first tables of head office: stores, tills, their journals as they came, and what is odd."""

from alembic import op

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE office (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    office_id {blob} NOT NULL,
    incarnation {blob} NOT NULL,
    made_s BIGINT NOT NULL
);
CREATE TABLE store (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    made_s BIGINT NOT NULL
);
CREATE TABLE joining_code (
    lookup {blob} PRIMARY KEY,
    key {blob} NOT NULL,
    store_code TEXT NOT NULL REFERENCES store (code),
    until_s BIGINT NOT NULL,
    used_by {blob}
);
CREATE TABLE till (
    till_id {blob} PRIMARY KEY CHECK (length(till_id) = 16),
    store_code TEXT NOT NULL REFERENCES store (code),
    till_code TEXT NOT NULL,
    public_key {blob} NOT NULL CHECK (length(public_key) = 32),
    certificate {blob} NOT NULL,
    genesis {blob} NOT NULL CHECK (length(genesis) = 32),
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    joined_s BIGINT NOT NULL,
    issued_s BIGINT NOT NULL,
    app TEXT NOT NULL,
    seen_s BIGINT NOT NULL,
    waiting BIGINT NOT NULL CHECK (waiting >= 0)
);
CREATE TABLE journal_place (
    till_id {blob} PRIMARY KEY REFERENCES till (till_id),
    epoch BIGINT NOT NULL CHECK (epoch >= 1),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    hash {blob} NOT NULL CHECK (length(hash) = 32),
    signature {blob} NOT NULL,
    moved_s BIGINT NOT NULL
);
CREATE TABLE journal_event (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL CHECK (epoch >= 1),
    seq BIGINT NOT NULL CHECK (seq >= 1),
    event_id {blob} NOT NULL CHECK (length(event_id) = 16),
    body {blob} NOT NULL,
    hash {blob} NOT NULL CHECK (length(hash) = 32),
    received_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch, seq)
);
CREATE INDEX journal_event_by_id ON journal_event (event_id);
CREATE TABLE fork_event (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash {blob} NOT NULL,
    event_id {blob} NOT NULL,
    body {blob} NOT NULL,
    received_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch, seq, hash)
);
CREATE TABLE anomaly (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    code TEXT NOT NULL,
    received_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch, seq, code)
);
CREATE TABLE quarantine (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    digest {blob} NOT NULL,
    body {blob} NOT NULL,
    received_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, digest)
);
CREATE TABLE nonce (
    till_id {blob} NOT NULL,
    nonce TEXT NOT NULL,
    until_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, nonce)
);
CREATE INDEX nonce_until ON nonce (until_s)
"""
_KEPT_FOR_EVER = ("journal_event", "fork_event", "anomaly", "quarantine")
_PG_FUNCTION = """
CREATE FUNCTION kept_for_ever() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
"""
_PG_TRIGGER = """
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER {table}_{verb}_kept BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END
"""


def upgrade() -> None:
    """Make the tables, and the triggers that keep what tills sent as they sent it."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    blob = "BYTEA" if on_postgresql else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
    if on_postgresql:
        connection.exec_driver_sql(_PG_FUNCTION.replace("%", "%%"))
    for table in _KEPT_FOR_EVER:
        if on_postgresql:
            connection.exec_driver_sql(_PG_TRIGGER.format(table=table))
            continue
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE_TRIGGER.format(table=table, verb=verb))
