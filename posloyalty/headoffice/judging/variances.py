"""What judging came to, for people: how far it is, which sales differ and by how much, what waits.

Shape: `Variances.standing()` is the lag and the counts, `newest` the sales that differ or went by
old rules, `waiting` why how many sales could not be judged yet, by programme version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.headoffice.ledger.filing import us_instant
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.judging_tables import JUDGING_PLACE, SALE_UNJUDGED, SALE_VARIANCE
from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.ports import Clock
from posloyalty.sync.office.judging import Difference

SHOWN: Final = 200
_J: Final = JUDGING_PLACE.c
_V: Final = SALE_VARIANCE.c
_U: Final = SALE_UNJUDGED.c
_BEHIND: Final = """
SELECT count(*), sum(p.seq - coalesce(j.seq, 0)), min((
    SELECT e.received_s FROM journal_event e WHERE e.till_id = p.till_id
    AND (e.epoch > coalesce(j.epoch, 0)
        OR (e.epoch = coalesce(j.epoch, 0) AND e.seq > coalesce(j.seq, 0)))
    ORDER BY e.epoch, e.seq LIMIT 1))
FROM journal_place p LEFT JOIN judging_place j ON j.till_id = p.till_id
WHERE p.epoch > coalesce(j.epoch, 0)
    OR (p.epoch = coalesce(j.epoch, 0) AND p.seq > coalesce(j.seq, 0))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How judging stands: `behind` events of `tills` tills are not gone through, the first of them
    since `lag_s` seconds. Of `sales` judged, `explained` agree by what no journal says; `waiting`
    could not be judged yet.
    """

    tills: int
    behind: int
    lag_s: int
    sales: int
    explained: int
    differ: int
    old: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceRow:
    """A sale whose figures differ (`kind` "differs"), or that went by rules that a newer version
    had replaced ("old") or somebody stopped ("stopped"): what those in effect had given.
    """

    till_id: str
    store: str
    till: str
    epoch: int
    seq: int
    kind: str
    number: str
    at: datetime
    programme: str
    currency: str
    ahead_s: int
    parts: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """Sales that could not be judged: why, by which programme version, how many, since when."""

    why: str
    programme: str
    hash: str
    sales: int
    since: datetime


class Variances:
    """Reads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def standing(self) -> Standing:
        """How judging stands now."""
        with self._database.read() as connection:
            tills, behind, since_s = connection.exec_driver_sql(_BEHIND).one()
            sums = select(func.sum(_J.sales), func.sum(_J.explained))
            sales, explained = connection.execute(sums).one()
            differ = _count(connection, _V.kind == "differs", SALE_VARIANCE)
            old = _count(connection, _V.kind != "differs", SALE_VARIANCE)
            waiting = connection.execute(select(func.count()).select_from(SALE_UNJUDGED)).scalar()
        now_s = int(self._clock.now().timestamp())
        return Standing(
            tills=tills,
            behind=max(0, int(behind or 0)),
            lag_s=0 if since_s is None else max(0, now_s - int(since_s)),
            sales=int(sales or 0),
            explained=int(explained or 0),
            differ=differ,
            old=old,
            waiting=int(waiting or 0),
        )

    def newest(self, *, kind: str = "", limit: int = SHOWN) -> list[VarianceRow]:
        """The newest, of a kind or of all."""
        asked = select(SALE_VARIANCE, TILL.c.store_code, TILL.c.till_code)
        asked = asked.join(TILL, TILL.c.till_id == _V.till_id)
        if kind:
            asked = asked.where(_V.kind == kind)
        ordered = asked.order_by(_V.judged_s.desc(), _V.at_us.desc(), _V.till_id, _V.seq.desc())
        with self._database.read() as connection:
            return [_variance(row) for row in connection.execute(ordered.limit(limit))]

    def waiting(self) -> list[WaitingRow]:
        """Why sales wait, the most first."""
        asked = select(
            _U.why, _U.programme, _U.hash, func.count().label("n"), func.min(_U.since_s).label("s")
        ).group_by(_U.why, _U.programme, _U.hash)
        ordered = asked.order_by(func.count().desc(), _U.why, _U.programme).limit(SHOWN)
        with self._database.read() as connection:
            return [
                WaitingRow(
                    why=row.why,
                    programme=row.programme,
                    hash=bytes(row.hash).hex(),
                    sales=row.n,
                    since=datetime.fromtimestamp(row.s, UTC),
                )
                for row in connection.execute(ordered)
            ]


def _count(connection: Connection, where: Any, table: Any) -> int:
    asked = select(func.count()).select_from(table).where(where)
    return int(connection.execute(asked).scalar_one())


def _variance(row: Any) -> VarianceRow:
    return VarianceRow(
        till_id=bytes(row.till_id).hex(),
        store=row.store_code,
        till=row.till_code,
        epoch=row.epoch,
        seq=row.seq,
        kind=row.kind,
        number=row.number,
        at=us_instant(row.at_us),
        programme=row.programme,
        currency=row.currency,
        ahead_s=row.ahead_s,
        parts=tuple(Difference(*part) for part in json.loads(row.parts)),
    )
