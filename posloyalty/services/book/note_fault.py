"""What went wrong, in the journal: one event with a code and the facts that a person needs."""

from __future__ import annotations

from posloyalty.services.ports import Ids, UnitOfWork
from posloyalty.sync.events import ErrorNote


def note_fault(unit: UnitOfWork, ids: Ids, code: str, **facts: str) -> None:
    """Write a fault down inside a transaction; `facts` are in their order."""
    stamp = unit.journal.stamp()
    unit.journal.append(
        ErrorNote(
            id=ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            code=code,
            facts=tuple(facts.items()),
        )
    )
