"""Searching the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from posloyalty.sync.audit import AuditEntry

NEWEST: Final = 2**62
PAGE: Final = 200
KINDS_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuestion:
    """What is looked for: days, both included, and what narrows them; empty asks for everything.

    `kinds` are at most twenty; `person` acted or approved; `text` stands in what it was about or in
    the reason. `before_seq` continues an earlier answer.
    """

    first: date
    last: date
    kinds: tuple[str, ...] = ()
    person: bytes | None = None
    text: str = ""
    before_seq: int = NEWEST
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry with its place in the journal and its instant in the store's offset."""

    seq: int
    at: datetime
    entry: AuditEntry


class AuditReads(Protocol):
    """The audit, written by the journal itself."""

    def find(self, question: AuditQuestion) -> tuple[AuditRow, ...]:
        """What was asked for, newest first."""
        ...

    def kinds(self, first: date, last: date) -> tuple[str, ...]:
        """The kinds that occurred in some days."""
        ...
