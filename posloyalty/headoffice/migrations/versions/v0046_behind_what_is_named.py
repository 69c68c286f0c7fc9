"""What is named happened before whoever names it: who may have been folded otherwise is so anew.

Earlier releases went by the tills' own times alone. That differs only for owners of whom something
came after what is dated later than it, or goods by a receipt of another till; to find these, each
body is looked at once.
"""

from alembic import op

revision = "0046"
down_revision = "0045"

OUT_OF_ORDER = """
UPDATE owner_place SET folded = 0 WHERE owner IN (
    SELECT owner FROM (
        SELECT owner, at_us, max(at_us) OVER (PARTITION BY owner ORDER BY arrival) AS latest
        FROM event_owner
    ) AS met WHERE at_us < latest)"""
BY_RECEIPT = """
UPDATE owner_place SET folded = 0 WHERE owner IN (
    SELECT e.owner FROM journal_event j
    JOIN event_owner e ON e.till_id = j.till_id AND e.epoch = j.epoch AND e.seq = j.seq
    WHERE {found})"""
FOUND = {
    "postgresql": """substring(j.body FROM 1 FOR 13) = '{"t":"refund"' """
    """AND position('"receipt":'::bytea IN j.body) > 0""",
    "sqlite": """CAST(substr(j.body, 1, 13) AS TEXT) = '{"t":"refund"' """
    """AND instr(j.body, CAST('"receipt":' AS BLOB)) > 0""",
}


def upgrade() -> None:
    """Those owners wait, from their first event on."""
    connection = op.get_bind()
    connection.exec_driver_sql(OUT_OF_ORDER)
    connection.exec_driver_sql(BY_RECEIPT.format(found=FOUND[connection.dialect.name]))
