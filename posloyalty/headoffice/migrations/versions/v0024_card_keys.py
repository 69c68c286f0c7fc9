"""The keys that sign members' cards: of every till that joined before, too.

When a till was revoked no release wrote down; what it made is good up to where its journal was
heard last.
"""

import json
from hashlib import sha256

from alembic import op
from sqlalchemy import Connection

revision = "0024"
down_revision = "0023"

_TABLES = """
CREATE TABLE card_key (
    till_id {blob} PRIMARY KEY REFERENCES till (till_id),
    n BIGINT NOT NULL CHECK (n > 0),
    mark INTEGER NOT NULL CHECK (mark BETWEEN 0 AND 255),
    lost_s BIGINT NOT NULL CHECK (lost_s >= 0),
    doubted INTEGER NOT NULL CHECK (doubted IN (0, 1))
);
CREATE INDEX card_key_by_n ON card_key (n);
CREATE INDEX card_key_by_mark ON card_key (mark);
CREATE TABLE card_key_place (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n BIGINT NOT NULL
);
CREATE TABLE card_heard (
    till_id {blob} NOT NULL REFERENCES till (till_id),
    token {blob} NOT NULL CHECK (length(token) = 32),
    PRIMARY KEY (till_id, token)
)
"""
_TILLS = """
SELECT t.till_id, t.public_key, t.revoked, t.gone_s, p.moved_s
FROM till t JOIN journal_place p ON p.till_id = t.till_id ORDER BY t.joined_s, t.till_id
"""


def upgrade() -> None:
    """Make the tables, with a row for each till."""
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for statement in _TABLES.format(blob="BYTEA" if postgresql else "BLOB").split(";"):
        connection.exec_driver_sql(statement)
    mark = "%s" if postgresql else "?"
    tills = connection.exec_driver_sql(_TILLS).all()
    for n, till in enumerate(tills, 1):
        lost_s = till.moved_s + 1 if till.revoked else till.gone_s
        first = sha256(bytes(till.public_key)).digest()[0]
        connection.exec_driver_sql(
            f"INSERT INTO card_key VALUES ({', '.join([mark] * 5)})",
            (till.till_id, n, first, lost_s, int(bool(till.revoked))),
        )
        if till.revoked:
            _keep_heard(connection, bytes(till.till_id), mark)
    if tills:
        connection.exec_driver_sql(f"INSERT INTO card_key_place VALUES (1, {len(tills)})")


def _keep_heard(connection: Connection, till_id: bytes, mark: str) -> None:
    """The cards that a revoked till's journal tells of."""
    asked = f"SELECT body FROM journal_event WHERE till_id = {mark}"
    made = {
        bytes.fromhex(json.loads(bytes(row.body))["token"])
        for row in connection.exec_driver_sql(asked, (till_id,))
        if b'"card_issue"' in bytes(row.body)
    }
    for token in sorted(made):
        connection.exec_driver_sql(
            f"INSERT INTO card_heard VALUES ({mark}, {mark})", (till_id, token)
        )
