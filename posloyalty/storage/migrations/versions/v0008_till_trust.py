"""Which other tills of the shop are believed."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE till_trust (
        seq INTEGER NOT NULL,
        half BLOB NOT NULL,
        till_id BLOB NOT NULL,
        move TEXT NOT NULL,
        store TEXT NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        certificate BLOB NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT till_is_whole CHECK (length(half) = 8 AND length(till_id) = 16),
        CONSTRAINT move_is_known CHECK (move IN ('trust', 'revoke')),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX till_trust_by_half ON till_trust (half, seq)
    """,
    """
    CREATE TRIGGER till_trust_no_update BEFORE UPDATE ON till_trust
    BEGIN
        SELECT RAISE(ABORT, 'till_trust is append-only');
    END
    """,
    """
    CREATE TRIGGER till_trust_no_delete BEFORE DELETE ON till_trust
    BEGIN
        SELECT RAISE(ABORT, 'till_trust is append-only');
    END
    """,
)
