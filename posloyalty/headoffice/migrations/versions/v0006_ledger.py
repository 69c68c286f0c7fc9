"""The ledger: accounts, transfers, lots, rights, findings, and how far each owner is folded."""

from alembic import op

revision = "0006"
down_revision = "0005"

_TABLES = """
CREATE TABLE account (
    ledger TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner {blob} NOT NULL,
    debits BIGINT NOT NULL CHECK (debits >= 0),
    credits BIGINT NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (ledger, kind, owner),
    CHECK (kind NOT IN ('member', 'gift_card') OR credits >= debits),
    CHECK (kind NOT IN ('member_debt', 'store_risk') OR debits >= credits),
    CHECK (kind = 'store_risk' OR length(owner) IN (0, 16))
);
CREATE INDEX account_by_owner ON account (owner);
CREATE TABLE transfer (
    transfer_id {blob} PRIMARY KEY CHECK (length(transfer_id) = 16),
    owner {blob} NOT NULL,
    event_id {blob} NOT NULL,
    planned_id {blob} NOT NULL,
    reverses {blob} UNIQUE REFERENCES transfer (transfer_id),
    code TEXT NOT NULL,
    ledger TEXT NOT NULL,
    debit_kind TEXT NOT NULL,
    debit_owner {blob} NOT NULL,
    credit_kind TEXT NOT NULL,
    credit_owner {blob} NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    CHECK (debit_kind <> credit_kind OR debit_owner <> credit_owner)
);
CREATE INDEX transfer_by_owner ON transfer (owner);
CREATE TABLE lot (
    lot_id {blob} PRIMARY KEY,
    owner {blob} NOT NULL,
    ledger TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('member', 'gift_card')),
    original BIGINT NOT NULL CHECK (original > 0),
    remaining BIGINT NOT NULL CHECK (remaining BETWEEN 0 AND original),
    earned TEXT NOT NULL,
    usable TEXT,
    last TEXT,
    funder TEXT NOT NULL
);
CREATE INDEX lot_by_owner ON lot (owner);
CREATE TABLE held_right (
    right_id {blob} PRIMARY KEY,
    owner {blob} NOT NULL,
    kind TEXT NOT NULL,
    of TEXT NOT NULL,
    programme TEXT NOT NULL,
    code TEXT NOT NULL,
    uses BIGINT NOT NULL CHECK (uses >= 0),
    used BIGINT NOT NULL CHECK (used >= 0),
    first TEXT,
    last TEXT,
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    released BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    paid BIGINT NOT NULL,
    origin {blob} NOT NULL,
    line BIGINT NOT NULL,
    CHECK (uses = 0 OR used <= uses)
);
CREATE INDEX held_right_by_owner ON held_right (owner);
CREATE TABLE finding (
    owner {blob} NOT NULL,
    event_id {blob} NOT NULL,
    n INTEGER NOT NULL,
    anomaly TEXT NOT NULL,
    till_id {blob} NOT NULL,
    store TEXT NOT NULL,
    what TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (owner, event_id, n)
);
CREATE TABLE owner_fold (
    owner {blob} PRIMARY KEY,
    at_us BIGINT NOT NULL,
    till_id {blob} NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    again BIGINT NOT NULL CHECK (again >= 0),
    bearer TEXT NOT NULL
);
CREATE TABLE owner_fault (
    owner {blob} PRIMARY KEY,
    fault TEXT NOT NULL,
    at_s BIGINT NOT NULL
)
"""
_PG_TRIGGER = """
CREATE TRIGGER transfer_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer
FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER transfer_{verb}_kept BEFORE {verb} ON transfer
BEGIN SELECT RAISE(ABORT, 'rows of transfer are never changed'); END
"""


def upgrade() -> None:
    """Make the tables. What was filed before is folded by the server when it next runs."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    blob = "BYTEA" if on_postgresql else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
    if on_postgresql:
        connection.exec_driver_sql(_PG_TRIGGER)
        return
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(_SQLITE_TRIGGER.format(verb=verb))
