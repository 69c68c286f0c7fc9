"""Long work on the whole book for the settings: imports, a copy, the proof. Runs on the long lane.

Each import uses units of its own, a few rows each, so that a sale never waits long; what
`progress` raises ends it between two of them, and the same file may be taken again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from posloyalty.wording import MissingWording, Words
from ui.presenters.desks import BadRow, ImportOutcome, ProofOutcome
from ui.presenters.ports import Progress
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator
    from posloyalty.services.shop.import_report import ImportReport, RowFinding


class Importer(Protocol):
    """Either import service."""

    def run(
        self, rows: Any, operator: Operator, *, total: int = 0, progress: Any = None
    ) -> ImportReport:
        """Import rows."""


class WholeBook:
    """The `BackOffice` of the settings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def import_products(self, path: str, progress: Progress) -> ImportOutcome:
        """Take products from a CSV or XLSX file."""
        return self._import(self._session.till.import_products, path, progress)

    def import_prices(self, path: str, progress: Progress) -> ImportOutcome:
        """Take price lists from a CSV, XLSX or TOML file."""
        from posloyalty.documents.price_file import read_prices

        return self._import(self._session.till.import_prices, path, progress, read_prices)

    def import_members(self, path: str, progress: Progress) -> ImportOutcome:
        """Take members with opening balances from a CSV or XLSX file."""
        return self._import(self._session.till.import_members, path, progress)

    def back_up(self, path: str, progress: Progress) -> str:
        """Write an encrypted copy of the book into a new folder in this one; the file's path.

        Each copy is a folder that opens as it is, named as a book is.
        """
        progress(0, 0)
        till = self._session.till
        name = f"till-{till.clock.now():%Y%m%d-%H%M%S}"
        return str(till.back_up.to(Path(path) / name / "till.book"))

    def verify(self, progress: Progress) -> ProofOutcome:
        """Recompute chain and balances."""
        proof = self._session.till.verify.verify(progress)
        first = proof.first
        difference = ""
        if first is not None:
            difference = f"{first.what} {first.which}: {first.expected} ≠ {first.found}"
        return ProofOutcome(events=proof.events, balances=proof.accounts, difference=difference)

    def _import(
        self,
        importer: Importer,
        path: str,
        progress: Progress,
        read: Callable[[Path], Any] | None = None,
    ) -> ImportOutcome:
        """Import a file, read as a table or by another reader of rows."""
        from posloyalty.documents.table_file import TableUnreadable, read_table
        from posloyalty.services.shop.import_columns import MissingColumns

        words, operator = self._session.words, self._session.operator
        if operator is None:
            return ImportOutcome(added=0, changed=0, same=0)
        try:
            rows = (read or read_table)(Path(path))
            report = importer.run(rows, operator, progress=progress)
        except TableUnreadable as fault:
            return _refused(_reason(words, fault.reason, fault.facts), column="")
        except MissingColumns as fault:
            names = ", ".join(fault.names)
            return _refused(_reason(words, "MISSING_COLUMNS", {"names": names}), column=names)
        return ImportOutcome(
            added=report.added,
            changed=report.changed,
            same=report.unchanged,
            bad=tuple(_bad_row(words, finding) for finding in report.findings),
        )


def _bad_row(words: Words, finding: RowFinding) -> BadRow:
    reason = _reason(words, finding.reason, dict(finding.facts))
    return BadRow(line=finding.line, column=finding.column, reason=reason)


def _refused(reason: str, *, column: str) -> ImportOutcome:
    """The file as a whole was not taken: said of line 1, its header."""
    return ImportOutcome(
        added=0, changed=0, same=0, bad=(BadRow(line=1, column=column, reason=reason),)
    )


def _reason(words: Words, reason: str, facts: dict[str, object]) -> str:
    try:
        return words(f"import.{reason}", **facts)
    except (MissingWording, KeyError):
        return words("settings.fault", kind=reason)
