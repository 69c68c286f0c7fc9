"""What a book that was put back asks for: its newest anchor, its leases, what lies on the way."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE INDEX journal_anchor ON journal_event (seq)
    WHERE type = 'epoch_anchor'
    """,
    """
    CREATE INDEX outbox_special ON outbox (seq)
    WHERE state <> 'acked' OR reason <> ''
    """,
    """
    CREATE INDEX lease_open ON held_right (seq)
    WHERE kind = 'lease' AND cancelled = 0
    """,
)
