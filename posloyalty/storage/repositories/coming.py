"""What head office has said of later business days, on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, or_, select

from posloyalty.services.ports.coming import TAX, ComingRow
from posloyalty.storage.office_tables import OFFICE_COMING
from posloyalty.storage.statements import Insert, Rows, Statement
from posloyalty.storage.tables import PRODUCT

_C = OFFICE_COMING.c
_GIVEN = func.json_each(bindparam("given")).table_valued("value", name="given")
_INSERT = Insert(OFFICE_COMING)
_FIRST = Statement(select(func.min(_C.day).label("day")))
# As the index by day has them: a day of twenty thousand is not sorted again for each piece of it.
_DUE = Statement(
    select(*OFFICE_COMING.columns)
    .where(_C.day <= bindparam("by"))
    .order_by(_C.day, _C.kind, _C.code)
    .limit(bindparam("most"))
)
_TAXES_DUE = Statement(
    select(*OFFICE_COMING.columns)
    .where(_C.kind == TAX, _C.day <= bindparam("by"))
    .order_by(_C.day, _C.code)
)
_KNOWN = select(PRODUCT.c.id).where(PRODUCT.c.sku == _C.code).exists()
_DUE_OF = Statement(
    select(*OFFICE_COMING.columns)
    .where(
        _C.day <= bindparam("by"),
        # A new article may have the code of something that the shop has of its own.
        or_(_C.kind == TAX, _C.code.in_(select(_GIVEN.c.value)), ~_KNOWN),
    )
    .order_by(_C.day, _C.kind.desc(), _C.code)
)
_DROP_OF = Statement(
    delete(OFFICE_COMING).where(
        _C.kind == bindparam("of_kind"), _C.code.in_(select(_GIVEN.c.value))
    )
)
_DROP = Statement(
    delete(OFFICE_COMING).where(
        _C.kind == bindparam("of_kind"), _C.code == bindparam("one"), _C.day == bindparam("on_day")
    )
)
_CLEAR = Statement(delete(OFFICE_COMING))


class Coming:
    """What waits, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_day(self) -> str | None:
        """The earliest day of which anything was said; None where nothing waits."""
        row = _FIRST.run(self._connection).first()
        return None if row is None or row.day is None else str(row.day)

    def due(self, day: str, *, most: int) -> tuple[ComingRow, ...]:
        """What is so by a day: all taxes, and when there are none, articles, the earlier first."""
        taxes = _rows(_TAXES_DUE.run(self._connection, by=day))
        return taxes or _rows(_DUE.run(self._connection, by=day, most=most))

    def due_of(self, codes: Sequence[str], day: str) -> tuple[ComingRow, ...]:
        """What is so by a day of these articles, of new ones and of taxes; the earlier first."""
        given = json.dumps(codes, ensure_ascii=False)
        return _rows(_DUE_OF.run(self._connection, by=day, given=given))

    def replace(self, kind: str, codes: Sequence[str], rows: Sequence[ComingRow]) -> None:
        """These rows are all that waits for these articles or taxes."""
        if self.first_day() is not None:
            given = json.dumps(codes, ensure_ascii=False)
            _DROP_OF.run(self._connection, of_kind=kind, given=given)
        _INSERT.many(self._connection, [(one.kind, one.code, one.day, one.body) for one in rows])

    def drop(self, rows: Sequence[ComingRow]) -> None:
        """These have come."""
        given = [{"of_kind": one.kind, "one": one.code, "on_day": one.day} for one in rows]
        _DROP.many(self._connection, given)

    def clear(self) -> None:
        """Nothing waits any more."""
        _CLEAR.run(self._connection)


def _rows(found: Rows) -> tuple[ComingRow, ...]:
    return tuple(
        ComingRow(kind=row.kind, code=row.code, day=row.day, body=row.body) for row in found
    )
