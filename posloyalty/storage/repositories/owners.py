"""Who has something left of a programme: found by the indexes of open lots and of rights, a few at
a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, func, select, text

from posloyalty.domain.ledger.right import UNBOUNDED
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.storage.act_tables import HELD_RIGHT
from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import ACCOUNT, LOT, MEMBER

_R = HELD_RIGHT.c
_GIVEN = func.json_each(bindparam("ledgers")).table_valued("value", name="given")
_WITH_LOTS = Statement(
    select(LOT.c.owner)
    .select_from(LOT.join(ACCOUNT, ACCOUNT.c.id == LOT.c.account))
    .where(
        # Written out, not bound: only so does SQLite find them by the index of open lots.
        text("lot.remaining > 0"),
        LOT.c.owner > bindparam("after"),
        ACCOUNT.c.kind == AccountKind.MEMBER.value,
        ACCOUNT.c.ledger.in_(select(_GIVEN.c.value)),
    )
    .distinct()
    .order_by(LOT.c.owner)
    .limit(bindparam("limit"))
)
_WITH_VOUCHERS = Statement(
    select(_R.owner)
    .select_from(HELD_RIGHT.join(MEMBER, MEMBER.c.id == _R.owner))
    .where(
        _R.owner > bindparam("after"),
        _R.kind == VOUCHER,
        _R.programme == bindparam("programme"),
        _R.of != bindparam("but"),
        _R.paid_minor == 0,
        _R.cancelled == 0,
        _R.last_day.is_(None) | (_R.last_day >= bindparam("day")),
        (_R.uses == UNBOUNDED) | (_R.used < _R.uses),
        MEMBER.c.status != MemberStatus.ERASED.value,
    )
    .distinct()
    .order_by(_R.owner)
    .limit(bindparam("limit"))
)


def owners_left(
    connection: Connection,
    programme: str,
    ledgers: Sequence[str],
    *,
    but: str,
    day: date,
    after: bytes,
    limit: int,
) -> tuple[bytes, ...]:
    """Who has anything left in some ledgers, or a voucher of a programme that nobody paid for and
    that is good on a day or later, except those of a kind; behind `after` in the order of ids.
    """
    beyond = {"after": after, "limit": limit}
    lots = _WITH_LOTS.run(connection, ledgers=json.dumps(list(ledgers)), **beyond)
    held = _WITH_VOUCHERS.run(
        connection, programme=programme, but=but, day=day.isoformat(), **beyond
    )
    found = {bytes(row.owner) for rows in (lots, held) for row in rows}
    return tuple(sorted(found)[:limit])
