"""What articles and taxes of head office will be from later business days on."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE office_coming (
            kind TEXT NOT NULL,
            code TEXT NOT NULL,
            day TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (kind, code, day),
            CONSTRAINT kind_is_known CHECK (kind IN ('article', 'tax'))
        )
         STRICT, WITHOUT ROWID
        """
    )
    op.execute("CREATE INDEX office_coming_by_day ON office_coming (day)")
