"""Which products head office keeps, so that nobody changes them at the till."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE office_article (
            product_id BLOB NOT NULL,
            PRIMARY KEY (product_id),
            FOREIGN KEY(product_id) REFERENCES product (id)
        )
         STRICT, WITHOUT ROWID
        """
    )
