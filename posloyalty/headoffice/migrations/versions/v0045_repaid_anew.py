"""Sales of which something came back are folded anew, for the money that went back too much, and
their members, for earned points that two tills took back.

Earlier releases counted goods alone, and took points back as often as tills said; what they folded
would differ from its journals. Whose owners they are no statement can tell: each journal's returns
are read when the server starts.
"""

from alembic import op

revision = "0045"
down_revision = "0044"

ANEW = """
INSERT INTO goods_back_due (till_id, seq)
SELECT till_id, seq FROM journal_place WHERE seq > 0
ON CONFLICT (till_id) DO UPDATE SET seq = excluded.seq"""


def upgrade() -> None:
    """Every journal is looked through again, also one that waited to be since before."""
    op.get_bind().exec_driver_sql(ANEW)
