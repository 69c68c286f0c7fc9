"""How often each till asked for members whom it does not know."""

from alembic import op

revision = "0031"
down_revision = "0030"

_TABLE = """
CREATE TABLE member_asks (
    till_id {blob} NOT NULL PRIMARY KEY REFERENCES till (till_id),
    until_s BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    refused_s BIGINT NOT NULL
)
"""


def upgrade() -> None:
    """Make the table."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(_TABLE.format(blob=blob))
