"""Points of a sale, or of a till's day, above the policy's most: held back until somebody decides.

Shape: `Caps(...)` finds what is above while judging goes through a journal, `hold` writes it in the
transaction that moves the judging place on; `Holds` lists what is held with what each decision
would do, and decides. To release gives the points back into the very lots that they came from, to
refuse leaves them away. The sale, its receipt and what it counted for stay as they are either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.values.currencies import CURRENCIES
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.judging.reading import shown
from posloyalty.headoffice.ledger.filing import instant_us, us_instant
from posloyalty.headoffice.ledger.going_on import UNBOOKABLE
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.running.logs import tell_fault
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import DECISION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.holding_tables import POINT_HOLD, TILL_POINTS
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, TILL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of
from posloyalty.sync.journals import moving
from posloyalty.sync.office.holding import gains
from posloyalty.sync.risk_policy import RiskPolicy

HELD: Final = "held"
RELEASED: Final = "released"
REFUSED: Final = "refused"
DECISIONS: Final = (RELEASED, REFUSED)
SALE: Final = "sale"
DAY: Final = "day"
NOTE_MOST: Final = 400
SHOWN: Final = 200
_H: Final = POINT_HOLD.c
_P: Final = TILL_POINTS.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What a sale gave an owner above the most: `most` is what the policy still lets through."""

    epoch: int
    seq: int
    event: events.Sale
    account: Account
    gained: tuple[Transfer, ...]
    scale: int
    cap: str
    most: int

    @property
    def points(self) -> int:
        """Everything that was gained."""
        return sum(one.amount for one in self.gained)


@dataclass(slots=True)
class Caps:
    """Sums of one till while judging goes through its journal; `days` is what a step adds."""

    connection: Connection
    till_id: bytes
    sale_points: int
    day_points: int
    days: dict[tuple[str, str], int]

    @classmethod
    def of(cls, connection: Connection, till_id: bytes, policy: RiskPolicy) -> Caps:
        """By a policy."""
        return cls(connection, till_id, policy.sale_points, policy.till_day_points, {})

    def above(
        self, epoch: int, seq: int, event: events.Sale, gained: dict[Account, list[Transfer]]
    ) -> list[Above]:
        """What of a sale is above; its points count for the till's day."""
        found = []
        scales = {one.wallet: one.scale for one in event.points}
        for account, transfers in gained.items():
            scale = scales.get(account.ledger.rpartition("/")[2], 0)
            points = sum(one.amount for one in transfers)
            key = shown(event.day), account.ledger
            before = self.days.get(key, 0) + self._kept(key)
            self.days[key] = self.days.get(key, 0) + points
            rooms = {
                SALE: self.sale_points * 10**scale,
                DAY: max(0, self.day_points * 10**scale - before),
            }
            cap = min(rooms, key=lambda one: rooms[one])
            if points > rooms[cap]:
                found.append(
                    Above(
                        epoch=epoch,
                        seq=seq,
                        event=event,
                        account=account,
                        gained=tuple(transfers),
                        scale=scale,
                        cap=cap,
                        most=rooms[cap],
                    )
                )
        return found

    def _kept(self, key: tuple[str, str]) -> int:
        asked = select(_P.points).where(
            _P.till_id == self.till_id, _P.day == key[0], _P.ledger == key[1]
        )
        return int(self.connection.execute(asked).scalar_one_or_none() or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """Points that are, or were, held back: of `gained` what is above `most`. `spent` of that had
    been spent before anybody could hold it; `last_day` is when what is held runs out, None for
    never.
    """

    hold_id: str
    store: str
    till: str
    number: str
    at: datetime
    owner: str
    ledger: str
    scale: int
    programme: str
    cap: str
    gained: int
    most: int
    held: int
    state: str
    note: str
    who: str
    last_day: str | None

    @property
    def spent(self) -> int:
        """What was gone already."""
        return self.gained - self.most - self.held


class Holds:
    """Lists and decides."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    def open_holds(self, *, limit: int = SHOWN) -> list[HoldRow]:
        """What waits for a decision, the oldest first."""
        return self._rows(_H.state == HELD, _H.made_s, limit)

    def decided(self, *, limit: int = 20) -> list[HoldRow]:
        """What was decided, the newest first."""
        return self._rows(_H.state != HELD, _H.decided_s.desc(), limit)

    def count_open(self) -> int:
        """How many wait."""
        asked = select(func.count()).select_from(POINT_HOLD).where(_H.state == HELD)
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one())

    def decide(self, hold_id: str, decision: str, why: str, *, by: str) -> None:
        """Release or refuse; refuses NO_SUCH_MATTER, NO_SUCH_DECISION, NOTE_LENGTH."""
        if decision not in DECISIONS:
            raise ServiceRefusal("NO_SUCH_DECISION", decision=decision)
        if not 0 < len(why) <= NOTE_MOST:
            raise ServiceRefusal("NOTE_LENGTH", most=NOTE_MOST)
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            row = _waiting(connection, hold_id)
            if decision == RELEASED and row.held:
                self._release(connection, row)
            changed = POINT_HOLD.update().where(_H.hold_id == row.hold_id)
            connection.execute(changed.values(state=decision, note=why, who=by, decided_s=now_s))
            note(
                connection, now_s, by, f"points_{decision}",
                receipt=row.number, points=str(row.held), ledger=row.ledger,
            )  # fmt: skip

    def _release(self, connection: Connection, row: Any) -> None:
        event = _act(connection, bytes(row.act_id))
        office = head_office(self._database, connection, self._office, now=self._clock.now())
        office.holding.release(
            bytes(row.owner),
            consequences_of(event).transfers,
            _pinned(_sale(connection, row), self._clock.now().tzinfo or UTC),
            self._clock.now(),
            sale_id=bytes(row.sale_id),
        )

    def _rows(self, where: Any, order: Any, limit: int) -> list[HoldRow]:
        asked = (
            select(POINT_HOLD, TILL.c.store_code, TILL.c.till_code)
            .join(TILL, TILL.c.till_id == _H.till_id)
            .where(where)
            .order_by(order, _H.hold_id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_row(connection, row) for row in connection.execute(asked).all()]


def hold(
    database: Database,
    connection: Connection,
    office: Office,
    till_id: bytes,
    found: Sequence[Above],
    *,
    now: datetime,
) -> None:
    """Hold back what is above, within the caller's transaction; the same sale again is nothing.

    Of whom nothing can be booked, nothing is held: they stand on the list of such owners.
    """
    for one in found:
        try:
            with connection.begin_nested():
                _hold_one(database, connection, office, till_id, one, now=now)
        except UNBOOKABLE as fault:
            tell_fault("hold_fault", fault, till=till_id.hex(), seq=one.seq)


def _hold_one(
    database: Database,
    connection: Connection,
    office: Office,
    till_id: bytes,
    one: Above,
    *,
    now: datetime,
) -> None:
    sale_id = bytes.fromhex(one.event.id)
    hold_id = derive_id("hold", sale_id, one.account.ledger, one.account.owner)
    if connection.execute(select(_H.hold_id).where(_H.hold_id == hold_id)).first():
        return
    rules = _pinned(one.event, now.tzinfo or UTC)
    ours = head_office(database, connection, office, now=now)
    moves = ours.holding.hold(
        one.account.owner, one.gained, one.points - one.most, rules, now, sale_id=sale_id
    )
    connection.execute(
        POINT_HOLD.insert().values(
            hold_id=hold_id, till_id=till_id, epoch=one.epoch, seq=one.seq, sale_id=sale_id,
            number=shown(one.event.no), at_us=instant_us(datetime.fromisoformat(one.event.at)),
            owner=one.account.owner, ledger=one.account.ledger, scale=one.scale,
            programme=shown(f"{one.event.pi} {one.event.pv}"), cap=one.cap, gained=one.points,
            most=one.most, held=sum(move.amount for move in moves),
            act_id=moves[0].event_id if moves else b"", state=HELD, note="", who="",
            made_s=int(now.timestamp()), decided_s=0,
        )
    )  # fmt: skip


def add_days(connection: Connection, till_id: bytes, days: dict[tuple[str, str], int]) -> None:
    """What a step's sales gave counts for the till's days from now on."""
    for (day, ledger), points in sorted(days.items()):
        mine = (_P.till_id == till_id) & (_P.day == day) & (_P.ledger == ledger)
        changed = TILL_POINTS.update().where(mine).values(points=_P.points + points)
        if not connection.execute(changed).rowcount:
            connection.execute(
                TILL_POINTS.insert().values(till_id=till_id, day=day, ledger=ledger, points=points)
            )


def _pinned(event: events.Sale, zone: tzinfo) -> Programme:
    """The programme that a sale pinned, by its name alone: a hold asks no rule of it, nor what its
    currency is, so a forger's nonsense there keeps nothing from being held.
    """
    named = without_programme(CURRENCIES.get(event.cur, next(iter(CURRENCIES.values()))), zone)
    try:
        pinned = bytes.fromhex(event.ph)
    except ValueError:
        pinned = b""
    return replace(named, id=event.pi, version=event.pv, hash=pinned)


def _act(connection: Connection, act_id: bytes) -> events.Act:
    asked = select(DECISION.c.body).where(DECISION.c.event_id == act_id)
    event = events.decode(bytes(connection.execute(asked).scalar_one()))
    assert isinstance(event, events.Act)  # what head office decides are acts
    return event


def _waiting(connection: Connection, hold_id: str) -> Any:
    try:
        raw = bytes.fromhex(hold_id)
    except ValueError:
        raise ServiceRefusal("NO_SUCH_MATTER") from None
    asked = select(POINT_HOLD).where(_H.hold_id == raw, _H.state == HELD).with_for_update()
    row = connection.execute(asked).first()
    if row is None:
        raise ServiceRefusal("NO_SUCH_MATTER")
    return row


def _row(connection: Connection, row: Any) -> HoldRow:
    return HoldRow(
        hold_id=bytes(row.hold_id).hex(),
        store=row.store_code,
        till=row.till_code,
        number=row.number,
        at=us_instant(row.at_us),
        owner=bytes(row.owner).hex(),
        ledger=row.ledger,
        scale=row.scale,
        programme=row.programme,
        cap=row.cap,
        gained=row.gained,
        most=row.most,
        held=row.held,
        state=row.state,
        note=row.note,
        who=row.who,
        last_day=_last_day(row, _sale(connection, row)),
    )


def _last_day(row: Any, event: events.Sale) -> str | None:
    """When what is held runs out first."""
    account = Account(row.ledger, AccountKind.MEMBER, bytes(row.owner))
    days = [
        one.opens.last_day.isoformat()
        for one in gains(moving(event)).get(account, ())
        if one.opens is not None and one.opens.last_day is not None
    ]
    return min(days, default=None)


def _sale(connection: Connection, row: Any) -> events.Sale:
    """The sale of a hold, from its till's journal."""
    c = JOURNAL_EVENT.c
    asked = select(c.body).where(
        c.till_id == bytes(row.till_id), c.epoch == row.epoch, c.seq == row.seq
    )
    event = events.decode(bytes(connection.execute(asked).scalar_one()))
    assert isinstance(event, events.Sale)  # nothing else is held
    return event
