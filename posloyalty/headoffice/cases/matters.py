"""What somebody at head office has to decide: anomalies of events, journals that forked, and goods
that came back with the receipt of a sale that has not arrived for two weeks.

Shape: `open_matters` lists what nobody decided yet, the oldest first; `decide` writes what was
decided, by whom and why, beside it. Neither journal nor evidence changes by it. A return is no
matter any more once its sale is there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, literal, select, union_all

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.cases.others_leases import LEASE_OF_OTHER, holders_named
from posloyalty.headoffice.store.archive_tables import RETURN_WAITING
from posloyalty.headoffice.store.console_tables import MATTER_DECISION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import ANOMALY, FORK_EVENT, TILL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.journal import receipt_number

FORK: Final = "FORK"
UNSOLD: Final = "RETURN_WITHOUT_SALE"
UNSOLD_AFTER_S: Final = 14 * 86_400
"""So long a return may wait for its sale: by then a till out of reach has sent."""
DECISIONS: Final = ("accepted", "repaired", "fraud")
READ_AGAIN: Final = "read_again"
READ: Final = "READ"
"""The code under which it stands that an event which was kept unread counts by now."""
UNREAD: Final = frozenset({"WRAPPED", "UNREADABLE"})
"""Of what code an event is from which nothing follows."""
NOTE_MOST: Final = 400
PAGE: Final = 200
PLACE_LONGEST: Final = 24
_D: Final = MATTER_DECISION.c

Place = tuple[int, int]
"""An epoch and a sequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A place of a till's journal that somebody has to look at. `code` says why, `about` the
    receipt of a return without a sale, with "?" for a till that nobody knows, or the tills whose
    leases were named.
    """

    till_id: str
    store: str
    till: str
    epoch: int
    seq: int
    code: str
    at: datetime
    about: str = ""
    decision: str = ""
    note: str = ""
    who: str = ""


class Matters:
    """Lists and decides."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open_matters(self, *, limit: int = PAGE) -> list[Matter]:
        """What nobody decided yet, the oldest first."""
        with self._database.read() as connection:
            return _rows(connection, self._now_s(), decided=False, limit=limit)

    def decided(self, *, limit: int = PAGE) -> list[Matter]:
        """What was decided, with the decision."""
        with self._database.read() as connection:
            return _rows(connection, self._now_s(), decided=True, limit=limit)

    def count_open(self) -> int:
        """How many wait."""
        with self._database.read() as connection:
            return int(connection.execute(_open(_all(self._now_s()))).scalar_one())

    def count_unsold(self) -> int:
        """How many of them are returns without a sale."""
        with self._database.read() as connection:
            return int(connection.execute(_open(_unsold(self._now_s()).subquery())).scalar_one())

    def decide(self, matter: Matter, decision: str, why: str, *, by: str) -> None:
        """Decide one; refuses NO_SUCH_MATTER, NO_SUCH_DECISION, NOTE_LENGTH."""
        if decision not in DECISIONS:
            raise ServiceRefusal("NO_SUCH_DECISION", decision=decision)
        if not 0 < len(why) <= NOTE_MOST:
            raise ServiceRefusal("NOTE_LENGTH", most=NOTE_MOST)
        now_s = int(self._clock.now().timestamp())
        key = {
            "till_id": bytes.fromhex(matter.till_id),
            "epoch": matter.epoch,
            "seq": matter.seq,
            "code": matter.code,
        }
        with self._database.write() as connection:
            mine = and_(*(_D[name] == value for name, value in key.items()))
            if connection.execute(select(_D.code).where(mine)).first():
                raise ServiceRefusal("NO_SUCH_MATTER")
            connection.execute(
                MATTER_DECISION.insert().values(
                    **key, decision=decision, note=why, who=by, at_s=now_s
                )
            )
            place = f"{matter.epoch}-{matter.seq}"
            note(
                connection, now_s, by, "matter_decided",
                till=matter.till_id, place=place, code=matter.code, decision=decision,
            )  # fmt: skip

    def find(self, till_id: str, epoch: int, seq: int, code: str) -> Matter:
        """One that waits; refuses NO_SUCH_MATTER."""
        with self._database.read() as connection:
            found = _all(self._now_s())
            asked = select(found).where(
                found.c.epoch == epoch, found.c.seq == seq, found.c.code == code
            )
            for row in connection.execute(asked):
                if bytes(row.till_id).hex() == till_id:
                    return _matter(connection, row)
        raise ServiceRefusal("NO_SUCH_MATTER")

    def unread(self, till: str, place: str) -> Matter:
        """The one of an event that was kept unread, by "store-till" and "epoch-sequence", decided
        or not; refuses NO_SUCH_MATTER.
        """
        found = _all(self._now_s())
        epoch, _, seq = place.partition("-")
        if epoch.isdecimal() and seq.isdecimal() and len(place) <= PLACE_LONGEST:
            asked = select(found).where(
                found.c.epoch == int(epoch), found.c.seq == int(seq), found.c.code.in_(UNREAD)
            )
            with self._database.read() as connection:
                for row in connection.execute(asked):
                    if f"{row.store_code}-{row.till_code}" == till:
                        return _matter(connection, row)
        raise ServiceRefusal("NO_SUCH_MATTER")

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def unread_places(connection: Connection, till_id: bytes) -> frozenset[Place]:
    """Places of a till's events from which nothing follows, because head office failed at them and
    nobody let them be read again.
    """
    return places_of(connection, till_id, UNREAD) - read_again_places(connection, till_id)


def read_again_places(connection: Connection, till_id: bytes) -> frozenset[Place]:
    """Places of a till's events that count since somebody let them be read again."""
    read = select(_D.epoch, _D.seq).where(_D.till_id == till_id, _D.code == READ)
    return frozenset((row.epoch, row.seq) for row in connection.execute(read))


def places_of(connection: Connection, till_id: bytes, codes: Collection[str]) -> frozenset[Place]:
    """Places of a till's events that are anomalies under one of these codes."""
    a = ANOMALY.c
    found = select(a.epoch, a.seq).where(a.till_id == till_id, a.code.in_(codes))
    return frozenset((row.epoch, row.seq) for row in connection.execute(found))


def _all(now_s: int) -> Any:
    """Every anomaly, the first place of each journal's other branch, and returns that have waited
    too long for their sale.
    """
    forks = select(
        FORK_EVENT.c.till_id,
        FORK_EVENT.c.epoch,
        func.min(FORK_EVENT.c.seq).label("seq"),
        literal(FORK).label("code"),
        func.min(FORK_EVENT.c.received_s).label("received_s"),
    ).group_by(FORK_EVENT.c.till_id, FORK_EVENT.c.epoch)
    odd = select(
        ANOMALY.c.till_id,
        ANOMALY.c.epoch,
        ANOMALY.c.seq,
        ANOMALY.c.code,
        ANOMALY.c.received_s,
    )
    every = union_all(odd, forks, _unsold(now_s)).subquery()
    return (
        select(every, TILL.c.store_code, TILL.c.till_code)
        .join(TILL, TILL.c.till_id == every.c.till_id)
        .subquery("matter")
    )


def _unsold(now_s: int) -> Any:
    waiting = RETURN_WAITING.c
    return select(
        waiting.till_id, waiting.epoch, waiting.seq, literal(UNSOLD).label("code"),
        waiting.received_s,
    ).where(waiting.received_s <= now_s - UNSOLD_AFTER_S)  # fmt: skip


def _open(found: Any) -> Any:
    asked = select(func.count()).select_from(found.outerjoin(MATTER_DECISION, _same(found)))
    return asked.where(_D.decision.is_(None))


def _same(found: Any) -> Any:
    names = ("till_id", "epoch", "seq", "code")
    return and_(*(found.c[name] == _D[name] for name in names))


def _rows(connection: Connection, now_s: int, *, decided: bool, limit: int) -> list[Matter]:
    found = _all(now_s)
    asked = select(found, _D.decision, _D.note, _D.who).select_from(
        found.outerjoin(MATTER_DECISION, _same(found))
    )
    asked = asked.where(_D.decision.is_not(None) if decided else _D.decision.is_(None))
    order = (_D.at_s.desc(),) if decided else (found.c.received_s,)
    rows = connection.execute(asked.order_by(*order, found.c.seq).limit(limit)).all()
    return [
        _matter(
            connection, row, decision=row.decision or "", note=row.note or "", who=row.who or ""
        )
        for row in rows
    ]


def _matter(connection: Connection, row: Any, **decided: str) -> Matter:
    return Matter(
        till_id=bytes(row.till_id).hex(),
        store=row.store_code,
        till=row.till_code,
        epoch=row.epoch,
        seq=row.seq,
        code=row.code,
        at=datetime.fromtimestamp(row.received_s, UTC),
        about=_about(connection, row),
        **decided,
    )


def _about(connection: Connection, row: Any) -> str:
    if row.code == UNSOLD:
        return _receipt(connection, row)
    if row.code == LEASE_OF_OTHER:
        holders = holders_named(connection, bytes(row.till_id), row.epoch, row.seq)
        return ", ".join(holders)
    return ""


def _receipt(connection: Connection, row: Any) -> str:
    """Which sale the goods of a return are said to be of."""
    waiting = RETURN_WAITING.c
    here = (waiting.till_id == row.till_id, waiting.epoch == row.epoch, waiting.seq == row.seq)
    found = connection.execute(select(RETURN_WAITING).where(*here)).first()
    if found is None:
        return ""
    half = bytes(found.sold_half)
    mine = TILL.c.till_id.between(half, half + b"\xff" * 8)
    till = connection.execute(select(TILL.c.store_code, TILL.c.till_code).where(mine)).first()
    store, code = ("?", "?") if till is None else (till.store_code, till.till_code)
    return receipt_number(store=store, till=code, epoch=found.sold_epoch, seq=found.sold_seq)
