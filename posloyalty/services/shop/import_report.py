"""What an import came to: how many rows went in, and every row that did not, with its place.

Shape: an importer feeds a `Tally`; `report()` gives the frozen `ImportReport`. Findings are
bounded: the first `FINDINGS_KEPT` are kept, the rest is counted, so that a file of a million bad
rows fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FINDINGS_KEPT: Final = 1_000

Progress = Callable[[int, int], None]
"""(rows read, rows in all or 0 when unknown); may raise to stop the import between two units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFinding:
    """One thing wrong in a row; `column` as the file names it, `reason` a key of area "import"."""

    line: int
    column: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The outcome. rows = added + changed + unchanged + refused."""

    added: int
    changed: int
    unchanged: int
    refused: int
    findings: tuple[RowFinding, ...]
    findings_total: int

    @property
    def rows(self) -> int:
        """How many rows the file had."""
        return self.added + self.changed + self.unchanged + self.refused


class RowFaults:
    """Collects what is wrong with one row."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.found: list[RowFinding] = []

    def add(self, column: str, reason: str, **facts: object) -> None:
        """Note one more finding."""
        self.found.append(
            RowFinding(line=self.line, column=column, reason=reason, facts=tuple(facts.items()))
        )

    def __bool__(self) -> bool:
        return bool(self.found)


class Tally:
    """Counts while an import runs."""

    def __init__(self) -> None:
        self.added = self.changed = self.unchanged = self.refused = self.findings_total = 0
        self._kept: list[RowFinding] = []

    @property
    def rows(self) -> int:
        """How many rows were judged so far."""
        return self.added + self.changed + self.unchanged + self.refused

    def refuse(self, faults: RowFaults) -> None:
        """Count a row that does not go in, with everything that is wrong with it."""
        self.refused += 1
        self.findings_total += len(faults.found)
        room = FINDINGS_KEPT - len(self._kept)
        self._kept.extend(faults.found[:room])

    def report(self) -> ImportReport:
        """The outcome so far."""
        return ImportReport(
            added=self.added,
            changed=self.changed,
            unchanged=self.unchanged,
            refused=self.refused,
            findings=tuple(self._kept),
            findings_total=self.findings_total,
        )
