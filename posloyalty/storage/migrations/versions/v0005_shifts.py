"""Shifts: opened with a float, cash moved beside the sales, counted, closed."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("shift", "cash_move", "cash_count", "shift_close"):
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


STATEMENTS = (
    """
    CREATE TABLE shift (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        day TEXT NOT NULL,
        currency TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        float_minor INTEGER NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT shift_id_once UNIQUE (id),
        CONSTRAINT shift_number_once UNIQUE (number),
        CONSTRAINT float_not_negative CHECK (float_minor >= 0),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE TABLE cash_move (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        shift_id BLOB NOT NULL,
        at TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        amount_minor INTEGER NOT NULL,
        cause TEXT NOT NULL,
        approved_by BLOB,
        PRIMARY KEY (seq),
        CONSTRAINT cash_move_id_once UNIQUE (id),
        CONSTRAINT moves_something CHECK (amount_minor <> 0),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(shift_id) REFERENCES shift (id)
    )
     STRICT
    """,
    """
    CREATE INDEX cash_move_by_shift ON cash_move (shift_id, seq)
    """,
    """
    CREATE TABLE cash_count (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        shift_id BLOB NOT NULL,
        at TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        round INTEGER NOT NULL,
        total_minor INTEGER NOT NULL,
        due_minor INTEGER NOT NULL,
        within INTEGER NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT cash_count_id_once UNIQUE (id),
        CONSTRAINT round_once UNIQUE (shift_id, round),
        CONSTRAINT within_is_a_flag CHECK (within IN (0, 1)),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(shift_id) REFERENCES shift (id)
    )
     STRICT
    """,
    """
    CREATE TABLE shift_close (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        shift_id BLOB NOT NULL,
        at TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        counted_minor INTEGER NOT NULL,
        due_minor INTEGER NOT NULL,
        cause TEXT NOT NULL,
        approved_by BLOB,
        PRIMARY KEY (seq),
        CONSTRAINT shift_close_id_once UNIQUE (id),
        CONSTRAINT closed_once UNIQUE (shift_id),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(shift_id) REFERENCES shift (id)
    )
     STRICT
    """,
)
