"""The keys of members' phones, sealed."""

from alembic import op

revision = "0037"
down_revision = "0036"

_TABLE = """
CREATE TABLE phone_key (
    member_id {bytes} PRIMARY KEY,
    sealed {bytes} NOT NULL,
    given_s BIGINT NOT NULL,
    withdrawn_s BIGINT NOT NULL,
    last_step BIGINT NOT NULL
)
"""


def upgrade() -> None:
    """Add the table: nobody has a key yet."""
    connection = op.get_bind()
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(_TABLE.format(bytes=kind))
