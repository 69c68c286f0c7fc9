"""Tries to sign in by where they come from, and the browsers in which somebody signed in."""

from alembic import op

revision = "0032"
down_revision = "0031"

_TABLES = """
CREATE TABLE sign_in_try (
    kind TEXT NOT NULL CHECK (kind IN ('inside', 'browser', 'place', 'address', 'name')),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    tries BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    passwords BIGINT NOT NULL,
    first_s BIGINT NOT NULL,
    last_s BIGINT NOT NULL,
    held_until_s BIGINT NOT NULL,
    PRIMARY KEY (kind, name, source)
);
CREATE INDEX sign_in_try_by_last ON sign_in_try (last_s);
CREATE TABLE known_browser (
    token_hash {blob} NOT NULL,
    operator TEXT NOT NULL REFERENCES office_operator (name),
    seen_s BIGINT NOT NULL,
    PRIMARY KEY (token_hash, operator)
);
CREATE INDEX known_browser_by_operator ON known_browser (operator);
ALTER TABLE office_operator DROP COLUMN locked_until_s
"""
_FAILURES = "ALTER TABLE office_operator DROP COLUMN failures"


def upgrade() -> None:
    """Make them; a name is locked for everybody no more."""
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for statement in _TABLES.format(blob="BYTEA" if postgresql else "BLOB").split(";"):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(_FAILURES)
