"""How far each till has heard of members, and which of their changes all hear of at once."""

from alembic import op

revision = "0027"
down_revision = "0026"

_TABLES = """
CREATE TABLE profile_heard (
    till_id {blob} NOT NULL PRIMARY KEY REFERENCES till (till_id),
    n BIGINT NOT NULL,
    told BIGINT NOT NULL,
    rests_until_s BIGINT NOT NULL
);
ALTER TABLE profile_place ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0
"""


def upgrade() -> None:
    """Make the table, and the column."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
