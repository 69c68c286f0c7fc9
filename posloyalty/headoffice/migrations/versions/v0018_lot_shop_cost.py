"""What a point of a lot costs the shop, as "4/5"; empty for lots of which nobody had said."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column."""
    op.get_bind().exec_driver_sql("ALTER TABLE lot ADD COLUMN shop_cost TEXT NOT NULL DEFAULT ''")
