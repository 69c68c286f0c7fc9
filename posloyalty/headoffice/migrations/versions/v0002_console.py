"""The web console's operators, sessions and audit log; programmes that head office publishes."""

from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = """
CREATE TABLE office_operator (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'clerk', 'manager', 'administrator')),
    password_hash TEXT NOT NULL,
    second_factor {blob} NOT NULL,
    last_step BIGINT NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    locked_until_s BIGINT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    made_s BIGINT NOT NULL
);
CREATE TABLE office_session (
    token_hash {blob} PRIMARY KEY CHECK (length(token_hash) = 32),
    operator TEXT NOT NULL REFERENCES office_operator (name),
    form_token TEXT NOT NULL,
    made_s BIGINT NOT NULL,
    seen_s BIGINT NOT NULL
);
CREATE INDEX office_session_by_operator ON office_session (operator);
CREATE TABLE audit_entry (
    number BIGINT PRIMARY KEY,
    at_s BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    facts TEXT NOT NULL,
    hash {blob} NOT NULL CHECK (length(hash) = 32)
);
CREATE TABLE matter_decision (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    code TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at_s BIGINT NOT NULL,
    PRIMARY KEY (till_id, epoch, seq, code)
);
CREATE TABLE programme_file (
    hash {blob} PRIMARY KEY CHECK (length(hash) = 32),
    programme_id TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    toml {blob} NOT NULL,
    kept_by TEXT NOT NULL,
    kept_s BIGINT NOT NULL
);
CREATE TABLE publication (
    number BIGINT PRIMARY KEY,
    hash {blob} NOT NULL REFERENCES programme_file (hash),
    kind TEXT NOT NULL CHECK (kind IN ('publish', 'back', 'stop')),
    stops TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'withdrawn')),
    from_s BIGINT NOT NULL,
    until_s BIGINT CHECK (until_s > from_s),
    min_app TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_s BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_s BIGINT NOT NULL,
    envelope {blob} NOT NULL,
    signature {blob} NOT NULL,
    CHECK (kind <> 'publish' OR state <> 'approved' OR decided_by <> proposed_by)
);
CREATE TABLE try_out (
    hash {blob} PRIMARY KEY REFERENCES programme_file (hash),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'failed')),
    asked_by TEXT NOT NULL,
    asked_s BIGINT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    report TEXT NOT NULL
);
CREATE TABLE till_programme (
    till_id {blob} PRIMARY KEY REFERENCES till (till_id),
    schedule TEXT NOT NULL,
    hash TEXT NOT NULL,
    refused TEXT NOT NULL,
    said_s BIGINT NOT NULL
)
"""
_KEPT_FOR_EVER = ("audit_entry", "matter_decision", "programme_file")
_PG_TRIGGER = """
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER {table}_{verb}_kept BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END
"""


def upgrade() -> None:
    """Make the tables; what was done and decided is never changed."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    blob = "BYTEA" if on_postgresql else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
    for table in _KEPT_FOR_EVER:
        if on_postgresql:
            connection.exec_driver_sql(_PG_TRIGGER.format(table=table))
            continue
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE_TRIGGER.format(table=table, verb=verb))
