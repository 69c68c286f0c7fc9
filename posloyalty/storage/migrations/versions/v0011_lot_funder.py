"""Who stands for the points of a lot: empty for the shop itself, as all lots were until now."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE lot ADD COLUMN funder TEXT")
