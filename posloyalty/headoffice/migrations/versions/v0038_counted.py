"""What owners of counts have counted, and by where each till holds it."""

from alembic import op

revision = "0038"
down_revision = "0037"

_TABLES = (
    """
CREATE TABLE owner_counted (
    owner {bytes} PRIMARY KEY,
    arrival BIGINT NOT NULL,
    sums TEXT NOT NULL
)""",
    """
CREATE TABLE owner_told (
    till_id {bytes} NOT NULL REFERENCES till (till_id),
    owner {bytes} NOT NULL,
    arrival BIGINT NOT NULL,
    own BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (till_id, owner)
)""",
)


def upgrade() -> None:
    """Add the tables; rows come as somebody asks."""
    connection = op.get_bind()
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for table in _TABLES:
        connection.exec_driver_sql(table.format(bytes=kind))
