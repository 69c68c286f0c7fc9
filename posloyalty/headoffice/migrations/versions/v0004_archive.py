"""What was noted of each event: whom it concerns, what its till knows, leases, own decisions."""

from hashlib import sha256

from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = """
ALTER TABLE journal_place ADD COLUMN filed_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journal_place ADD COLUMN last_at_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journal_place ADD COLUMN everywhere BIGINT NOT NULL DEFAULT 0;
CREATE TABLE member (
    member_id {blob} PRIMARY KEY CHECK (length(member_id) = 16),
    joined TEXT,
    alias_of {blob} CHECK (alias_of <> member_id),
    erased INTEGER NOT NULL CHECK (erased IN (0, 1))
);
CREATE TABLE owner_place (
    owner {blob} PRIMARY KEY,
    arrived BIGINT NOT NULL CHECK (arrived >= 0),
    decided BIGINT NOT NULL CHECK (decided BETWEEN 0 AND arrived),
    folded BIGINT NOT NULL CHECK (folded BETWEEN 0 AND arrived),
    due_s BIGINT NOT NULL,
    everywhere BIGINT NOT NULL
);
CREATE INDEX owner_due ON owner_place (due_s) WHERE arrived > folded;
CREATE INDEX owner_undecided ON owner_place (due_s) WHERE arrived > decided;
CREATE INDEX owner_everywhere ON owner_place (everywhere) WHERE everywhere > 0;
CREATE TABLE change_place (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n BIGINT NOT NULL
);
CREATE TABLE event_owner (
    owner {blob} NOT NULL,
    arrival BIGINT NOT NULL CHECK (arrival >= 1),
    event_id {blob} NOT NULL,
    till_id {blob} NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (owner, arrival)
);
CREATE TABLE heard_owner (
    till_id {blob} NOT NULL,
    owner {blob} NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (till_id, owner, epoch, seq)
);
CREATE TABLE right_owner (
    right_id {blob} PRIMARY KEY,
    owner {blob} NOT NULL
);
CREATE TABLE right_waiting (
    right_id {blob} NOT NULL,
    till_id {blob} NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    event_id {blob} NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (right_id, till_id, epoch, seq)
);
CREATE TABLE till_owner (
    till_id {blob} NOT NULL,
    owner {blob} NOT NULL,
    PRIMARY KEY (till_id, owner)
);
CREATE INDEX till_owner_by_owner ON till_owner (owner);
CREATE TABLE till_due (
    till_id {blob} NOT NULL,
    owner {blob} NOT NULL,
    arrived BIGINT NOT NULL,
    PRIMARY KEY (till_id, owner)
);
CREATE TABLE decision (
    seq BIGINT PRIMARY KEY CHECK (seq >= 1),
    event_id {blob} NOT NULL UNIQUE,
    body {blob} NOT NULL,
    hash {blob} NOT NULL CHECK (length(hash) = 32),
    at_us BIGINT NOT NULL
);
CREATE TABLE lease (
    lease_id {blob} PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    owner {blob} NOT NULL,
    till_id {blob} NOT NULL REFERENCES till (till_id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    used BIGINT NOT NULL CHECK (used >= 0),
    returned BIGINT NOT NULL CHECK (returned >= 0),
    granted_us BIGINT NOT NULL,
    not_after_us BIGINT NOT NULL,
    last_day TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'reclaimed')),
    gen BIGINT NOT NULL,
    recalled INTEGER NOT NULL CHECK (recalled IN (0, 1)),
    taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
    given INTEGER NOT NULL CHECK (given IN (0, 1)),
    CHECK (used + returned <= amount)
);
CREATE INDEX lease_by_till ON lease (till_id, state);
CREATE INDEX lease_by_owner ON lease (owner, state);
CREATE TABLE contingent (
    lease_id {blob} PRIMARY KEY REFERENCES lease (lease_id),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    until_us BIGINT NOT NULL
)
"""
_PG_TRIGGER = """
CREATE TRIGGER decision_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER decision_{verb}_kept BEFORE {verb} ON decision
BEGIN SELECT RAISE(ABORT, 'rows of decision are never changed'); END
"""


def upgrade() -> None:
    """Make the tables. What tills sent before is filed by the server when it next starts."""
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    blob = "BYTEA" if on_postgresql else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
    if on_postgresql:
        connection.exec_driver_sql(_PG_TRIGGER)
    else:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE_TRIGGER.format(verb=verb))
    mark = "%s" if on_postgresql else "?"
    tills = connection.exec_driver_sql("SELECT till_id, store_code FROM till").all()
    for till_id, store in tills:
        connection.exec_driver_sql(
            f"INSERT INTO till_owner VALUES ({mark}, {mark})", (till_id, _store_owner(store))
        )


def _store_owner(code: str) -> bytes:
    """The owner of what a store counts, as release 0.3 derived it."""
    told = [b"posloyalty/id/1\0"]
    for part in ("store", code):
        body = part.encode("utf-8")
        told += (b"s", len(body).to_bytes(4, "big"), body)
    return sha256(b"".join(told)).digest()[:16]
