"""Who bought at which store, and whose journals are still to be looked through for that."""

from alembic import op

revision = "0028"
down_revision = "0027"

_TABLES = """
CREATE TABLE store_buyer (
    store TEXT NOT NULL,
    member_id {blob} NOT NULL,
    day BIGINT NOT NULL,
    n BIGINT,
    PRIMARY KEY (store, member_id)
);
CREATE INDEX store_buyer_by_n ON store_buyer (store, n) WHERE n > 0;
CREATE INDEX store_buyer_new ON store_buyer (store, member_id) WHERE n IS NULL;
CREATE INDEX store_buyer_by_member ON store_buyer (member_id);
CREATE TABLE buyers_due (
    till_id {blob} NOT NULL PRIMARY KEY REFERENCES till (till_id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
INSERT INTO buyers_due (till_id, epoch, seq)
SELECT till_id, 0, 0 FROM journal_place WHERE seq > 0
"""


def upgrade() -> None:
    """Make the tables; what journals hold already is looked through by and by (`Buyers.step`)."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
