"""Publishing programmes: keep a file, propose it, let a second person approve it, go back, stop.

Shape: a file is kept by its bytes (`keep`), a publication says from when sales go by it. `propose`
changes nothing for tills; `approve`, by somebody else, signs the envelope and makes it part of what
tills are told. Going back to what two people approved before, and a stop, which only takes away,
are one person's act, because they have to be quick. Every act has its entry in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.money import Currency
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.cases.second_person import check_second, refuse_decided
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.programmes.announcements import announce
from posloyalty.headoffice.programmes.endings import check_end
from posloyalty.headoffice.programmes.publications import (
    added,
    ahead,
    current,
    dated_ahead,
    instant_of,
    mark_at,
    sealed_list,
)
from posloyalty.headoffice.programmes.published_rows import (
    PublicationRow,
    TillGoesBy,
    row_of,
)
from posloyalty.headoffice.programmes.said_again import Wanted, refuse_stopped, waiting
from posloyalty.headoffice.programmes.stopping import (
    TillExposure,
    dearest_days,
    richest_days,
    stoppable,
    without,
)
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE, PUBLICATION, TILL_PROGRAMME
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import TILL
from posloyalty.headoffice.tills.code_order import as_counted
from posloyalty.services.ports import Clock
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.publications import FILE_BYTES_MAX, Envelope, mark_of, statement, written

PAGE: Final = 50
_P: Final = PUBLICATION.c
_F: Final = PROGRAMME_FILE.c


@lru_cache(maxsize=16)
def _programme_of(data: bytes) -> Programme:
    """Reading a file takes longer than making a page."""
    return read_programme(data)


class Publishing:
    """Publishes."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    # Files

    def keep(self, data: bytes, *, by: str) -> Programme:
        """Keep a file; refuses FILE_TOO_LARGE and, with every finding, PROGRAMME_INVALID."""
        programme = self._read(data)
        with self._database.write() as connection:
            self._keep(connection, programme, data, by)
        return programme

    def file(self, digest: str) -> bytes:
        """The bytes of a kept file; refuses NO_SUCH_FILE."""
        with self._database.read() as connection:
            return self._file(connection, _bytes_of(digest))

    def files(self) -> list[Any]:
        """The newest files, with hash, programme_id, version, kept_by, kept_s."""
        columns = (_F.hash, _F.programme_id, _F.version, _F.kept_by, _F.kept_s)
        asked = select(*columns).order_by(_F.kept_s.desc(), _F.version.desc()).limit(PAGE)
        with self._database.read() as connection:
            return list(connection.execute(asked))

    # Acts

    def propose(
        self,
        digest: str,
        *,
        begins: datetime,
        ends: datetime | None = None,
        min_app: str = "",
        stops: str = "",
        by: str,
    ) -> int:
        """Propose a kept file; gives the publication's number. `stops` says what it takes out.

        What somebody proposes again while it waits is the proposal that is there.

        Refuses NO_SUCH_FILE, PUBLICATION_ENDS_FIRST, VERSION_NOT_NEWER where a version as new of
        the same programme was published, and as `endings.check_end`.
        """
        with self._database.write() as connection:
            programme = self._read(self._file(connection, _bytes_of(digest)))
            self._refuse_old(connection, programme)
            wanted = Wanted(programme.hash, begins, ends, min_app, stops, by)
            return waiting(connection, wanted, self._now_s()) or self._propose(
                connection, programme, begins=begins, ends=ends, min_app=min_app, stops=stops, by=by
            )

    def propose_made(
        self,
        data: bytes,
        *,
        begins: datetime,
        min_app: str,
        stops: str,
        by: str,
        also: Callable[[Connection, int], None],
    ) -> int:
        """Keep a file that head office made and propose it, as one act: `also` says in its
        transaction what else there is to say of the publication. Refuses as `propose` does.
        """
        with self._database.write() as connection:
            programme = self._read(data)
            self._keep(connection, programme, data, by)
            number = self._propose(
                connection, programme, begins=begins, min_app=min_app, stops=stops, by=by
            )
            also(connection, number)
        return number

    def approve(self, number: int, *, by: str) -> None:
        """Publish what somebody else proposed.

        Refuses NO_SUCH_PROPOSAL, PROPOSAL_OVERTAKEN where a version as new was published meanwhile,
        and as `refuse_decided`, `check_second` and `endings.check_end`.
        """
        with self._database.write() as connection:
            row = self._proposal(connection, number)
            check_second(connection, row.proposed_by, by, Right.PUBLISH)
            programme = self._read(self._file(connection, bytes(row.hash)))
            # Asked again: a stop in between must not be undone by what was proposed before it.
            self._refuse_old(connection, programme, "PROPOSAL_OVERTAKEN")
            begins = instant_of(max(self._now_s(), row.from_s))
            check_end(connection, programme, begins, stops=row.stops)
            self._approve(connection, number, programme, by)
            self._hold_on(connection, number, programme, by)
            self._note(connection, by, "approved", number, programme)

    def withdraw(self, number: int, *, by: str) -> None:
        """Take a proposal back, one's own or another's; refuses NO_SUCH_PROPOSAL and as
        `refuse_decided`.
        """
        with self._database.write() as connection:
            row = self._proposal(connection, number)
            changed = PUBLICATION.update().where(_P.number == number)
            connection.execute(
                changed.values(state="withdrawn", decided_by=by, decided_s=self._now_s())
            )
            note(
                connection, self._now_s(), by, "withdrawn",
                number=str(number), hash=bytes(row.hash).hex(),
            )  # fmt: skip

    def go_back(self, number: int, *, by: str) -> int:
        """Sales go by an earlier publication's file again, at once.

        Refuses NO_SUCH_PUBLICATION where it never was approved, IN_EFFECT_ALREADY, and as
        `endings.check_end`.
        """
        with self._database.write() as connection:
            row = connection.execute(
                select(PUBLICATION).where(_P.number == number, _P.state == "approved")
            ).first()
            if row is None:
                raise ServiceRefusal("NO_SUCH_PUBLICATION", number=number)
            running = current(connection, self._clock.now())
            if running is not None and bytes(running.hash) == bytes(row.hash):
                raise ServiceRefusal("IN_EFFECT_ALREADY")
            programme = self._read(self._file(connection, bytes(row.hash)))
            check_end(connection, programme, self._clock.now())
            made = self._at_once(connection, programme, kind="back", min_app=row.min_app, by=by)
            self._note(connection, by, "went_back", made, programme)
        return made

    def stop(self, key: str, *, by: str) -> int:
        """Stop a rule, as "offer:happy-hour", now and in what holds later; gives the number.

        Refuses NOTHING_PUBLISHED, RULE_STOPPED, NO_RULE_TO_STOP, and PROGRAMME_INVALID with the
        findings where another rule needs it.
        """
        with self._database.write() as connection:
            running = current(connection, self._clock.now())
            if running is None:
                raise ServiceRefusal("NOTHING_PUBLISHED")
            held = ahead(connection, self._now_s())
            numbers = [self._stopped(connection, row, at, key, by) for row, at in held]
            if numbers[0] is None:
                refuse_stopped(connection, key)
                raise ServiceRefusal("NO_RULE_TO_STOP", rule=key)
        return numbers[0]

    # What there is

    def publications(self) -> list[PublicationRow]:
        """The newest publications and proposals, the newest first."""
        asked = select(PUBLICATION, _F.programme_id, _F.version).join(PROGRAMME_FILE)
        with self._database.read() as connection:
            running = current(connection, self._clock.now())
            rows = connection.execute(asked.order_by(_P.number.desc()).limit(PAGE)).all()
        now = None if running is None else running.number
        return [row_of(row, in_effect=row.number == now) for row in rows]

    def running(self) -> bytes | None:
        """The file in effect; None when nothing is."""
        with self._database.read() as connection:
            row = current(connection, self._clock.now())
            return None if row is None else self._file(connection, bytes(row.hash))

    def of_each(self) -> list[Programme]:
        """One programme of each id: the one in effect, of others the newest version that is kept.

        What members got by a programme that was replaced goes on by its names.
        """
        newest = select(_F.programme_id, func.max(_F.version).label("version"))
        last = newest.group_by(_F.programme_id).limit(PAGE).subquery()
        asked = select(_F.toml, _F.programme_id).join(
            last, (last.c.programme_id == _F.programme_id) & (last.c.version == _F.version)
        )
        with self._database.read() as connection:
            found = {row.programme_id: bytes(row.toml) for row in connection.execute(asked)}
        running = self.running()
        if running is not None:
            found[_programme_of(running).id] = running
        return [_programme_of(data) for data in found.values()]

    def zone(self) -> tzinfo:
        """The zone in whose days the programme in effect goes; UTC where none is."""
        data = self.running()
        return UTC if data is None else _programme_of(data).zone

    def tills(self) -> list[TillGoesBy]:
        """What every till that may send goes by."""
        asked = (
            select(TILL.c.store_code, TILL.c.till_code, TILL_PROGRAMME)
            .outerjoin(TILL_PROGRAMME, TILL_PROGRAMME.c.till_id == TILL.c.till_id)
            .where(TILL.c.revoked == 0, TILL.c.gone_s == 0)
            .order_by(TILL.c.till_id)
        )
        named = select(_F.hash, _F.programme_id, _F.version)
        with self._database.read() as connection:
            sealed = sealed_list(connection, self._clock.now())
            mark = mark_of(sealed)
            rows = connection.execute(asked).all()
            names = {
                bytes(one.hash).hex(): f"{one.programme_id} {one.version}"
                for one in connection.execute(named)
            }
        return [
            TillGoesBy(
                store=row.store_code,
                code=row.till_code,
                up_to_date=row.schedule == mark,
                version=names.get(row.hash or "", ""),
                refused=row.refused or "",
                said_at=None if row.said_s is None else instant_of(row.said_s),
                published=bool(sealed),
            )
            for row in sorted(rows, key=lambda row: as_counted(row.store_code, row.till_code))
        ]

    def exposure(self, number: int) -> list[TillExposure]:
        """Each till under a stop: whether it goes by it, and as long as it does not its dearest day
        of that offer, or of all points where no offer was stopped.

        Refuses NO_SUCH_PUBLICATION.
        """
        now = self._clock.now()
        with self._database.read() as connection:
            row = connection.execute(select(PUBLICATION).where(_P.number == number)).first()
            if row is None or row.kind != "stop":
                raise ServiceRefusal("NO_SUCH_PUBLICATION", number=number)
            kind, _, rule = row.stops.partition(":")
            offer = kind == "offer"
            mark = mark_at(connection, now)
            asked = select(TILL, TILL_PROGRAMME.c.schedule).outerjoin(
                TILL_PROGRAMME, TILL_PROGRAMME.c.till_id == TILL.c.till_id
            )
            tills = connection.execute(
                asked.where(TILL.c.revoked == 0, TILL.c.gone_s == 0).order_by(
                    TILL.c.store_code, TILL.c.till_code
                )
            ).all()
            # Of who has heard nothing is at stake any more, and nobody's sales are read for it.
            unheard = [bytes(one.till_id) for one in tills if one.schedule != mark]
            days = dearest_days(connection, rule, now, unheard) if offer else {}
            points = {} if offer else richest_days(connection, now, unheard)
        tills = sorted(tills, key=lambda one: as_counted(one.store_code, one.till_code))
        return [
            TillExposure(
                till_id=bytes(one.till_id).hex(),
                store=one.store_code,
                code=one.till_code,
                heard=one.schedule == mark,
                seen_at=instant_of(one.seen_s),
                day_most_minor=days.get(bytes(one.till_id), 0),
                day_most_points=points.get(bytes(one.till_id), ()),
            )
            for one in tills
        ]

    def money_of(self, number: int) -> Currency:
        """The money of a publication's programme; refuses NO_SUCH_PUBLICATION."""
        with self._database.read() as connection:
            row = connection.execute(select(_P.hash).where(_P.number == number)).first()
            if row is None:
                raise ServiceRefusal("NO_SUCH_PUBLICATION", number=number)
            return self._read(self._file(connection, bytes(row.hash))).currency

    # Inside a transaction

    def _propose(
        self,
        connection: Connection,
        programme: Programme,
        *,
        begins: datetime,
        ends: datetime | None = None,
        min_app: str,
        stops: str,
        by: str,
    ) -> int:
        begins_s = max(self._now_s(), int(begins.timestamp()))
        ends_s = None if ends is None else int(ends.timestamp())
        if ends_s is not None and ends_s <= begins_s:
            raise ServiceRefusal("PUBLICATION_ENDS_FIRST")
        self._refuse_old(connection, programme)
        check_end(connection, programme, instant_of(begins_s), stops=stops)
        number = self._add(
            connection, programme.hash, kind="publish", from_s=begins_s, by=by,
            until_s=ends_s, min_app=min_app, stops=stops,
        )  # fmt: skip
        self._note(connection, by, "proposed", number, programme)
        return number

    def _stopped(
        self, connection: Connection, row: Any, from_s: int, key: str, by: str
    ) -> int | None:
        """The publication without the rule, from when the one with it holds."""
        data = self._file(connection, bytes(row.hash))
        if not any(rule.key == key for rule in stoppable(data)):
            return None
        kept = select(func.max(_F.version)).where(_F.programme_id == self._read(data).id)
        version = int(connection.execute(kept).scalar_one()) + 1
        made = without(data, key, version=version)
        assert made is not None
        programme = self._read(made)
        self._keep(connection, programme, made, by)
        number = self._add(
            connection, programme.hash, kind="stop", stops=key, from_s=from_s, by=by,
            until_s=row.until_s, min_app=row.min_app,
        )  # fmt: skip
        self._approve(connection, number, programme, by)
        note(connection, self._now_s(), by, "stopped", number=str(number), rule=key)
        return number

    def _at_once(
        self, connection: Connection, programme: Programme, *, kind: str, min_app: str, by: str
    ) -> int:
        number = self._add(
            connection, programme.hash, kind=kind, from_s=self._now_s(), by=by, min_app=min_app
        )
        self._approve(connection, number, programme, by)
        self._hold_on(connection, number, programme, by)
        return number

    def _add(self, connection: Connection, digest: bytes, **values: Any) -> int:
        return added(connection, digest, now_s=self._now_s(), **values)

    def _hold_on(self, connection: Connection, number: int, programme: Programme, by: str) -> None:
        """What a clock that was ahead put into effect at once would take the place of what does
        now, on the day that it said: it is this that holds from then on, too.
        """
        row = connection.execute(select(PUBLICATION).where(_P.number == number)).one()
        for from_s in dated_ahead(connection, self._now_s()):
            if row.from_s > self._now_s() or (row.until_s or from_s + 1) <= from_s:
                continue
            made = self._add(
                connection, programme.hash, kind=row.kind, from_s=from_s, by=row.proposed_by,
                until_s=row.until_s, min_app=row.min_app,
            )  # fmt: skip
            self._approve(connection, made, programme, by)

    def _approve(self, connection: Connection, number: int, programme: Programme, by: str) -> None:
        row = connection.execute(select(PUBLICATION).where(_P.number == number)).one()
        from_s = max(self._now_s(), row.from_s)
        envelope = written(
            Envelope(
                office=self._office.id,
                number=number,
                programme=programme.id,
                version=programme.version,
                hash=programme.hash.hex(),
                size=len(self._file(connection, programme.hash)),
                from_=format_instant(instant_of(from_s)),
                until="" if row.until_s is None else format_instant(instant_of(row.until_s)),
                min_app=row.min_app,
                tz=str(programme.zone),
                stops=row.stops,
            )
        )
        connection.execute(
            PUBLICATION.update()
            .where(_P.number == number)
            .values(
                state="approved",
                from_s=from_s,
                decided_by=by,
                decided_s=self._now_s(),
                envelope=envelope,
                signature=self._office.key.sign(statement(envelope)),
            )
        )
        announce(connection)

    def _proposal(self, connection: Connection, number: int) -> Any:
        asked = select(PUBLICATION).where(_P.number == number, _P.state == "proposed")
        row = connection.execute(asked.with_for_update()).first()
        if row is None:
            refuse_decided(connection, PUBLICATION, number)
            raise ServiceRefusal("NO_SUCH_PROPOSAL", number=number)
        return row

    def _refuse_old(
        self, connection: Connection, programme: Programme, reason: str = "VERSION_NOT_NEWER"
    ) -> None:
        asked = select(func.max(_F.version)).join(PUBLICATION, _P.hash == _F.hash)
        asked = asked.where(_F.programme_id == programme.id, _P.state == "approved")
        newest = int(connection.execute(asked).scalar() or 0)
        if programme.version <= newest:
            raise ServiceRefusal(reason, version=programme.version, newest=newest)

    def _keep(self, connection: Connection, programme: Programme, data: bytes, by: str) -> None:
        known = select(_F.hash).where(_F.hash == programme.hash)
        if connection.execute(known).first():
            return
        connection.execute(
            PROGRAMME_FILE.insert().values(
                hash=programme.hash, programme_id=programme.id, version=programme.version,
                toml=data, kept_by=by, kept_s=self._now_s(),
            )
        )  # fmt: skip
        note(connection, self._now_s(), by, "file_kept", hash=programme.hash.hex())

    def _file(self, connection: Connection, digest: bytes) -> bytes:
        found = connection.execute(select(_F.toml).where(_F.hash == digest)).first()
        if found is None:
            raise ServiceRefusal("NO_SUCH_FILE")
        return bytes(found.toml)

    def _read(self, data: bytes) -> Programme:
        if len(data) > FILE_BYTES_MAX:
            raise ServiceRefusal("FILE_TOO_LARGE", limit=FILE_BYTES_MAX)
        return read_programme(data)

    def _note(
        self, connection: Connection, by: str, what: str, number: int, programme: Programme
    ) -> None:
        told = f"{programme.id} {programme.version}"
        note(connection, self._now_s(), by, what, number=str(number), programme=told)

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _bytes_of(digest: str) -> bytes:
    try:
        return bytes.fromhex(digest)
    except ValueError:
        raise ServiceRefusal("NO_SUCH_FILE") from None
