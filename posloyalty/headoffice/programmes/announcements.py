"""What head office decides for every till, and which tills have not heard of it.

Shape: whoever publishes a programme, stops a rule or approves a policy calls `announce` in the same
transaction. A till that waits for news is woken, hears the policy with the answer that says so, and
asks for the list of programmes: with that it is noted up to which announcement it has heard
(`through`). So a stop is heard within a moment. A till that never asked for the list does so at its
start.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.store.statements import many, run

HAS_ANNOUNCEMENTS: Final = """
SELECT 1 FROM till_programme g WHERE g.till_id = p.till_id
AND g.announced < (SELECT n FROM announced)"""
"""A part of a question about tills `p`: whether one of them has not heard of the last."""
_BEHIND: Final = f"SELECT p.till_id FROM till p WHERE EXISTS ({HAS_ANNOUNCEMENTS}) AND p.till_id IN"
_ANNOUNCE: Final = """
INSERT INTO announced AS known (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = known.n + 1
"""
_THROUGH: Final = "SELECT n FROM announced"


def announce(connection: Connection) -> None:
    """Every till has something to hear of, once this transaction is kept."""
    run(connection, _ANNOUNCE, ())


def through(connection: Connection) -> int:
    """How many announcements there were. To be asked before what they are about is read: what comes
    in between is then heard twice rather than never.
    """
    return int(connection.exec_driver_sql(_THROUGH).scalar() or 0)


def has_announcements(connection: Connection, till_id: bytes) -> bool:
    """Whether a till has not heard of the last announcement."""
    return bool(many(connection, _BEHIND, [till_id]))
