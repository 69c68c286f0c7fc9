"""What the risk dial found when somebody asked."""

from alembic import op

revision = "0015"
down_revision = "0014"

_TABLE = """
CREATE TABLE dial_run (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'failed')),
    asked TEXT NOT NULL,
    report TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_s BIGINT NOT NULL
)
"""


def upgrade() -> None:
    """Make the table."""
    op.get_bind().exec_driver_sql(_TABLE)
