"""How often each till was out of reach, of the sales that came within some days.

Every sale's bytes are read, a piece at a time: what is counted here is looked at now and then, by
somebody who can wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, TILL
from posloyalty.services.ports import Clock
from posloyalty.sync import events
from posloyalty.sync.journals import moving
from posloyalty.sync.leases import RISK_FLOOR
from posloyalty.sync.office.out_of_reach import Rung, TillReach, reach_of

DAYS: Final = 30
_PIECE: Final = 2_000
_J: Final = JOURNAL_EVENT.c
_SALE: Final = b'"t":"sale"'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachRow:
    """A till by its store and code, and how it differs."""

    store: str
    code: str
    reach: TillReach


@dataclass(frozen=True, slots=True)
class Reach:
    """Who was out of reach."""

    database: Database
    clock: Clock

    def rows(self, *, days: int = DAYS) -> list[ReachRow]:
        """Every till that was, the most conspicuous first."""
        since_s = int((self.clock.now() - timedelta(days=days)).timestamp())
        with self.database.snapshot() as connection:
            found = reach_of(_rung(connection, since_s))
            asked = select(TILL.c.till_id, TILL.c.store_code, TILL.c.till_code)
            named = {bytes(row.till_id): row for row in connection.execute(asked)}
        return [
            ReachRow(store=row.store_code, code=row.till_code, reach=one)
            for one in found
            if (row := named.get(one.till_id)) is not None
        ]


def _rung(connection: Connection, since_s: int) -> Iterator[Rung]:
    """The sales of tills that had joined: what one sold alone before was out of nobody's reach."""
    asked = (
        select(_J.till_id, _J.body, _J.received_s, TILL.c.joined_s)
        .join(TILL, TILL.c.till_id == _J.till_id)
        .where(_J.received_s >= since_s)
        .execution_options(yield_per=_PIECE)
    )
    for till_id, body, received_s, joined_s in connection.execute(asked):
        raw = bytes(body)
        if _SALE not in raw:
            continue
        try:
            sale = events.decode(raw)
        except ValueError:
            continue  # it is listed as one that cannot be read
        if isinstance(sale, events.Sale) and (at := parse_instant(sale.at)).timestamp() >= joined_s:
            yield Rung(
                till_id=bytes(till_id),
                at=at,
                received=datetime.fromtimestamp(received_s, UTC),
                operator=sale.actor if isinstance(sale.actor, str) else "",
                floor_minor=sum(
                    entry.amount
                    for entry in moving(sale).meters
                    if entry.meter == RISK_FLOOR and entry.owner == bytes(till_id)
                ),
            )
