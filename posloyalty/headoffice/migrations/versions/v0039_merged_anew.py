"""Records that went into others are folded and decided anew.

What a merge wrote off of a debt that had been repaid before is given back since; rows that were
folded by an earlier release say nothing of it, and would differ from their journals.
"""

from alembic import op

revision = "0039"
down_revision = "0038"

ANEW = """
UPDATE owner_place SET folded = 0, decided = 0
WHERE owner IN (SELECT member_id FROM member WHERE alias_of IS NOT NULL)"""


def upgrade() -> None:
    """They wait; from their first event on, so that nothing is gone on from."""
    op.get_bind().exec_driver_sql(ANEW)
