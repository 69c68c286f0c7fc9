"""How the words of a roll are arranged."""

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Add the column; the rolls that are there have no words arranged."""
    op.get_bind().exec_driver_sql("ALTER TABLE roll ADD COLUMN words_form TEXT NOT NULL DEFAULT ''")
