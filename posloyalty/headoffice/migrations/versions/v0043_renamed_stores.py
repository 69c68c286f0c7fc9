"""When a store got another name: its tills are told of one that was given, and of no other."""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Add the column."""
    op.get_bind().exec_driver_sql(
        "ALTER TABLE store ADD COLUMN renamed_s BIGINT NOT NULL DEFAULT 0"
    )
