"""How often the database began anew from a copy, and which tills have to tell their leases."""

from alembic import op

revision = "0012"
down_revision = "0011"

_COLUMNS = (
    "ALTER TABLE office ADD COLUMN life INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE office ADD COLUMN life_seen INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE office ADD COLUMN life_s BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE office ADD COLUMN stands_on TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE till ADD COLUMN retells INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Add the columns: every database is in its first life as far as anybody knows."""
    for statement in _COLUMNS:
        op.get_bind().exec_driver_sql(statement)
