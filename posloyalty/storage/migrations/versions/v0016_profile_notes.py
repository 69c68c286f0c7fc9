"""What lies beside members' profiles so that they can travel; all of them wait to be told."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE profile_note (
        member_id BLOB NOT NULL,
        marks TEXT NOT NULL,
        waits INTEGER NOT NULL,
        taken TEXT NOT NULL,
        PRIMARY KEY (member_id),
        CONSTRAINT waits_is_a_flag CHECK (waits IN (0, 1)),
        FOREIGN KEY(member_id) REFERENCES member (id)
    )
     WITHOUT ROWID, STRICT
    """,
    """
    CREATE INDEX profile_waiting ON profile_note (member_id)
    WHERE waits = 1
    """,
    """
    INSERT INTO profile_note
    SELECT id, '{}', 1, '' FROM member WHERE status IN ('active', 'frozen')
    """,
)
