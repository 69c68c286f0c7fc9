"""What is named happened before whoever names it: who may have been folded otherwise is so anew.

Earlier releases went by the tills' own times alone. That differs only for owners of whom something
came after what is dated later than it; goods back by a receipt are looked through for 0045 anyhow.
"""

from alembic import op

revision = "0046"
down_revision = "0045"

ANEW = """
UPDATE owner_place SET folded = 0 WHERE owner IN (
    SELECT owner FROM (
        SELECT owner, at_us, max(at_us) OVER (PARTITION BY owner ORDER BY arrival) AS latest
        FROM event_owner
    ) AS met WHERE at_us < latest)"""
TOLD = """
INSERT INTO till_due (till_id, owner, arrived)
SELECT k.till_id, k.owner, p.arrived FROM till_owner k JOIN owner_place p ON p.owner = k.owner
WHERE p.folded = 0 AND p.arrived > 0
ON CONFLICT (till_id, owner) DO UPDATE SET arrived = excluded.arrived"""


def upgrade() -> None:
    """They wait, from their first event on, and whoever knows them is told what changed."""
    connection = op.get_bind()
    connection.exec_driver_sql(ANEW)
    connection.exec_driver_sql(TOLD)
