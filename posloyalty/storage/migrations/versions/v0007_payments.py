"""What terminals were asked, step by step."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE payment_step (
        seq INTEGER NOT NULL,
        payment_id BLOB NOT NULL,
        sale_id BLOB NOT NULL,
        kind TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        terminal TEXT NOT NULL,
        step TEXT NOT NULL,
        at TEXT NOT NULL,
        reference TEXT NOT NULL,
        cause TEXT NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT payment_of_something CHECK (amount_minor > 0),
        CONSTRAINT step_is_known CHECK (step IN ('asked', 'approved', 'declined', 'unknown',
            'took', 'took_not', 'given_back')),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX payment_step_by_payment ON payment_step (payment_id, seq)
    """,
    """
    CREATE INDEX payment_step_by_sale ON payment_step (sale_id)
    """,
    """
    CREATE INDEX payment_step_asked ON payment_step (seq) WHERE step = 'asked'
    """,
    """
    CREATE TRIGGER payment_step_no_update BEFORE UPDATE ON payment_step
    BEGIN
        SELECT RAISE(ABORT, 'payment_step is append-only');
    END
    """,
    """
    CREATE TRIGGER payment_step_no_delete BEFORE DELETE ON payment_step
    BEGIN
        SELECT RAISE(ABORT, 'payment_step is append-only');
    END
    """,
)
