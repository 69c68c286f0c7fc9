"""What is left to members when a programme is over ends as it was announced, member by member.

Shape: `step`, which a lane of the server calls, first writes down once a day what members have,
from the announcement on. When the last day of redeeming is 48 hours ago and every till's journal is
known past it, it lets what is left to some owners end in a transaction: each an act of head
office's own journal, planned by the engine. Whatever arrives later ends in the same way. Owners are
taken once the ledger has followed everything of theirs, so nothing ends twice. While the end is due
and waits for a till's journal or for the ledger, it is looked at again soon: a till is asked about
by its id, and the ledger ever more seldom, since that look goes through all lots.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, union

from posloyalty.domain.engine.winding_up import WoundUp
from posloyalty.domain.ledger.right import UNBOUNDED
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.programme.kinds.winding_down import GRACE, WindingDown, winding_of
from posloyalty.domain.values.calendar import store_day
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.marks import outstanding_of
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.programmes.winding_down import ends_at, first_behind
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import MEMBER, OWNER_PLACE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import HELD_RIGHT, LOT
from posloyalty.headoffice.store.winding_tables import OUTSTANDING_DAY, WOUND_UP
from posloyalty.services.ports import Clock
from posloyalty.sync.office.ending import WIND_UP, ending, of_household
from posloyalty.sync.office.head_office import HeadOffice

PIECE: Final = 25
"""How many owners a transaction is about, so that tills wait for it no longer than for a batch."""
LOOKS_MS: Final = 60_000
"""How long nobody looks again after there was nothing to do: a lane is woken by every batch."""
SOON_MS: Final = 1_000
"""The same where something is on its way without which what is due cannot end."""


class WindingUp:
    """Lets what is left end."""

    def __init__(
        self, database: Database, office: Office, clock: Clock, programmes: ReadProgrammes
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._programmes = programmes
        self._looks_at_ms = 0
        self._awaited: bytes | None = None  # a till whose journal was not known past the end
        self._rests_ms = LOOKS_MS

    def step(self) -> int:
        """One piece of it; how many owners it was about, 0 where there is nothing to do now."""
        now_ms = self._clock.monotonic_ms()
        if now_ms < self._looks_at_ms:
            return 0
        done = self._step()
        if not done:
            self._looks_at_ms = now_ms + self._rests_ms
        return done

    def look(self) -> int:
        """The same, whenever somebody looked last."""
        self._looks_at_ms = 0
        return self.step()

    def _step(self) -> int:
        now, rested_ms, self._rests_ms = self._clock.now(), self._rests_ms, LOOKS_MS
        with self._database.read() as connection:
            programme = self._programmes.in_effect(connection, now)
            winding = None if programme is None else winding_of(programme)
            if programme is None or winding is None:
                return 0
            day = store_day(now, programme.zone)
            if winding.phase(day) is None:
                return 0
            noted = _noted(connection, day)
            end = ends_at(programme, winding)
            over = now >= end + GRACE
            before, self._awaited = self._awaited, None
            if over:
                self._awaited = first_behind(connection, end, asked_first=before)
        if not noted:
            self._database.again(lambda: self._note(programme, day))
        if self._awaited is not None:
            self._rests_ms = SOON_MS
        if not over or self._awaited is not None:
            return 0
        done, waits = self._database.again(lambda: self._end(programme, winding, now))
        if waits:
            came = before is not None or rested_ms == LOOKS_MS
            self._rests_ms = SOON_MS if came else min(2 * rested_ms, LOOKS_MS)
        return done

    def _note(self, programme: Programme, day: date) -> None:
        """Write down what members have today; another server may have done it."""
        with self._database.write() as connection:
            if _noted(connection, day):
                return
            found = {one.ledger: one.points for one in outstanding_of(connection)}
            ledgers = [programme.ledger(one.id) for one in programme.wallets]
            self._database.put(
                connection,
                OUTSTANDING_DAY,
                [(day.isoformat(), ledger, found.get(ledger, 0)) for ledger in ledgers],
            )

    def _end(self, programme: Programme, winding: WindingDown, now: datetime) -> tuple[int, bool]:
        """How many owners it was about, and whether the ledger has still to follow somebody."""
        with self._database.write() as connection:
            office = head_office(self._database, connection, self._office, now=now)
            owners = _with_something(connection, programme, winding, store_day(now, programme.zone))
            ended = [
                owner for owner in owners if self._end_of(office, connection, programme, owner)
            ]
            waits = not owners and _ledger_waits(connection)
        return len(ended), waits

    def _end_of(
        self, office: HeadOffice, connection: Connection, programme: Programme, owner: bytes
    ) -> bool:
        """Whether there was anything to end."""
        now, told = self._clock.now(), list[WoundUp]()
        written = office.by_hand(
            owner,
            WIND_UP,
            programme,
            now,
            what=programme.id,
            facts=(),
            plans=ending(programme, told),
            of_nobody=of_household(office.fold(owner), owner),
        )
        office.lending.recall_of(owner)
        if written is None:
            return False
        self._database.put(
            connection,
            WOUND_UP,
            [
                (
                    written.event_id,
                    programme.ledger(one.wallet),
                    owner,
                    one.expired,
                    one.worth_points,
                    one.worth_minor,
                    programme.currency.code,
                    one.vouchers,
                    int(now.timestamp()),
                )
                for one in told
            ],
        )
        return True


def _with_something(
    connection: Connection, programme: Programme, winding: WindingDown, day: date
) -> list[bytes]:
    """The next owners who have points, or vouchers that end; in the order of ids, in which whoever
    locks several owners does.
    """
    ledgers = [programme.ledger(one.id) for one in programme.wallets]
    lots = select(LOT.c.owner).where(
        LOT.c.remaining > 0, LOT.c.kind == AccountKind.MEMBER.value, LOT.c.ledger.in_(ledgers)
    )
    found = union(
        lots, select(HELD_RIGHT.c.owner).where(*_ending_vouchers(programme, winding, day))
    )
    owners = found.subquery()
    place = OWNER_PLACE.c
    asked = (
        select(owners.c.owner)
        .join(OWNER_PLACE, place.owner == owners.c.owner)
        .where(place.folded == place.arrived)
        .order_by(owners.c.owner)
        .limit(PIECE)
    )
    return [bytes(row.owner) for row in connection.execute(asked)]


def _ledger_waits(connection: Connection) -> bool:
    """Whether something arrived that the ledger has not followed yet."""
    waits = select(OWNER_PLACE.c.owner).where(OWNER_PLACE.c.waits == 1)
    return connection.execute(waits.limit(1)).first() is not None


def _ending_vouchers(
    programme: Programme, winding: WindingDown, day: date
) -> Iterator[ColumnElement[bool]]:
    """Which vouchers of members end with the programme."""
    right = HELD_RIGHT.c
    yield right.kind == VOUCHER
    yield right.programme == programme.id
    yield right.of != winding.voucher
    yield right.paid == 0
    yield right.cancelled == 0
    yield (right.uses == UNBOUNDED) | (right.used < right.uses)
    yield right.last.is_(None) | (right.last >= day.isoformat())
    yield right.owner.in_(select(MEMBER.c.member_id).where(MEMBER.c.erased == 0))


def _noted(connection: Connection, day: date) -> bool:
    asked = select(OUTSTANDING_DAY.c.day).where(OUTSTANDING_DAY.c.day == day.isoformat())
    return connection.execute(asked.limit(1)).first() is not None
