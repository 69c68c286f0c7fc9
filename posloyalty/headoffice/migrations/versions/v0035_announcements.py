"""How many decisions for every till there were, and of how many each till has heard."""

from alembic import op

revision = "0035"
down_revision = "0034"

_TABLES = """
CREATE TABLE announced (id INTEGER PRIMARY KEY CHECK (id = 1), n BIGINT NOT NULL);
ALTER TABLE till_programme ADD COLUMN announced BIGINT NOT NULL DEFAULT 0
"""


def upgrade() -> None:
    """Begin to count: whoever asked before heard what there was within five minutes."""
    connection = op.get_bind()
    for statement in _TABLES.split(";"):
        connection.exec_driver_sql(statement)
