"""Refunds are found by their member, as sales are."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE INDEX refund_by_member ON refund (member_id, seq)
    """,
)
