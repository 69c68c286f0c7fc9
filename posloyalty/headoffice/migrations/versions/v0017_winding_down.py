"""What members have while a programme is wound down, and what became of what was left."""

from alembic import op

revision = "0017"
down_revision = "0016"

_TABLES = (
    """
CREATE TABLE outstanding_day (
    day TEXT NOT NULL,
    ledger TEXT NOT NULL,
    points BIGINT NOT NULL CHECK (points >= 0),
    PRIMARY KEY (day, ledger)
)
""",
    """
CREATE TABLE wound_up (
    act_id {blob} NOT NULL,
    ledger TEXT NOT NULL,
    owner {blob} NOT NULL,
    expired BIGINT NOT NULL CHECK (expired >= 0),
    worth_points BIGINT NOT NULL CHECK (worth_points >= 0),
    worth_minor BIGINT NOT NULL CHECK (worth_minor >= 0),
    currency TEXT NOT NULL,
    vouchers BIGINT NOT NULL CHECK (vouchers >= 0),
    at_s BIGINT NOT NULL,
    PRIMARY KEY (act_id, ledger)
)
""",
    "CREATE INDEX wound_up_by_ledger ON wound_up (ledger)",
)


def upgrade() -> None:
    """Make the tables."""
    bind = op.get_bind()
    blob = "BYTEA" if bind.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES:
        bind.exec_driver_sql(statement.format(blob=blob))
