"""Stores and tills as the console lists them: a page is read, not the chain.

People count S2 before S10, which no database sorts by. So the database counts the tills of each
store, those that somebody has to look at apart; what is put in order here is stores, and only the
stores of a page have their tills read. A store's tills are few.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.epoch_tables import TILL_START
from posloyalty.headoffice.store.tables import FORK_EVENT, JOURNAL_PLACE, STORE, TILL
from posloyalty.headoffice.tills.code_order import as_counted
from posloyalty.headoffice.tills.till_rows import TillRow, till_rows
from posloyalty.services.ports import Clock
from posloyalty.sync.office.clones import Standing

QUIET_S: Final = int(timedelta(days=1).total_seconds())
"""A till that was not heard of for so long is looked at."""
_TROUBLED, _USUAL = 0, 1
_ID: Final = re.compile("(?:[0-9a-f]{2})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRow:
    """A store and how many tills joined it."""

    code: str
    name: str
    tills: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStanding:
    """How many stores and tills there are, tills of which nothing was heard for a day, and events
    that tills still hold.
    """

    stores: int
    tills: int
    quiet: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Tills of a store of one kind, in a row of the list."""

    kind: int
    store: str
    tills: int


class ShopLists:
    """Reads the lists."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def standing(self) -> ChainStanding:
        """The figures of all of them, added up by the database."""
        quiet = case((self._is_quiet(), 1), else_=0)
        asked = select(
            func.count(),
            func.coalesce(func.sum(quiet), 0),
            func.coalesce(func.sum(TILL.c.waiting), 0),
        ).select_from(TILL)
        with self._database.read() as connection:
            tills, silent, waiting = connection.execute(asked).one()
            stores = connection.execute(select(func.count()).select_from(STORE)).scalar_one()
        return ChainStanding(stores=stores, tills=tills, quiet=int(silent), waiting=int(waiting))

    def store_codes(self) -> list[str]:
        """The code of every store, as people count."""
        with self._database.read() as connection:
            codes = connection.execute(select(STORE.c.code)).scalars().all()
        return sorted(codes, key=as_counted)

    def stores(self, codes: Collection[str]) -> list[StoreRow]:
        """The stores of these codes, as people count."""
        tills = func.count(TILL.c.till_id)
        asked = select(STORE.c.code, STORE.c.name, tills).outerjoin(TILL)
        asked = asked.where(STORE.c.code.in_(codes)).group_by(STORE.c.code)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        found = [StoreRow(code=code, name=name, tills=count) for code, name, count in rows]
        return sorted(found, key=lambda row: as_counted(row.code))

    def tills(self, find: str = "") -> TillList:
        """Tills whose store and code have a part like this, those in trouble first."""
        troubles = self._troubles()
        kind = case((troubles, _TROUBLED), else_=_USUAL).label("kind")
        asked = select(kind, TILL.c.store_code, func.count()).join(JOURNAL_PLACE)
        looked = _named(find)
        with self._database.read() as connection:
            rows = connection.execute(asked.where(looked).group_by(kind, TILL.c.store_code)).all()
        found = sorted(
            (_Stretch(*row) for row in rows), key=lambda one: (one.kind, as_counted(one.store))
        )
        return TillList(self._database, found, troubles, looked)

    def names(self, till_ids: Collection[str]) -> dict[str, str]:
        """Store and code of tills, by their ids in hexadecimal; of what is none, nothing."""
        raw = [bytes.fromhex(one) for one in till_ids if _ID.fullmatch(one)]
        asked = select(TILL.c.till_id, TILL.c.store_code, TILL.c.till_code)
        with self._database.read() as connection:
            rows = connection.execute(asked.where(TILL.c.till_id.in_(raw))).all()
        return {bytes(till_id).hex(): f"{store}-{code}" for till_id, store, code in rows}

    def _is_quiet(self) -> ColumnElement[bool]:
        since_s = int(self._clock.now().timestamp()) - QUIET_S
        return and_(TILL.c.seen_s <= since_s, TILL.c.revoked == 0, TILL.c.gone_s == 0)

    def _troubles(self) -> ColumnElement[bool]:
        """Two programs speak as it, or it is in use and its journal forked or is not heard of, or
        it is said to be no more and has spoken since.
        """
        copied = select(TILL_START.c.till_id).where(TILL_START.c.standing == Standing.SUSPECT)
        forked = TILL.c.till_id.in_(select(FORK_EVENT.c.till_id))
        in_use = and_(TILL.c.revoked == 0, TILL.c.gone_s == 0)
        back = and_(TILL.c.gone_s > 0, TILL.c.seen_s > TILL.c.gone_s, TILL.c.revoked == 0)
        return or_(TILL.c.till_id.in_(copied), and_(in_use, forked), self._is_quiet(), back)


class TillList:
    """A list of tills whose order is known, of which a stretch is read."""

    def __init__(
        self,
        database: Database,
        stretches: Sequence[_Stretch],
        troubles: ColumnElement[bool],
        looked: ColumnElement[bool],
    ) -> None:
        self._database = database
        self._stretches = stretches
        self._troubles = troubles
        self._looked = looked

    def __len__(self) -> int:
        return sum(one.tills for one in self._stretches)

    def rows(self, begin: int, most: int) -> list[TillRow]:
        """So many of them at most, from a place on that counts from 0."""
        chosen: list[_Stretch] = []
        before = at = 0
        for one in self._stretches:
            if at < begin + most and at + one.tills > begin:
                if not chosen:
                    before = at
                chosen.append(one)
            at += one.tills
        found: list[TillRow] = []
        with self._database.read() as connection:
            for kind, troubled in ((_TROUBLED, self._troubles), (_USUAL, ~self._troubles)):
                stores = [one.store for one in chosen if one.kind == kind]
                if stores:
                    of = and_(TILL.c.store_code.in_(stores), troubled, self._looked)
                    of_kind = till_rows(connection, of)
                    found += sorted(of_kind, key=lambda row: as_counted(row.store, row.code))
        return found[begin - before : begin - before + most]


def _named(find: str) -> ColumnElement[bool]:
    """A condition on `TILL`: a part of store and code, whatever the size of its letters."""
    name = func.lower(TILL.c.store_code + "-" + TILL.c.till_code)
    return name.contains(find.lower(), autoescape=True)
