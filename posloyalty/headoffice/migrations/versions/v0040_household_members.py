"""Who was ever in which household."""

from alembic import op

revision = "0040"
down_revision = "0039"

_TABLE = """
CREATE TABLE household_member (
    household TEXT NOT NULL,
    member_id {bytes} NOT NULL,
    PRIMARY KEY (household, member_id)
)"""
_KNOWN = """
INSERT INTO household_member
SELECT DISTINCT code, owner FROM held_right WHERE kind = 'household'"""


def upgrade() -> None:
    """Add the table, with whom the ledger knows to be in one."""
    connection = op.get_bind()
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(_TABLE.format(bytes=kind))
    connection.exec_driver_sql(_KNOWN)
