"""Which assortment each store has; an empty one is all that the chain sells."""

from alembic import op

revision = "0030"
down_revision = "0029"

_TABLES = """
CREATE TABLE assortment (code TEXT NOT NULL PRIMARY KEY);
ALTER TABLE store ADD COLUMN assortment TEXT NOT NULL DEFAULT ''
"""


def upgrade() -> None:
    """Make them."""
    connection = op.get_bind()
    for statement in _TABLES.split(";"):
        connection.exec_driver_sql(statement)
