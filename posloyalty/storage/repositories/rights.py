"""Rights on disk: opened by one event, changed by others; the row carries the running sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select, update

from posloyalty.domain.ledger.right import Right, RightChange, RightMove, after_change
from posloyalty.storage.act_tables import HELD_RIGHT, RIGHT_CHANGE
from posloyalty.storage.statements import Insert, Statement, several, those
from posloyalty.storage.tables import JOURNAL_EVENT

_R = HELD_RIGHT.c
_INSERT = Insert(HELD_RIGHT)
_INSERT_CHANGE = Insert(RIGHT_CHANGE)
_MOVED = ("used", "last_day", "released", "cancelled")
_UPDATE = Statement(
    update(HELD_RIGHT)
    .where(_R.id == bindparam("right"))
    .values({name: bindparam(f"now_{name}") for name in _MOVED})
)
_SHAPE = select(*HELD_RIGHT.columns, JOURNAL_EVENT.c.event_id).select_from(
    HELD_RIGHT.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == _R.seq)
)
_OF_OWNER = Statement(_SHAPE.where(_R.owner == bindparam("owner")).order_by(_R.seq, _R.id))
_OF_SEVERAL = Statement(_SHAPE.where(several(_R.owner)).order_by(_R.seq, _R.id))
_BY_CODE = Statement(_SHAPE.where(_R.code == bindparam("code")).order_by(_R.seq.desc(), _R.id))
# Written out, not bound: only so does SQLite find them by the index of open leases.
_OPEN_LEASES = Statement(
    _SHAPE.where(
        _R.kind == literal_column("'lease'"), _R.cancelled == literal_column("0")
    ).order_by(_R.seq, _R.id)
)
_BY_ID = Statement(_SHAPE.where(_R.id == bindparam("right")))
_GIVEN_BACK = Statement(
    select(JOURNAL_EVENT.c.event_id)
    .join(RIGHT_CHANGE, RIGHT_CHANGE.c.seq == JOURNAL_EVENT.c.seq)
    .where(
        RIGHT_CHANGE.c.right_id == bindparam("right"),
        RIGHT_CHANGE.c.move == bindparam("move"),
    )
    .order_by(RIGHT_CHANGE.c.seq.desc())
    .limit(1)
)


def write_rights(connection: Connection, seq: int, changes: Sequence[RightChange]) -> None:
    """Write the changes of an event, and what the rights come to after them."""
    touched: dict[bytes, Right] = {}
    for change in changes:
        if change.move is RightMove.ISSUE:
            assert change.opens is not None  # a fold of rights refuses anything else
            touched[change.right_id] = change.opens
            _INSERT.one(connection, *right_row(seq, change.opens))
            continue
        right = touched.get(change.right_id) or right_by_id(connection, change.right_id)
        if right is None:
            raise LookupError(f"no right {change.right_id.hex()} to {change.move.value}")
        touched[change.right_id] = after_change(right, change)
    _UPDATE.many(connection, [_moved(right) for right in touched.values()])
    _INSERT_CHANGE.many(connection, change_rows(seq, changes))


def rights_of(connection: Connection, owner: bytes) -> tuple[Right, ...]:
    """Every right of an owner, the used and expired ones too."""
    return tuple(_right(row) for row in _OF_OWNER.run(connection, owner=owner))


def rights_of_several(connection: Connection, owners: Sequence[bytes]) -> tuple[Right, ...]:
    """The rights of several owners, at most 50."""
    return tuple(_right(row) for row in _OF_SEVERAL.run(connection, **those(owners)))


def rights_by_code(connection: Connection, code: str) -> tuple[Right, ...]:
    """The rights that a code proves, the newest first."""
    return tuple(_right(row) for row in _BY_CODE.run(connection, code=code))


def open_leases(connection: Connection) -> tuple[Right, ...]:
    """The leases that were not given back."""
    return tuple(_right(row) for row in _OPEN_LEASES.run(connection))


def right_by_id(connection: Connection, right_id: bytes) -> Right | None:
    """A right; None when the book does not know it."""
    row = _BY_ID.run(connection, right=right_id).first()
    return None if row is None else _right(row)


def given_back_by(connection: Connection, right_id: bytes) -> bytes | None:
    """The id of the last event that gave back a use of a right."""
    row = _GIVEN_BACK.run(connection, right=right_id, move=RightMove.GIVE_BACK.value).first()
    return None if row is None else bytes(row.event_id)


def right_row(seq: int, right: Right) -> tuple[object, ...]:
    """A row of `held_right`, in the table's column order."""
    return (
        right.id,
        seq,
        right.kind,
        right.of,
        right.programme,
        right.owner,
        right.code or None,
        right.uses,
        right.used,
        None if right.from_day is None else right.from_day.isoformat(),
        None if right.last_day is None else right.last_day.isoformat(),
        int(right.held),
        right.released,
        right.cancelled,
        right.paid_minor,
        right.line,
    )


def change_rows(seq: int, changes: Sequence[RightChange]) -> list[tuple[object, ...]]:
    """Rows of `right_change`, in the table's column order."""
    return [
        (seq, place, change.id, change.right_id, change.move.value, change.amount)
        for place, change in enumerate(changes)
    ]


def _moved(right: Right) -> dict[str, object]:
    return {
        "right": right.id,
        "now_used": right.used,
        "now_last_day": None if right.last_day is None else right.last_day.isoformat(),
        "now_released": right.released,
        "now_cancelled": right.cancelled,
    }


def _right(row: Any) -> Right:
    return Right(
        id=row.id,
        kind=row.kind,
        of=row.of,
        owner=row.owner,
        programme=row.programme,
        code=row.code or "",
        uses=row.uses,
        used=row.used,
        from_day=None if row.from_day is None else date.fromisoformat(row.from_day),
        last_day=None if row.last_day is None else date.fromisoformat(row.last_day),
        held=bool(row.held),
        released=row.released,
        cancelled=row.cancelled,
        paid_minor=row.paid_minor,
        origin=row.event_id,
        line=row.line,
    )
