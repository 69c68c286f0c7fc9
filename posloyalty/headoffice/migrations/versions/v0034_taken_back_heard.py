"""At which number of the feed of articles something of a file was taken back last."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the number; of what was taken back before nobody knows it."""
    op.get_bind().exec_driver_sql(
        "ALTER TABLE article_file ADD COLUMN taken_back_n BIGINT NOT NULL DEFAULT 0"
    )
