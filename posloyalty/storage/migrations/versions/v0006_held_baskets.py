"""Baskets that were put aside, several at once, beside the one open basket's draft."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(HELD)


HELD = """
    CREATE TABLE held (
        sale_id BLOB NOT NULL,
        name TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        held_at TEXT NOT NULL,
        total_minor INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (sale_id)
    )
     STRICT
    """
