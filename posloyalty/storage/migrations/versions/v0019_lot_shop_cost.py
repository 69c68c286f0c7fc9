"""What a point of a lot costs the shop, as "4/5"; empty for lots of which nobody had said."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE lot ADD COLUMN shop_cost TEXT")
