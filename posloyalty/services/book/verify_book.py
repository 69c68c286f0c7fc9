"""Proving a book: the chain, and every balance, from the journal's bytes alone.

Shape: `verify(progress)` answers a `Proof`: how much was checked and the first `Difference` of each
kind of thing, in the order of the journal, or none. Nothing is repaired and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

DIFFERENCES_MOST: Final = 20

Progress = Callable[[int, int], None]
"""(events checked, events in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the book does not follow from its journal.

    `seq` is the event that says what should be there, 0 when none does; `what` the kind of thing
    ("chain", "sale", "transfer", "lot", "account", ...), `which` its key, in words for a person.
    """

    seq: int
    what: str
    which: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was checked, and what differs; `differences` is cut off after twenty."""

    events: int
    sales: int
    accounts: int
    lots: int
    head: str
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether the book follows from its journal."""
        return not self.differences

    @property
    def first(self) -> Difference | None:
        """The first difference."""
        return self.differences[0] if self.differences else None


@dataclass(slots=True)
class Counts:
    """How much an audit has seen; filled in as it goes."""

    events: int = 0
    sales: int = 0
    accounts: int = 0
    lots: int = 0
    head: str = ""


class Auditor(Protocol):
    """Whoever can compare the stored tables with the fold of the journal."""

    def differences(self, counts: Counts, progress: Progress) -> Iterator[Difference]:
        """Every difference, as they are met; the caller may stop early."""
        ...


class VerifyBook:
    """Verifies the open book on a connection of its own, while the till goes on selling."""

    def __init__(self, auditor: Auditor) -> None:
        self._auditor = auditor

    def verify(self, progress: Progress = lambda _done, _total: None) -> Proof:
        """Check everything; may take a minute for a million events."""
        counts = Counts()
        found = tuple(islice(self._auditor.differences(counts, progress), DIFFERENCES_MOST))
        return Proof(
            events=counts.events,
            sales=counts.sales,
            accounts=counts.accounts,
            lots=counts.lots,
            head=counts.head,
            differences=found,
        )
