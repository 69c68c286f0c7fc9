"""Of which members the till has the profile alone, and of whom it has asked for the rest."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    ALTER TABLE profile_note ADD COLUMN met INTEGER
    """,
    """
    CREATE INDEX profile_asked ON profile_note (met)
    WHERE met > 0
    """,
)
