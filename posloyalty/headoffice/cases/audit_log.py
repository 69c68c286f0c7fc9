"""The audit log: what people did at head office, one entry an act, never changed.

Shape: `note(connection, at_s, who, what, **facts)` belongs in the act's own transaction, so that no
act stands without its entry and no entry without its act. Each entry's hash covers the one before
it; `first_wrong` names the first entry that does not follow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.console_tables import AUDIT_ENTRY
from posloyalty.headoffice.store.tables import OFFICE

PAGE: Final = 50
COMMAND_LINE: Final = "command line"
"""Who acted where nobody signed in: whoever may run commands beside head office's key."""
SOMEBODY: Final = "somebody"
"""Who tried and was not let in: nobody knows who they are."""
_GENESIS: Final = bytes(32)
_A: Final = AUDIT_ENTRY.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """An act. `facts` are texts, without any personal data of members."""

    number: int
    at: datetime
    who: str
    what: str
    facts: Mapping[str, str]


def note(connection: Connection, at_s: int, who: str, what: str, **facts: str) -> None:
    """Add an entry to the transaction that does the act."""
    # The one row of `office` is the lock, so that numbers and hashes follow one another.
    connection.execute(select(OFFICE.c.id).with_for_update())
    last = connection.execute(
        select(_A.number, _A.hash).order_by(_A.number.desc()).limit(1)
    ).first()
    number, before = (0, _GENESIS) if last is None else (last.number, bytes(last.hash))
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    row = {"number": number + 1, "at_s": at_s, "who": who, "what": what, "facts": written}
    connection.execute(AUDIT_ENTRY.insert().values(**row, hash=_hash(before, row)))


def entries(connection: Connection, *, before: int = 0, limit: int = PAGE) -> list[AuditEntry]:
    """The newest entries, or those before a number."""
    asked = select(AUDIT_ENTRY).order_by(_A.number.desc()).limit(limit)
    if before:
        asked = asked.where(_A.number < before)
    return [
        AuditEntry(
            number=row.number,
            at=datetime.fromtimestamp(row.at_s, UTC),
            who=row.who,
            what=row.what,
            facts=json.loads(row.facts),
        )
        for row in connection.execute(asked)
    ]


def first_wrong(connection: Connection) -> int | None:
    """The number of the first entry that does not follow from the ones before; None when all do."""
    before, number = _GENESIS, 0
    for row in connection.execute(select(AUDIT_ENTRY).order_by(_A.number)):
        told = {name: getattr(row, name) for name in ("number", "at_s", "who", "what", "facts")}
        if row.number != number + 1 or bytes(row.hash) != _hash(before, told):
            return int(row.number)
        before, number = bytes(row.hash), row.number
    return None


def _hash(before: bytes, row: Mapping[str, object]) -> bytes:
    written = json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8")
    return sha256(before + sha256(written).digest()).digest()
