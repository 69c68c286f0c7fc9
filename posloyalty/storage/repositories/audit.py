"""The audit on disk: its rows are written with their events, and searched newest first."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.ports.audit import KINDS_MOST, AuditQuestion, AuditRow
from posloyalty.storage.audit_table import AUDIT_ENTRY
from posloyalty.storage.statements import Statement
from posloyalty.sync import events
from posloyalty.sync.audit import AuditEntry, entry_of

_A = AUDIT_ENTRY.c
_ANY = b""
_ESCAPE = "\\"
_KIND_MARKS: list[BindParameter[str]] = [bindparam(f"kind{n}") for n in range(KINDS_MOST)]
_FIND = Statement(
    select(*_A)
    .where(
        _A.day.between(bindparam("first"), bindparam("last")),
        _A.seq < bindparam("before"),
        or_(bindparam("kind0") == "", _A.kind.in_(_KIND_MARKS)),
        or_(
            bindparam("person") == _ANY,
            _A.operator_id == bindparam("person"),
            _A.approver_id == bindparam("person"),
        ),
        or_(
            bindparam("text") == "",
            _A.about.contains(bindparam("text"), escape=_ESCAPE),
            _A.reason.contains(bindparam("text"), escape=_ESCAPE),
        ),
    )
    .order_by(_A.day.desc(), _A.seq.desc())
    .limit(bindparam("most"))
)
_KINDS = Statement(
    select(_A.kind)
    .where(_A.day.between(bindparam("first"), bindparam("last")))
    .distinct()
    .order_by(_A.kind)
)


class AuditReads:
    """Searching the audit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, question: AuditQuestion) -> tuple[AuditRow, ...]:
        """What was asked for, newest first."""
        rows = _FIND.run(
            self._connection,
            first=question.first.isoformat(),
            last=question.last.isoformat(),
            before=question.before_seq,
            **_kinds(question.kinds),
            person=question.person or _ANY,
            text=_literal(question.text.strip()),
            most=question.limit,
        )
        return tuple(_row(row) for row in rows)

    def kinds(self, first: date, last: date) -> tuple[str, ...]:
        """The kinds that occurred in some days."""
        rows = _KINDS.run(self._connection, first=first.isoformat(), last=last.isoformat())
        return tuple(row.kind for row in rows)


def audit_row(seq: int, event: events.Event) -> tuple[Any, ...] | None:
    """The row of an event in the table's column order; None when the audit does not list it."""
    entry = entry_of(event)
    if entry is None:
        return None
    return (
        seq,
        event.at,
        event.at[:10],
        entry.kind,
        entry.operator,
        entry.approver,
        entry.reason,
        entry.about,
        entry.amount_minor,
        int(entry.undone),
    )


def _kinds(kinds: tuple[str, ...]) -> dict[str, str]:
    if len(kinds) > KINDS_MOST:
        raise ValueError(f"at most {KINDS_MOST} kinds at once")
    return {f"kind{n}": kinds[n] if n < len(kinds) else "" for n in range(KINDS_MOST)}


def _literal(text: str) -> str:
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return text


def _row(row: Any) -> AuditRow:
    return AuditRow(
        seq=row.seq,
        at=parse_instant(row.at),
        entry=AuditEntry(
            kind=row.kind,
            operator=row.operator_id,
            approver=row.approver_id,
            reason=row.reason,
            about=row.about,
            amount_minor=row.amount_minor,
            undone=bool(row.undone),
        ),
    )
