"""Searching the audit, with the names of who acted and who approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.ports import AuditQuestion, AuditRow, Book


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry with names; empty where nobody is named."""

    row: AuditRow
    operator: str
    approver: str


class Audit:
    """What somebody may be asked about later; for the look-up lane."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def find(self, question: AuditQuestion) -> tuple[AuditLine, ...]:
        """What was asked for, newest first, a page at most."""
        with self._book.read() as reader:
            names = {one.id: one.name for one in reader.people.all()}
            rows = reader.audit.find(question)
        return tuple(
            AuditLine(
                row,
                names.get(row.entry.operator or b"", ""),
                names.get(row.entry.approver or b"", ""),
            )
            for row in rows
        )

    def every(self, question: AuditQuestion) -> Iterator[AuditLine]:
        """The same without an end, page by page; for an export."""
        while True:
            page = self.find(question)
            yield from page
            if len(page) < question.limit:
                return
            question = replace(question, before_seq=page[-1].row.seq)

    def people(self) -> tuple[Operator, ...]:
        """Everybody who may be named, by name."""
        with self._book.read() as reader:
            return reader.people.all()
