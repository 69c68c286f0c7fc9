"""What came back is filed under the sale that it is of; what is kept already, at the start."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Note how far each journal has to be looked through again."""
    connection = op.get_bind()
    till_id = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(
        "CREATE TABLE goods_back_due "
        f"(till_id {till_id} NOT NULL PRIMARY KEY REFERENCES till (till_id), seq BIGINT NOT NULL)"
    )
    connection.exec_driver_sql(
        "INSERT INTO goods_back_due SELECT till_id, filed_seq FROM journal_place"
        " WHERE filed_seq > 0"
    )
