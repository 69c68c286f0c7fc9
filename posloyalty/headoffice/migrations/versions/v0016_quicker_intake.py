"""What a batch writes, it writes once: an owner's fold stands in the row of the owner's place.

On PostgreSQL events lie in their rows as they are, up to the size of a page: packing each one anew,
after all of them were unpacked from one stretch, took longer than everything else of its row. And
only transfers that reverse another one are in the index that keeps that to one.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

_COLUMNS = """
ALTER TABLE owner_place ADD COLUMN last_us BIGINT;
ALTER TABLE owner_place ADD COLUMN last_till {blob};
ALTER TABLE owner_place ADD COLUMN last_epoch BIGINT;
ALTER TABLE owner_place ADD COLUMN last_seq BIGINT;
ALTER TABLE owner_place ADD COLUMN again BIGINT NOT NULL DEFAULT 0 CHECK (again >= 0);
ALTER TABLE owner_place ADD COLUMN bearer TEXT;
UPDATE owner_place SET last_us = f.at_us, last_till = f.till_id, last_epoch = f.epoch,
    last_seq = f.seq, again = f.again, bearer = f.bearer
FROM owner_fold AS f WHERE f.owner = owner_place.owner;
DROP TABLE owner_fold
"""
_PG_ROWS = """
ALTER TABLE journal_event ALTER COLUMN body SET STORAGE MAIN;
ALTER TABLE journal_event SET (toast_tuple_target = 8160);
ALTER TABLE transfer DROP CONSTRAINT transfer_reverses_key;
CREATE UNIQUE INDEX transfer_reverses_once ON transfer (reverses) WHERE reverses IS NOT NULL
"""


def upgrade() -> None:
    """Add the columns with what is known; events that lie there already stay as they lie."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    blob = "BYTEA" if on_postgresql else "BLOB"
    statements = _COLUMNS.format(blob=blob).split(";")
    if on_postgresql:
        statements += _PG_ROWS.split(";")
    for statement in statements:
        connection.exec_driver_sql(statement)
