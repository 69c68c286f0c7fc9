"""Who was ever in which household: by the ledger, and by what it had yet to fold just then."""

import json

from alembic import op
from sqlalchemy import Connection

revision = "0040"
down_revision = "0039"

_TABLE = """
CREATE TABLE household_member (
    household TEXT NOT NULL,
    member_id {bytes} NOT NULL,
    PRIMARY KEY (household, member_id)
)"""
_KNOWN = """
INSERT INTO household_member
SELECT DISTINCT code, owner FROM held_right WHERE kind = 'household'"""
_WAITING = """
SELECT e.owner, j.body FROM owner_place p
JOIN event_owner e ON e.owner = p.owner AND e.arrival > p.folded
JOIN journal_event j ON j.till_id = e.till_id AND j.epoch = e.epoch AND j.seq = e.seq
WHERE p.arrived > p.folded
UNION ALL
SELECT e.owner, d.body FROM owner_place p
JOIN event_owner e ON e.owner = p.owner AND e.arrival > p.folded
JOIN decision d ON d.seq = e.seq AND d.event_id = e.event_id
WHERE p.arrived > p.folded"""
_ADD = """
INSERT INTO household_member VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING"""


def upgrade() -> None:
    """Add the table, with whom the ledger knows to be in one, or is about to."""
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    connection.exec_driver_sql(_TABLE.format(bytes="BYTEA" if postgresql else "BLOB"))
    connection.exec_driver_sql(_KNOWN)
    add = _ADD.format(mark="%s" if postgresql else "?")
    for household, member_id in sorted(_come_in(connection)):
        connection.exec_driver_sql(add, (household, member_id))


def _come_in(connection: Connection) -> set[tuple[str, bytes]]:
    """Who comes into a household by an event that waits to be folded."""
    found = set()
    for owner, body in connection.exec_driver_sql(_WAITING):
        written = bytes(body)
        if b'"household"' not in written:
            continue
        try:
            steps = json.loads(written).get("rights", ())
        except ValueError:
            continue  # nobody could read it when it came either
        for step in steps:
            made = step.get("opens", {})
            if made.get("kind") == "household" and made.get("owner") == bytes(owner).hex():
                found.add((made["code"], bytes(owner)))
    return found
