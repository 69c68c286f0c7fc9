"""Winding a programme down: proposed by one person, approved by another, seen as it runs down.

Shape: `propose` and `cancel` each make a new version of the file in effect and propose its
publication; from there it is a publication like any other, which `Publishing` approves and
withdraws, and which tills take by its seal. `stands` is how far it is. What becomes of what is left
is `members/winding_up.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.winding_down import (
    GRACE,
    Left,
    Phase,
    WindingDown,
    winding_of,
)
from posloyalty.domain.values.calendar import day_end, store_day
from posloyalty.domain.values.fixed_point import BadNumber, parse_fixed
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.programmes.endings import GOES_ON, with_winding, without_winding
from posloyalty.headoffice.programmes.publications import current, instant_of
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE, PUBLICATION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, TILL
from posloyalty.headoffice.store.winding_tables import OUTSTANDING_DAY, WOUND_UP
from posloyalty.services.ports import Clock
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal

DAYS_SHOWN: Final = 400
PROPOSALS_SHOWN: Final = 10
_P: Final = PUBLICATION.c
_F: Final = PROGRAMME_FILE.c


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposed:
    """A proposal that changes the end; `winding` None takes it out."""

    number: int
    proposed_by: str
    proposed_at: datetime
    winding: WindingDown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindTill:
    """A till whose journal is not known past the last day, and up to when it is."""

    store: str
    code: str
    known_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of a wallet's points so far: of how many owners, in minor units."""

    ledger: str
    owners: int
    expired: int
    worth_points: int
    worth_minor: int
    vouchers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WoundUpRow:
    """What became of one owner's points of a wallet, ids in hexadecimal; a household's is its own.

    `worth_minor` is to be paid, in the `currency`.
    """

    owner: str
    ledger: str
    expired: int
    worth_points: int
    worth_minor: int
    currency: str
    vouchers: int
    at: datetime
    act_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How far a programme is wound down. `run_down` is (day, ledger, points), by day.

    `winds_up_from` is when what is left may end, once no till is `behind`.
    """

    programme: Programme
    day: date
    winding: WindingDown | None
    phase: Phase | None
    proposals: tuple[EndProposed, ...]
    run_down: tuple[tuple[date, str, int], ...] = ()
    winds_up_from: datetime | None = None
    behind: tuple[BehindTill, ...] = ()
    became: tuple[Became, ...] = ()


class WindingDowns:
    """Proposes an end, or that there is none, and says how it goes."""

    def __init__(self, database: Database, publishing: Publishing, clock: Clock) -> None:
        self._database = database
        self._publishing = publishing
        self._clock = clock

    def stands(self) -> Stands | None:
        """How it is; None where nothing is published."""
        data, now = self._publishing.running(), self._clock.now()
        if data is None:
            return None
        programme = read_programme(data)
        winding, day = winding_of(programme), store_day(now, programme.zone)
        with self._database.read() as connection:
            proposals = _proposals(connection, winding)
            if winding is None:
                return Stands(
                    programme=programme, day=day, winding=None, phase=None, proposals=proposals
                )
            return Stands(
                programme=programme,
                day=day,
                winding=winding,
                phase=winding.phase(day),
                proposals=proposals,
                run_down=_run_down(connection, programme, winding.announced),
                winds_up_from=ends_at(programme, winding) + GRACE,
                behind=behind(connection, ends_at(programme, winding)),
                became=_became(connection, programme),
            )

    def propose(self, winding: WindingDown, *, by: str) -> int:
        """Propose an end of the programme in effect; gives the publication's number.

        Refuses OFFICE_NO_PROGRAMME, ENDS_BY_ITSELF, WINDING_DOWN_SAME, PROGRAMME_INVALID with the
        findings, and as `endings.check_end`.
        """
        data = self._running()
        if winding_of(read_programme(data)) == winding:
            raise ServiceRefusal("WINDING_DOWN_SAME")
        made = with_winding(data, winding, version=self._next(data))
        return self._propose(made, by=by, what="end_proposed", winding=winding)

    def propose_end(
        self,
        *,
        announced: date,
        earns_through: date,
        redeems_through: date,
        left: Left,
        voucher: str = "",
        wallet: str = "",
        points: str = "",
        by: str,
    ) -> int:
        """The same as people write it: points in whole units, the only wallet without its name.

        Refuses BAD_AMOUNT too, and PROGRAMME_INVALID where days or names do not fit.
        """
        programme = read_programme(self._running())
        ids = {one.id: one for one in programme.wallets}
        becomes: dict[str, Any] = {}
        if left is Left.VOUCHER:
            wallet = wallet or next(iter(ids))
            scale = ids[wallet].scale if wallet in ids else 0
            becomes = {
                "voucher": voucher,
                "wallet": wallet,
                "points": _points(points, scale),
            }
        winding = WindingDown(
            announced=announced,
            earns_through=earns_through,
            redeems_through=redeems_through,
            left=left,
            **becomes,
        )
        return self.propose(winding, by=by)

    def cancel(self, *, by: str) -> int:
        """Propose that the programme goes on; refuses OFFICE_NO_PROGRAMME, NOT_WINDING_DOWN, and
        EARNING_HAS_ENDED.
        """
        data = self._running()
        winding = winding_of(read_programme(data))
        if winding is None:
            raise ServiceRefusal("NOT_WINDING_DOWN")
        made = without_winding(data, version=self._next(data))
        what = "end_cancelling_proposed"
        return self._propose(made, by=by, what=what, winding=winding, stops=GOES_ON)

    def wound_up(self, *, limit: int) -> list[WoundUpRow]:
        """What became of what was left, by owner."""
        up = WOUND_UP.c
        asked = select(WOUND_UP).order_by(up.owner, up.at_s, up.ledger).limit(limit)
        with self._database.read() as connection:
            return [
                WoundUpRow(
                    owner=bytes(row.owner).hex(),
                    ledger=row.ledger,
                    expired=row.expired,
                    worth_points=row.worth_points,
                    worth_minor=row.worth_minor,
                    currency=row.currency,
                    vouchers=row.vouchers,
                    at=instant_of(row.at_s),
                    act_id=bytes(row.act_id).hex(),
                )
                for row in connection.execute(asked)
            ]

    def _running(self) -> bytes:
        data = self._publishing.running()
        if data is None:
            raise ServiceRefusal("OFFICE_NO_PROGRAMME")
        return data

    def _next(self, data: bytes) -> int:
        asked = select(func.max(_F.version)).where(_F.programme_id == read_programme(data).id)
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one()) + 1

    def _propose(
        self, data: bytes, *, by: str, what: str, winding: WindingDown, stops: str = ""
    ) -> int:
        """Kept, proposed and noted at once: a server that falls leaves all of it or nothing."""
        now = self._clock.now()
        with self._database.read() as connection:
            row = current(connection, now)
        assert row is not None  # whoever proposes has read it
        if row.until_s is not None:
            # What held before would hold again, and it says nothing of the end.
            day = store_day(instant_of(row.until_s), self._publishing.zone())
            raise ServiceRefusal("ENDS_BY_ITSELF", day=day)

        def noted(connection: Connection, number: int) -> None:
            note(
                connection, int(now.timestamp()), by, what, number=str(number),
                announced=winding.announced.isoformat(), earns=winding.earns_through.isoformat(),
                redeems=winding.redeems_through.isoformat(), left=winding.left.value,
            )  # fmt: skip

        return self._publishing.propose_made(
            data, begins=now, min_app=row.min_app, stops=stops, by=by, also=noted
        )


def _points(text: str, scale: int) -> int:
    try:
        return parse_fixed(text, decimals=scale)
    except BadNumber:
        raise ServiceRefusal("BAD_AMOUNT", given=text[:40]) from None


def ends_at(programme: Programme, winding: WindingDown) -> datetime:
    """The instant at which nobody redeems any more."""
    return day_end(winding.redeems_through, programme.zone)


def behind(connection: Connection, end: datetime) -> tuple[BehindTill, ...]:
    """The tills whose own events are not known past an instant: they may have redeemed before it.

    A till that was revoked or is gone is waited for no more.
    """
    place = JOURNAL_PLACE.c
    asked = (
        select(TILL.c.store_code, TILL.c.till_code, place.last_at_us)
        .outerjoin(JOURNAL_PLACE, place.till_id == TILL.c.till_id)
        .where(*_is_behind(end))
        .order_by(TILL.c.store_code, TILL.c.till_code)
    )
    return tuple(
        BehindTill(store=row.store_code, code=row.till_code, known_to=_instant(row.last_at_us))
        for row in connection.execute(asked)
    )


def first_behind(
    connection: Connection, end: datetime, *, asked_first: bytes | None = None
) -> bytes | None:
    """The id of one of those tills; None where all are known past the end. Whoever asks often says
    which one it was: a till that stays away for weeks costs one row each time.
    """
    place = JOURNAL_PLACE.c
    asked = (
        select(TILL.c.till_id)
        .outerjoin(JOURNAL_PLACE, place.till_id == TILL.c.till_id)
        .where(*_is_behind(end))
        .limit(1)
    )
    found = None
    if asked_first is not None:
        found = connection.execute(asked.where(TILL.c.till_id == asked_first)).first()
    found = found or connection.execute(asked).first()
    return None if found is None else bytes(found.till_id)


def _is_behind(end: datetime) -> Iterator[ColumnElement[bool]]:
    end_us = int(end.timestamp()) * 1_000_000
    yield TILL.c.revoked == 0
    yield TILL.c.gone_s == 0
    yield func.coalesce(JOURNAL_PLACE.c.last_at_us, 0) < end_us


def _instant(at_us: int | None) -> datetime | None:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC) if at_us else None


def _proposals(connection: Connection, now: WindingDown | None) -> tuple[EndProposed, ...]:
    """What waits for a second person and has another end than the file in effect."""
    asked = select(PUBLICATION, _F.toml).join(PROGRAMME_FILE).where(_P.state == "proposed")
    rows = connection.execute(asked.order_by(_P.number.desc()).limit(PROPOSALS_SHOWN)).all()
    found = [(row, winding_of(read_programme(bytes(row.toml)))) for row in rows]
    return tuple(
        EndProposed(
            number=row.number,
            proposed_by=row.proposed_by,
            proposed_at=instant_of(row.proposed_s),
            winding=winding,
        )
        for row, winding in found
        if winding != now
    )


def _run_down(
    connection: Connection, programme: Programme, since: date
) -> tuple[tuple[date, str, int], ...]:
    day = OUTSTANDING_DAY.c
    ledgers = [programme.ledger(one.id) for one in programme.wallets]
    asked = select(OUTSTANDING_DAY).where(day.day >= since.isoformat(), day.ledger.in_(ledgers))
    rows = connection.execute(asked.order_by(day.day.desc(), day.ledger).limit(DAYS_SHOWN)).all()
    return tuple((date.fromisoformat(row.day), row.ledger, int(row.points)) for row in rows[::-1])


def _became(connection: Connection, programme: Programme) -> tuple[Became, ...]:
    up = WOUND_UP.c
    sums = [func.sum(one) for one in (up.expired, up.worth_points, up.worth_minor, up.vouchers)]
    ledgers = [programme.ledger(one.id) for one in programme.wallets]
    asked = select(up.ledger, func.count(up.owner.distinct()), *sums)
    asked = asked.where(up.ledger.in_(ledgers)).group_by(up.ledger).order_by(up.ledger)
    return tuple(
        Became(
            ledger=row[0],
            owners=int(row[1]),
            expired=int(row[2]),
            worth_points=int(row[3]),
            worth_minor=int(row[4]),
            vouchers=int(row[5]),
        )
        for row in connection.execute(asked)
    )
