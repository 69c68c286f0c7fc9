"""Fixed taxes: so much for every piece or kilogram, beside a rate."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    ALTER TABLE tax_class ADD COLUMN fixed_minor INTEGER NOT NULL DEFAULT 0
    """,
)
