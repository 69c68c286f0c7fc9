"""Whose other names somebody has is found by key: a lender asks it of everybody."""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Add the index."""
    op.get_bind().exec_driver_sql(
        "CREATE INDEX member_alias ON member (alias_of) WHERE alias_of IS NOT NULL"
    )
