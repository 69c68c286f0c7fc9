"""Whether a joining code takes a till in again that was revoked."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add it; a code that is out now, for its fifteen minutes, does not."""
    op.get_bind().exec_driver_sql(
        "ALTER TABLE joining_code ADD COLUMN readmits INTEGER NOT NULL DEFAULT 0"
        " CHECK (readmits IN (0, 1))"
    )
