"""What head office does with stores and tills by hand: the console's commands stand on this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from posloyalty.domain.values.calendar import day_start
from posloyalty.headoffice.cases.audit_log import COMMAND_LINE, note
from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.headoffice.programmes.announcements import announce
from posloyalty.headoffice.programmes.risk import kept_policy
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE, TILL_START
from posloyalty.headoffice.store.tables import (
    JOINING_CODE,
    STORE,
    TILL,
)
from posloyalty.headoffice.tills import card_keys
from posloyalty.headoffice.tills.code_order import as_counted
from posloyalty.headoffice.tills.names import name_taken
from posloyalty.headoffice.tills.shop_lists import StoreRow
from posloyalty.headoffice.tills.starts import heard_of, starts_of
from posloyalty.headoffice.tills.starts import keep as keep_start
from posloyalty.headoffice.tills.till_rows import TillRow, events_aside, till_rows
from posloyalty.headoffice.tills.told_till import told_till
from posloyalty.services.ports import Chance, Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import LeaseBook
from posloyalty.sync.office.clones import Standing, goes_on_as, kept
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.joining import CODE_BYTES, code_key, code_lookup, write_code

CODE_HOLDS: Final = timedelta(minutes=15)
STORE_NAME_MOST: Final = 60
"""Characters of a store's name, as many as a till's settings take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRow:
    """A till went on in an epoch behind a sequence; its book lost so many events behind it."""

    till_id: str
    store: str
    code: str
    epoch: int
    seq: int
    lost: int
    reason: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRow:
    """A start of a program: its id, when it spoke first and last, how far its journal went."""

    boot: str
    first_at: datetime
    last_at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneCase:
    """A till as which two programs speak."""

    till_id: str
    store: str
    code: str
    starts: tuple[StartRow, ...]


class Administration:
    """Stores, codes and tills."""

    def __init__(
        self, database: Database, *, clock: Clock, chance: Chance, zone: Callable[[], tzinfo]
    ) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance
        self._zone = zone

    def add_store(self, code: str, name: str, *, by: str = COMMAND_LINE) -> None:
        """Add a store; refuses INVALID_STORE_CODE, STORE_NAME_NEEDED, and STORE_EXISTS for a code
        that another one has, also in small letters: receipts' numbers are read out and typed.
        """
        if not (code.isascii() and code.isalnum() and len(code) <= 8):
            raise ServiceRefusal("INVALID_STORE_CODE", code=code)
        if not name.strip():
            raise ServiceRefusal("STORE_NAME_NEEDED", code=code)
        with self._database.write() as connection:
            same = select(STORE.c.code).where(func.upper(STORE.c.code) == code.upper())
            if (had := connection.execute(same).scalar()) is not None:
                raise ServiceRefusal("STORE_EXISTS", code=had)
            connection.execute(STORE.insert().values(code=code, name=name, made_s=self._now_s()))
            note(connection, self._now_s(), by, "store_added", store=code)

    def rename_store(self, code: str, name: str, *, by: str = COMMAND_LINE) -> None:
        """Give a store another name, which its tills hear of as news, and print. Nothing is done
        where it has that name: said once more, it would be news again. Refuses NO_SUCH_STORE,
        STORE_NAME_NEEDED, and TOO_LONG for what no till prints.
        """
        name = name.strip()
        if not name:
            raise ServiceRefusal("STORE_NAME_NEEDED", code=code)
        if len(name) > STORE_NAME_MOST:
            raise ServiceRefusal("TOO_LONG", limit=STORE_NAME_MOST)
        mine = STORE.c.code == code
        with self._database.write() as connection:
            was = connection.execute(select(STORE.c.name).where(mine).with_for_update()).scalar()
            if was is None:
                raise ServiceRefusal("NO_SUCH_STORE", code=code)
            if was == name:
                return
            now_s = self._now_s()
            connection.execute(STORE.update().where(mine).values(name=name, renamed_s=now_s))
            announce(connection)  # every till asks for once; only its own hear another name
            note(connection, now_s, by, "store_renamed", store=code, was=was, name=name)

    def stores(self) -> list[StoreRow]:
        """Every store, by its code as people count."""
        tills = func.count(TILL.c.till_id)
        asked = select(STORE.c.code, STORE.c.name, tills).outerjoin(TILL)
        with self._database.read() as connection:
            rows = connection.execute(asked.group_by(STORE.c.code)).all()
        found = [StoreRow(code=code, name=name, tills=count) for code, name, count in rows]
        return sorted(found, key=lambda row: as_counted(row.code))

    def new_code(self, store: str, *, by: str = COMMAND_LINE, readmits: bool = True) -> str:
        """A code by which one till may join a store within 15 minutes; one that was revoked or is
        no more only with `readmits`, which is for whoever may revoke. Refuses NO_SUCH_STORE.
        """
        code = write_code(self._chance.token_bytes(CODE_BYTES))
        key = code_key(code)
        until_s = self._now_s() + int(CODE_HOLDS.total_seconds())
        with self._database.write() as connection:
            if not connection.execute(select(STORE.c.code).where(STORE.c.code == store)).first():
                raise ServiceRefusal("NO_SUCH_STORE", code=store)
            connection.execute(
                JOINING_CODE.insert().values(
                    lookup=code_lookup(key),
                    key=key,
                    store_code=store,
                    until_s=until_s,
                    readmits=int(readmits),
                )
            )
            note(connection, self._now_s(), by, "code_made", store=store)
        return code

    def tills(self) -> list[TillRow]:
        """Every till, by store and code as people count."""
        return sorted(self._tills(), key=lambda row: as_counted(row.store, row.code))

    def aside(self) -> dict[str, int]:
        """How many events are set aside of each till of which some are, by its id."""
        with self._database.read() as connection:
            return events_aside(connection)

    def till(self, till_id: str) -> TillRow | None:
        """One till by its id in hexadecimal; None where there is none."""
        try:
            return next(iter(self._tills(TILL.c.till_id == bytes.fromhex(till_id))), None)
        except ValueError:
            return None

    def _tills(self, only: ColumnElement[bool] | None = None) -> list[TillRow]:
        with self._database.read() as connection:
            return till_rows(connection, only)

    def revoke(self, till: str, *, by: str = COMMAND_LINE, lost_on: date | None = None) -> int:
        """A till may send nothing more but into quarantine, and cards that it makes are not good:
        from the beginning of the day on which it was lost, in the programme's zone, or from now.
        Said again with another day, that day counts; without one, the day stays that was said. What
        it was lent is free, since its journal says nothing more of it; returns how many leases that
        were. `till` is an id or a name, as wherever one is told (`told_till`). Refuses
        NO_SUCH_TILL, SEVERAL_TILLS, and LOST_LATER for a day that is to come.
        """
        zone = self._zone()
        now = self._clock.now().astimezone(zone)
        said = None if lost_on is None else day_start(lost_on, zone)
        if said is not None and said > now:
            raise ServiceRefusal("LOST_LATER", on=lost_on)
        with self._database.write() as connection:
            raw = told_till(connection, till)
            # A later loss would make good what whoever has its key made since the first.
            lost = said or card_keys.lost_since(connection, raw) or now
            connection.execute(TILL.update().where(TILL.c.till_id == raw).values(revoked=1))
            card_keys.tell_lost(connection, raw, lost_s=int(lost.timestamp()))
            freed = LeaseBook(DatabaseShelf(connection)).declare_lost(raw, at=now)
            day = lost.astimezone(zone).date().isoformat()
            note(connection, self._now_s(), by, "till_revoked", till=raw.hex(), lost=day)
        return len(freed)

    def declare_gone(self, till: str, *, by: str = COMMAND_LINE) -> int:
        """A till is no more, and nobody has its key: its receipts may be keyed in at others, and
        what it was lent is free, though the store still answers for it for thirty days. Returns how
        many leases that were. Refuses NO_SUCH_TILL, and TILL_REVOKED where somebody may have it.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            raw = told_till(connection, till)
            mine = TILL.c.till_id == raw
            if connection.execute(select(TILL.c.revoked).where(mine)).scalar():
                raise ServiceRefusal("TILL_REVOKED", till=till)
            connection.execute(TILL.update().where(mine).values(gone_s=self._now_s()))
            card_keys.tell(connection, raw, lost_s=self._now_s())
            freed = LeaseBook(DatabaseShelf(connection)).declare_lost(raw, at=now)
            note(connection, self._now_s(), by, "till_gone", till=raw.hex())
        return len(freed)

    def take_back_gone(self, till: str, *, by: str = COMMAND_LINE) -> None:
        """The till is there after all: its receipts are not keyed in elsewhere any more. Refuses
        NO_SUCH_TILL, and NAME_HAS_ANOTHER where a till took its place and its name meanwhile.
        """
        with self._database.write() as connection:
            raw = told_till(connection, till)
            mine = TILL.c.till_id == raw
            row = connection.execute(select(TILL).where(mine)).one()
            back = bool(row.gone_s) and not row.revoked
            if back and name_taken(connection, row.store_code, row.till_code, raw):
                name = f"{row.store_code}-{row.till_code}"
                raise ServiceRefusal("NAME_HAS_ANOTHER", till=name)
            connection.execute(TILL.update().where(mine).values(gone_s=0))
            if not row.revoked:
                card_keys.tell(connection, raw)
            note(connection, self._now_s(), by, "till_found", till=raw.hex())

    def policy(self) -> RiskPolicy:
        """What tills may hand out without asking."""
        with self._database.read() as connection:
            return kept_policy(connection).read()

    def clones(self) -> list[CloneCase]:
        """The tills as which two programs speak, each with the starts between which to choose."""
        with self._database.read() as connection:
            asked = select(TILL_START.c.till_id).where(TILL_START.c.standing == Standing.SUSPECT)
            tills = connection.execute(asked.distinct().order_by(TILL_START.c.till_id)).scalars()
            return [_clone_case(connection, bytes(till_id)) for till_id in tills.all()]

    def epochs(self) -> list[EpochRow]:
        """Every epoch that a till asked for, the newest first."""
        asked = select(EPOCH_BASE, TILL.c.store_code, TILL.c.till_code).join(TILL)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(EPOCH_BASE.c.opened_s.desc())).all()
        return [
            EpochRow(
                till_id=bytes(row.till_id).hex(),
                store=row.store_code,
                code=row.till_code,
                epoch=row.epoch,
                seq=row.seq,
                lost=row.lost,
                reason=row.reason,
                opened_at=datetime.fromtimestamp(row.opened_s, UTC),
            )
            for row in rows
        ]

    def keep(self, till: str, boot: str, *, by: str = COMMAND_LINE) -> None:
        """Of two programs that speak as a till, the one of this start is the till, as it runs now;
        the others are shut.

        Refuses NO_SUCH_TILL and NO_SUCH_START.
        """
        with self._database.write() as connection:
            raw = told_till(connection, till)
            found = starts_of(connection, raw)
            chosen = next((one for one in found if one.hex() == boot), None)
            if chosen is None:
                raise ServiceRefusal("NO_SUCH_START", start=boot)
            chosen = goes_on_as(found, heard_of(connection, raw), chosen)
            for one in kept(found, chosen):
                keep_start(connection, raw, one, seq=0, now_s=self._now_s())
            note(connection, self._now_s(), by, "start_kept", till=raw.hex(), start=boot)

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _clone_case(connection: Connection, till_id: bytes) -> CloneCase:
    till = connection.execute(select(TILL).where(TILL.c.till_id == till_id)).one()
    mine = (TILL_START.c.till_id == till_id) & (TILL_START.c.standing == Standing.SUSPECT)
    rows = connection.execute(select(TILL_START).where(mine).order_by(TILL_START.c.first_s)).all()
    found, heard = starts_of(connection, till_id), heard_of(connection, till_id)
    return CloneCase(
        till_id=till_id.hex(),
        store=till.store_code,
        code=till.till_code,
        starts=tuple(
            StartRow(
                boot=bytes(row.boot).hex(),
                first_at=datetime.fromtimestamp(row.first_s, UTC),
                last_at=datetime.fromtimestamp(row.last_s, UTC),
                seq=row.seq,
            )
            for row in rows
            if goes_on_as(found, heard, bytes(row.boot)) == bytes(row.boot)
        ),
    )
