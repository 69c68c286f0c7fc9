"""On PostgreSQL the row of a journal's place alone says that its events are a till's.

Whatever is kept moves the place in the same transaction, and the place is a till's by its foreign
key; so is no till removed that has one. The same key at each event looked the till up and locked it
again for every event of a batch, a tenth of what PostgreSQL does for it.
"""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Drop the key of each event; SQLite's costs next to nothing and stays."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "ALTER TABLE journal_event DROP CONSTRAINT journal_event_till_id_fkey"
        )
