"""The chain's keys for members' cards, and other names of members."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE card_key (
        till_id BLOB NOT NULL,
        public_key BLOB NOT NULL,
        mark INTEGER NOT NULL,
        store TEXT NOT NULL,
        statement TEXT NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (till_id),
        CONSTRAINT key_is_whole CHECK (length(till_id) = 16 AND length(public_key) = 32)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX card_key_by_mark ON card_key (mark)",
    "CREATE INDEX card_key_by_key ON card_key (public_key)",
    """
    CREATE TABLE member_alias (
        goes BLOB NOT NULL,
        stays BLOB NOT NULL,
        PRIMARY KEY (goes),
        CONSTRAINT another_name CHECK (goes <> stays)
    ) STRICT, WITHOUT ROWID
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
