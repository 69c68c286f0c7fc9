"""A till's journal read again for judging: its book up to a place, its goods, what it sold.

Shape: `TillSeen(connection, till)` answers what `sync/office/judging` asks of a till;
`past_up_to(...)` is what a `TillBook` reads. A till's book at a place is what stood then: events
that it lost when it was put back from a copy are left out, as they were there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.shop.place import Place
from posloyalty.headoffice.store.archive_tables import MEMBER, RIGHT_OWNER
from posloyalty.headoffice.store.judging_tables import ARTICLE_TOLD
from posloyalty.headoffice.store.statements import many
from posloyalty.sync import events
from posloyalty.sync.journals import moving
from posloyalty.sync.office.till_book import Past

_UP_TO: Final = """
{table}.till_id = ? AND ({table}.epoch < ? OR ({table}.epoch = ? AND {table}.seq <= ?))
AND NOT EXISTS (
    SELECT 1 FROM epoch_base b WHERE b.till_id = {table}.till_id AND b.epoch > {table}.epoch
    AND b.epoch <= ? AND b.seq < {table}.seq
)"""
_JOURNAL: Final = """
JOIN journal_event j ON j.till_id = {table}.till_id AND j.epoch = {table}.epoch
    AND j.seq = {table}.seq"""
_OWN: Final = (
    "SELECT e.epoch, e.seq, e.event_id, j.body FROM event_owner e"
    + _JOURNAL.format(table="e")
    + " WHERE "
    + _UP_TO.format(table="e")
    + " AND e.owner IN"
)
_HEARD: Final = (
    "SELECT h.epoch, h.seq, j.event_id, j.body FROM heard_owner h"
    + _JOURNAL.format(table="h")
    + " WHERE "
    + _UP_TO.format(table="h")
    + " AND h.owner IN"
)
_A: Final = ARTICLE_TOLD.c
_M: Final = MEMBER.c


def past_up_to(connect: Callable[[], Connection], till_id: bytes, epoch: int, seq: int) -> Past:
    """How a `TillBook` reads of an owner what the journal says through a place."""

    def past(owner: bytes) -> Iterable[tuple[bytes, Consequences]]:
        bound = (till_id, epoch, epoch, seq, epoch)
        rows = many(connect(), _OWN, [owner], *bound)
        rows += many(connect(), _HEARD, [owner], *bound)
        for row in sorted(rows, key=_place_of):
            yield bytes(row[2]), moving(events.decode(bytes(row[3])))

    return past


class TillSeen:
    """What head office knows of a till, as of a place of its journal."""

    def __init__(
        self, connection: Connection, till_id: bytes, place: Place, *, epoch: int, seq: int
    ) -> None:
        self._connection = connection
        self._till_id = till_id
        self._place = place
        self._at = (epoch, seq)
        self._articles: dict[bytes, events.Article | None] = {}

    @property
    def till_id(self) -> bytes:
        """Its id."""
        return self._till_id

    @property
    def place(self) -> Place:
        """Its store and its code."""
        return self._place

    def article(self, product_id: bytes) -> events.Article | None:
        """As it was told last before the place; what was first told later held before it, too."""
        if product_id not in self._articles:
            self._articles[product_id] = self._told(product_id)
        return self._articles[product_id]

    def learn(self, told: events.Goods) -> None:
        """The journal goes on, and tells of goods anew."""
        for one in told.articles:
            self._articles[bytes.fromhex(one.product)] = one

    def joined(self, member_id: bytes) -> date | None:
        """Since when somebody is a member."""
        asked = select(_M.joined).where(_M.member_id == member_id)
        found = self._connection.execute(asked).scalar_one_or_none()
        return None if found is None else date.fromisoformat(found)

    def right_owner(self, right_id: bytes) -> bytes | None:
        """Whose a right is."""
        asked = select(RIGHT_OWNER.c.owner).where(RIGHT_OWNER.c.right_id == right_id)
        found = self._connection.execute(asked).scalar_one_or_none()
        return bytes(found) if found else None

    def _told(self, product_id: bytes) -> events.Article | None:
        asked = select(_A.epoch, _A.seq, _A.facts).where(
            _A.till_id == self._till_id, _A.product_id == product_id
        )
        rows = sorted(self._connection.execute(asked.order_by(_A.epoch, _A.seq)), key=_place_of)
        before = [row for row in rows if _place_of(row) <= self._at]
        row = before[-1] if before else rows[0] if rows else None
        return None if row is None else msgspec.json.decode(row.facts, type=events.Article)


def _place_of(row: Any) -> tuple[int, int]:
    return (row[0], row[1])
