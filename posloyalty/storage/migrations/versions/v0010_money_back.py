"""Money that a terminal gives back: the tender that it goes back to, 0 for what it takes."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    ALTER TABLE payment_step ADD COLUMN back INTEGER NOT NULL DEFAULT 0
    """,
)
