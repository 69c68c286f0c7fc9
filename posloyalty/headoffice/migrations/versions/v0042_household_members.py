"""Who was ever in which household."""

from pathlib import Path

from alembic import op

revision = "0042"
down_revision = max(
    one.name[1:5] for one in Path(__file__).parent.glob("v*.py") if one.name[1:5] < revision
)

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
