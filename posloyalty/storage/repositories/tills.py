"""Other tills of the shop on disk: one row a step; whether a till is trusted is its last one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, select

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.ports import Appended, TrustedTill
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.till_tables import TILL_TRUST
from posloyalty.sync import events
from posloyalty.sync.receipt_digest import TILL_BYTES

_INSERT = Insert(TILL_TRUST)
_ALL = Statement(select(*TILL_TRUST.columns).order_by(TILL_TRUST.c.seq))
_BY_HALF = Statement(
    select(*TILL_TRUST.columns)
    .where(TILL_TRUST.c.half == bindparam("half"))
    .order_by(TILL_TRUST.c.seq)
)


class TillReads:
    """Reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[TrustedTill, ...]:
        """Every till that was ever trusted, by store and code."""
        found = _folded(_ALL.run(self._connection))
        return tuple(sorted(found, key=lambda one: (one.store, one.code, one.till_id)))

    def by_half(self, half: bytes) -> TrustedTill | None:
        """A till by the first 8 bytes of its id; two that share them are not told apart."""
        found = _folded(_BY_HALF.run(self._connection, half=half))
        return found[0] if len(found) == 1 else None


class Tills(TillReads):
    """Writing."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        super().__init__(connection)
        self._journal = journal

    def book(self, step: events.TillTrust) -> Appended:
        """Append the event and its row."""
        appended = self._journal.append(step)
        _INSERT.one(self._connection, *till_row(appended.seq, step))
        return appended


def till_row(seq: int, step: events.TillTrust) -> tuple[object, ...]:
    """The row of a step, in the table's column order."""
    till_id = bytes.fromhex(step.till)
    return (
        seq,
        till_id[:TILL_BYTES],
        till_id,
        step.move,
        step.store,
        step.code,
        step.name,
        bytes.fromhex(step.cert) if isinstance(step.cert, str) else b"",
        step.at,
        step.gone is True,
    )


def _folded(rows: Iterable[Any]) -> tuple[TrustedTill, ...]:
    """The tills as of their last steps. What was trusted before it was revoked counts no more once
    it is trusted anew.
    """
    found: dict[bytes, TrustedTill] = {}
    for row in rows:
        before = found.get(row.till_id)
        if row.move == "revoke":
            certificates = () if before is None else before.certificates
            revoked = parse_instant(row.at)
        else:
            kept = () if before is None or before.revoked_at is not None else before.certificates
            certificates = (*(one for one in kept if one != row.certificate), row.certificate)
            revoked = None
        found[row.till_id] = TrustedTill(
            till_id=row.till_id,
            store=row.store,
            code=row.code,
            name=row.name,
            certificates=certificates,
            since=parse_instant(row.at) if before is None else before.since,
            revoked_at=revoked,
            gone=bool(row.gone) and revoked is None,
        )
    return tuple(found.values())
