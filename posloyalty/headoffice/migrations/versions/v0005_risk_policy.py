"""What tills may hand out without asking, every version of it kept."""

from alembic import op

revision = "0005"
down_revision = "0004"

_TABLE = """
CREATE TABLE risk_policy (
    version INTEGER PRIMARY KEY CHECK (version > 0),
    body TEXT NOT NULL,
    since_s BIGINT NOT NULL
)
"""
_PG_TRIGGER = """
CREATE TRIGGER risk_policy_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_policy
FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER risk_policy_{verb}_kept BEFORE {verb} ON risk_policy
BEGIN SELECT RAISE(ABORT, 'rows of risk_policy are never changed'); END
"""


def upgrade() -> None:
    """Make the table, and the triggers that keep what once held."""
    connection = op.get_bind()
    connection.exec_driver_sql(_TABLE)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_PG_TRIGGER)
        return
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(_SQLITE_TRIGGER.format(verb=verb))
