"""Members' profiles: the feed, who says which identifier, and which tills have forgotten whom."""

from alembic import op

revision = "0008"
down_revision = "0007"

_TABLES = """
CREATE TABLE profile (
    member_id {blob} PRIMARY KEY CHECK (length(member_id) = 16),
    bucket TEXT NOT NULL,
    stream TEXT NOT NULL CHECK (stream IN ('erase', 'member')),
    n BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL CHECK (version > 0),
    body {blob},
    stays {blob},
    taken TEXT NOT NULL,
    changed_s BIGINT NOT NULL,
    CHECK (stream <> 'erase' OR (body IS NULL AND taken = ''))
);
CREATE INDEX profile_by_bucket ON profile (bucket, n);
CREATE INDEX profile_by_stream ON profile (stream, n);
CREATE TABLE profile_place (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n BIGINT NOT NULL
);
CREATE TABLE profile_identifier (
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    member_id {blob} NOT NULL REFERENCES profile (member_id),
    ms BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    till TEXT NOT NULL,
    PRIMARY KEY (value, kind, member_id)
);
CREATE INDEX profile_identifier_by_member ON profile_identifier (member_id);
CREATE TABLE erase_ack (
    member_id {blob} NOT NULL,
    till_id {blob} NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (member_id, till_id)
)
"""


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
