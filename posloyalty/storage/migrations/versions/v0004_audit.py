"""The audit's table, filled from the journal so far, so that it tells of earlier days too."""

from alembic import op

from posloyalty.storage.repositories.audit import audit_row
from posloyalty.sync import events

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    marks = ", ".join("?" * 10)
    after = 0
    while True:
        found = connection.exec_driver_sql(
            "SELECT seq, body FROM journal_event WHERE seq > ? ORDER BY seq LIMIT 500", (after,)
        ).fetchall()
        for seq, body in found:
            event = events.decode(body)
            row = audit_row(seq, event) if isinstance(event, events.Event) else None
            if row is not None:
                connection.exec_driver_sql(f"INSERT INTO audit_entry VALUES ({marks})", row)
        if len(found) < 500:
            return
        after = found[-1][0]


STATEMENTS = (
    """
    CREATE TABLE audit_entry (
        seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        day TEXT NOT NULL,
        kind TEXT NOT NULL,
        operator_id BLOB,
        approver_id BLOB,
        reason TEXT NOT NULL,
        about TEXT NOT NULL,
        amount_minor INTEGER,
        undone INTEGER NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT undone_is_a_flag CHECK (undone IN (0, 1)),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX audit_entry_by_day ON audit_entry (day, seq)
    """,
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN
        SELECT RAISE(ABORT, 'audit_entry is append-only');
    END
    """,
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN
        SELECT RAISE(ABORT, 'audit_entry is append-only');
    END
    """,
)
