"""Operators and their PIN records on disk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.services.ports import PinRecord
from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import OPERATOR

_O = OPERATOR.c
_ALL = Statement(select(_O.id, _O.name, _O.role, _O.active).order_by(_O.name, _O.id))
_BY_ID = Statement(select(_O.id, _O.name, _O.role, _O.active).where(_O.id == bindparam("operator")))
_PIN = Statement(
    select(_O.pin_hash, _O.failures, _O.locked_until).where(_O.id == bindparam("operator"))
)
_SET_PIN = Statement(
    update(OPERATOR)
    .where(_O.id == bindparam("operator"))
    .values(
        pin_hash=bindparam("hashed"), failures=bindparam("wrong"), locked_until=bindparam("until")
    )
)


def _save() -> Statement:
    names = ("id", "name", "role", "active")
    row: dict[str, Any] = {name: bindparam(name) for name in names}
    statement = insert(OPERATOR).values(row | {"failures": 0})
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={name: statement.excluded[name] for name in names[1:]},
        )
    )


_SAVE = _save()


class People:
    """Operators on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Operator, ...]:
        """Every operator, by name."""
        return tuple(_operator(row) for row in _ALL.run(self._connection))

    def by_id(self, operator_id: bytes) -> Operator | None:
        """An operator."""
        row = _BY_ID.run(self._connection, operator=operator_id).first()
        return None if row is None else _operator(row)

    def pin(self, operator_id: bytes) -> PinRecord | None:
        """An operator's PIN record; None when there is no PIN yet."""
        row = _PIN.run(self._connection, operator=operator_id).first()
        if row is None or row.pin_hash is None:
            return None
        until = None if row.locked_until is None else parse_instant(row.locked_until)
        return PinRecord(hash=row.pin_hash, failures=row.failures, locked_until=until)

    def save(self, operator: Operator) -> None:
        """Add or replace an operator; the PIN record stays."""
        _SAVE.run(
            self._connection,
            id=operator.id,
            name=operator.name,
            role=operator.role.value,
            active=int(operator.active),
        )

    def set_pin(self, operator_id: bytes, record: PinRecord) -> None:
        """Replace an operator's PIN record."""
        until = record.locked_until
        _SET_PIN.run(
            self._connection,
            operator=operator_id,
            hashed=record.hash,
            wrong=record.failures,
            until=None if until is None else format_instant(until),
        )


def _operator(row: Any) -> Operator:
    return Operator(id=row.id, name=row.name, role=Role(row.role), active=bool(row.active))
