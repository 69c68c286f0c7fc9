"""Refunds are printed like sales: a job belongs to an event, not to a sale alone.

SQLite cannot change a reference in place, so the queue is copied into a new table. What a lot was
used for is found by the lot, to know what of it ran out before goods came back.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE print_job_now (
        id INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        copy INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT copy_is_a_flag CHECK (copy IN (0, 1)),
        CONSTRAINT state_is_known CHECK (state IN ('waiting', 'printing', 'printed', 'unknown',
            'dismissed')),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    INSERT INTO print_job_now SELECT id, seq, copy, state, attempts, detail FROM print_job
    """,
    """
    DROP TABLE print_job
    """,
    """
    ALTER TABLE print_job_now RENAME TO print_job
    """,
    """
    CREATE INDEX print_job_by_sale ON print_job (seq, copy)
    """,
    """
    CREATE INDEX print_job_open ON print_job (id) WHERE state IN ('waiting', 'printing')
    """,
    """
    CREATE INDEX print_job_unknown ON print_job (seq) WHERE state = 'unknown'
    """,
    """
    CREATE INDEX lot_use_by_lot ON lot_use (lot_id)
    """,
)
