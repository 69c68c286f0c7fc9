"""What of a refund's tender stayed for the new goods of an exchange."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    ALTER TABLE refund_tender ADD COLUMN stays_minor INTEGER NOT NULL DEFAULT 0
    """,
)
