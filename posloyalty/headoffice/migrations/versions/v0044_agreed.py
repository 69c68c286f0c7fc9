"""Up to where tills' books and head office agree of an owner, and where it planned otherwise."""

from alembic import op

revision = "0044"
down_revision = "0043"

_TABLES = (
    """
CREATE TABLE owner_agreed (
    till_id {bytes} NOT NULL REFERENCES till (till_id),
    owner {bytes} NOT NULL,
    arrival BIGINT NOT NULL,
    last_us BIGINT NOT NULL,
    last_till {bytes} NOT NULL,
    last_epoch BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (till_id, owner)
)""",
    "CREATE INDEX owner_agreed_by_owner ON owner_agreed (owner)",
    """
CREATE TABLE owner_replanned (
    owner {bytes} PRIMARY KEY,
    arrival BIGINT NOT NULL
)""",
)


def upgrade() -> None:
    """Add the tables. Tills agree from now on, so what was planned before is looked at whole."""
    connection = op.get_bind()
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for table in _TABLES:
        connection.exec_driver_sql(table.format(bytes=kind))
