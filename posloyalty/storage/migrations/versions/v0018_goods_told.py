"""What the journal said of articles, so that head office can judge sales: told once, and anew."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE goods_told (
        seq INTEGER NOT NULL,
        product_id BLOB NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (seq, product_id),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX goods_told_by_product ON goods_told (product_id, seq)
    """,
    """
    CREATE TRIGGER goods_told_no_update BEFORE UPDATE ON goods_told
    BEGIN
        SELECT RAISE(ABORT, 'goods_told is append-only');
    END
    """,
    """
    CREATE TRIGGER goods_told_no_delete BEFORE DELETE ON goods_told
    BEGIN
        SELECT RAISE(ABORT, 'goods_told is append-only');
    END
    """,
)
