"""The judging lane: each sale is judged again by the programme that it pinned, till by till.

Shape: `Judging.step()` takes some tills that nobody has, goes through a bounded piece of the
journal of each, and writes what came of it in one short transaction that moves the tills' judging
places on. Who has a till has it for a while only: a worker that was killed holds up nobody, and
what it had not written is judged again. A place moves from where it stood or not at all, so nothing
is written twice whoever does it. A till that cannot be judged holds up no other one of its step.

A sale whose programme head office never saw, or whose goods or member it was not told of, waits on
a list of its own and is judged when that comes. Nothing here changes what a sale did: the printed
promise is honoured, and somebody sees the difference. Points above the policy's most are held back
in the same transaction (`holds.py`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.money import currency
from posloyalty.headoffice.judging.holds import Above, Caps, add_days, hold
from posloyalty.headoffice.judging.reading import (
    Read,
    read,
    rung,
    unread_row,
    variance_row,
    waits_row,
)
from posloyalty.headoffice.judging.till_reading import TillSeen, past_up_to
from posloyalty.headoffice.ledger.goods_told import told_at
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.programmes.risk import kept_policy
from posloyalty.headoffice.running.logs import tell_fault
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.console_tables import PUBLICATION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.judging_tables import (
    ARTICLE_TOLD,
    JUDGING_PLACE,
    SALE_UNJUDGED,
    SALE_VARIANCE,
)
from posloyalty.headoffice.store.statements import many_of, on_postgresql, put_new
from posloyalty.services.ports import Clock
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing
from posloyalty.sync.office.holding import gains
from posloyalty.sync.office.judging import (
    Asked,
    Difference,
    Verdict,
    differences,
    due_under,
    figures_of,
    judge,
)
from posloyalty.sync.office.till_book import TillBook
from posloyalty.sync.risk_policy import RiskPolicy

EVENTS_MAX: Final = 200
"""How many events of a journal one step goes through."""
TILLS_MAX: Final = 32
"""How many tills one step takes, of which no more than `EVENTS_MAX` events are waiting together."""
AGAIN_MAX: Final = 50
"""How many sales that waited one step judges again."""
CLAIMED_S: Final = 120
"""So long a worker has a till; a step takes a fraction of it."""
STALE_DAYS: Final = 7
"""So long a till may go by what a newer version has replaced before its sales are named."""
DIFFERS: Final = "differs"
OLD: Final = "old"
STOPPED: Final = "stopped"
VERSION: Final = "version"
RULES: Final = "rules"
_BOOKS_KEPT: Final = 8
_BOOK_SIZE_MAX: Final = 20_000
_NO_PROGRAMME: Final = sha256(b"").digest()
_WAITING: Final = """
EXISTS (SELECT 1 FROM sale_unjudged u WHERE u.till_id = j.till_id AND ({due}))"""
_DUE: Final = """
u.due = 1 OR (u.why = 'version' AND EXISTS (SELECT 1 FROM programme_file f WHERE f.hash = u.hash))
"""
_NEXT: Final = """
SELECT j.till_id, j.epoch, j.seq, p.epoch, p.seq, t.store_code, t.till_code, {waiting}
FROM judging_place j
JOIN journal_place p ON p.till_id = j.till_id JOIN till t ON t.till_id = j.till_id
WHERE NOT {mark} BETWEEN j.claimed_until_s - {longest} AND j.claimed_until_s - 1
AND (p.epoch > j.epoch OR (p.epoch = j.epoch AND p.seq > j.seq) OR {waiting})
ORDER BY j.turn_s, j.till_id LIMIT {mark}"""
_TAKE: Final = "UPDATE judging_place SET claimed_until_s = ?, turn_s = ? WHERE till_id IN"
_EVENTS: Final = """
SELECT epoch, seq, event_id, body, received_s FROM journal_event
WHERE till_id = {mark} AND (epoch > {mark} OR (epoch = {mark} AND seq > {mark}))
ORDER BY epoch, seq LIMIT {mark}"""
_AGAIN: Final = """
SELECT j.epoch, j.seq, j.event_id, j.body, j.received_s, u.since_s FROM sale_unjudged u
JOIN journal_event j ON j.till_id = u.till_id AND j.epoch = u.epoch AND j.seq = u.seq
WHERE u.till_id = {mark} AND ({due}) ORDER BY u.epoch, u.seq LIMIT {mark}"""
_MOVE: Final = """
UPDATE judging_place SET epoch = {mark}, seq = {mark}, sales = sales + {mark},
    explained = explained + {mark}, claimed_until_s = 0
WHERE till_id = {mark} AND epoch = {mark} AND seq = {mark} AND claimed_until_s = {mark}"""
_FREE: Final = "UPDATE sale_unjudged SET due = 1 WHERE till_id = {mark} AND why = 'goods'"
_GONE: Final = """
DELETE FROM sale_unjudged WHERE till_id = {mark} AND epoch = {mark} AND seq = {mark}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A till that this worker has: where its judging stands, where its journal does, until when,
    and whether sales of it wait that may be judged now.
    """

    till_id: bytes
    epoch: int
    seq: int
    to_epoch: int
    to_seq: int
    until_s: int
    place: Place
    waits: bool


@dataclass(slots=True)
class _Outcome:
    """What a step writes of a till, and through how many events it went."""

    epoch: int
    seq: int
    went: int
    sales: int = 0
    explained: int = 0
    done: list[tuple[int, int]] = field(default_factory=list)
    variances: list[tuple[Any, ...]] = field(default_factory=list)
    unjudged: list[tuple[Any, ...]] = field(default_factory=list)
    articles: list[tuple[Any, ...]] = field(default_factory=list)
    above: list[Above] = field(default_factory=list)
    days: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Court:
    """What every sale of a step is judged with."""

    connection: Connection
    published: Sequence[Any]
    policy: RiskPolicy


class Judging:
    """The judging of one server process."""

    def __init__(
        self,
        database: Database,
        office: Office,
        clock: Clock,
        programmes: ReadProgrammes | None = None,
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._programmes = ReadProgrammes() if programmes is None else programmes
        self._books: OrderedDict[bytes, tuple[tuple[int, int], TillBook]] = OrderedDict()
        self._reading: Connection | None = None

    def step(self) -> int:
        """Judge a piece of some tills' journals, or sales that waited; how many events that were,
        at least one a till.
        """
        claims = self._database.again(self._claim)
        if len(claims) > 1:
            with suppress(Exception):
                return self._done(claims)
        return self._one_by_one(claims)

    def catch_up(self) -> None:
        """Until nothing is left that can be judged."""
        while self.step():
            pass

    def _one_by_one(self, claims: Sequence[_Claim]) -> int:
        """The same, so that a till that cannot be judged holds up no other one."""
        went, faults = 0, []
        for claim in claims:
            try:
                went += self._done([claim])
            except Exception as fault:  # noqa: BLE001 - the others have their turn first
                till = claim.till_id.hex()
                tell_fault("judging_till_fault", fault, till=till, seq=claim.seq)
                faults.append(fault)
        if faults:
            raise faults[0]
        return went

    def _done(self, claims: Sequence[_Claim]) -> int:
        if not claims:
            return 0
        outcomes = self._judged(claims)
        self._database.again(lambda: self._write(claims, outcomes))
        return sum(max(1, one.went) for one in outcomes)

    def _judged(self, claims: Sequence[_Claim]) -> list[_Outcome]:
        with self._read() as connection:
            policy = kept_policy(connection).read()
            court = _Court(connection, _published(connection), policy)
            return [self._outcome(court, claim) for claim in claims]

    def _outcome(self, court: _Court, claim: _Claim) -> _Outcome:
        """What comes of one till."""
        rows = _rows(court.connection, _AGAIN, claim.till_id, AGAIN_MAX) if claim.waits else []
        return self._judged_again(court, claim, rows) if rows else self._gone_through(court, claim)

    # Some tills at a time

    def _claim(self) -> list[_Claim]:
        now_s = self._now_s()
        until_s = now_s + CLAIMED_S
        with self._database.write() as connection:
            put_new(connection, JUDGING_PLACE, _unplaced(connection))
            lock = " FOR UPDATE OF j SKIP LOCKED" if on_postgresql(connection) else ""
            waiting = _WAITING.format(due=_DUE)
            asked = _NEXT.format(mark=_mark(connection), waiting=waiting, longest=CLAIMED_S) + lock
            claims, waiting_events = list[_Claim](), 0
            for row in connection.exec_driver_sql(asked, (now_s, TILLS_MAX)):
                waiting_events += AGAIN_MAX if row[7] else 1 + abs(row[4] - row[2])
                if claims and waiting_events > EVENTS_MAX:
                    break  # whoever looks next takes it
                claims.append(_claimed(row, until_s))
            ids = [one.till_id for one in claims]
            if ids:
                taken = many_of(connection, _TAKE, ids, until_s, now_s)
                connection.exec_driver_sql(*taken)
        return claims

    def _gone_through(self, court: _Court, claim: _Claim) -> _Outcome:
        """The next events of the journal, in their order."""
        connection = court.connection
        wording = _EVENTS.format(mark=_mark(connection))
        bound = (claim.till_id, claim.epoch, claim.epoch, claim.seq, EVENTS_MAX)
        rows = connection.exec_driver_sql(wording, bound).all()
        if not rows:
            # It went on in another epoch and has written nothing there.
            return _Outcome(claim.to_epoch, claim.to_seq, 0)
        # What a till lost when it was put back is in no book of the epoch after it.
        rows = [row for row in rows if row[0] == rows[0][0]]
        book = self._book(claim, rows[0])
        outcome = _Outcome(rows[-1][0], rows[-1][1], len(rows))
        seen = TillSeen(connection, claim.till_id, claim.place, epoch=rows[0][0], seq=rows[0][1])
        caps = Caps.of(connection, claim.till_id, court.policy)
        outcome.days = caps.days
        for row in rows:
            told = read(bytes(row[3]))
            if told is None:
                continue  # listed as an anomaly already, and counts nowhere
            event = told.event
            if isinstance(event, events.Goods):
                seen.learn(event)
                outcome.articles += told_at(claim.till_id, row[0], row[1], event)
            if isinstance(event, events.Sale):
                self._sold(court, claim, row, told, book, seen, outcome)
                outcome.above += caps.above(row[0], row[1], event, gains(told.does))
            if isinstance(event, Doing):
                book.take(bytes(row[2]), told.does)
        self._keep(claim, outcome, book)
        return outcome

    def _judged_again(self, court: _Court, claim: _Claim, rows: Sequence[Any]) -> _Outcome:
        """Sales of which more is known now, each in the book of its own place."""
        outcome = _Outcome(claim.epoch, claim.seq, len(rows))
        connection = court.connection
        for row in rows:
            told = read(bytes(row[3]))
            assert told is not None  # nothing else waits
            past = past_up_to(self._connected, claim.till_id, row[0], row[1] - 1)
            seen = TillSeen(connection, claim.till_id, claim.place, epoch=row[0], seq=row[1])
            outcome.done.append((row[0], row[1]))
            self._sold(court, claim, row, told, TillBook(past), seen, outcome)
        return outcome

    def _sold(
        self,
        court: _Court,
        claim: _Claim,
        row: Any,
        told: Read,
        book: TillBook,
        here: TillSeen,
        outcome: _Outcome,
    ) -> None:
        """What comes of one sale; one that no till rings waits for somebody to look at the till."""
        assert isinstance(told.event, events.Sale)  # so says who calls
        sale = rung(told.event)
        if sale is not None:
            asked = Asked(sale=sale, did=told.does, book=book, here=here)
            self._judge(court, claim, row, asked, outcome)
            return
        waits = unread_row(
            claim.till_id,
            (row[0], row[1]),
            claim.place,
            told.event,
            RULES,
            since_s=self._since(row),
        )
        outcome.unjudged.append(waits)

    def _judge(
        self, court: _Court, claim: _Claim, row: Any, asked: Asked, outcome: _Outcome
    ) -> None:
        sale = asked.sale
        try:
            programme = self._programme(court.connection, sale)
            unseen = Verdict(unknown=VERSION)
            verdict = unseen if programme is None else judge(asked, programme)
            named = None if verdict.unknown else self._by_old_rules(court, asked)
        except Exception as fault:  # noqa: BLE001 - what a forger wrote must not stop the others
            tell_fault("judging_fault", fault, till=claim.till_id.hex(), seq=row[1])
            verdict, named = Verdict(unknown=RULES), None
        if verdict.unknown:
            since_s = self._since(row)
            at = row[0], row[1]
            waits = waits_row(claim.till_id, at, sale, verdict.unknown, since_s=since_s)
            outcome.unjudged.append(waits)
            return
        outcome.sales += 1
        outcome.explained += bool(verdict.explained)
        if verdict.differences:
            outcome.variances.append(self._variance(claim, row, sale, DIFFERS, verdict.differences))
        if named is not None:
            outcome.variances.append(self._variance(claim, row, sale, *named))

    def _by_old_rules(
        self, court: _Court, asked: Asked
    ) -> tuple[str, tuple[Difference, ...]] | None:
        """Whether a sale went by rules that no longer held, and what those in effect would have
        given: at once where they were stopped or gone back from, else after a while.
        """
        sale = asked.sale
        running = _in_effect(court.published, sale.at)
        if running is None or bytes(running.hash) == sale.programme_hash:
            return None
        withdrawn = running.kind in ("stop", "back")
        since = timedelta(seconds=sale.at.timestamp() - running.from_s)
        if not withdrawn and since <= timedelta(days=STALE_DAYS):
            return None
        programme = self._programmes.by_hash(court.connection, bytes(running.hash))
        due = None if programme is None else due_under(asked, programme)
        parts = () if due is None else differences(figures_of(sale, asked.did), due)
        return STOPPED if withdrawn else OLD, parts

    def _variance(
        self, claim: _Claim, row: Any, sale: Sale, kind: str, parts: Iterable[Difference]
    ) -> tuple[Any, ...]:
        return variance_row(
            claim.till_id, (row[0], row[1]), sale, kind, parts,
            received_s=row[4], now_s=self._now_s(),
        )  # fmt: skip

    def _since(self, row: Any) -> int:
        """Since when a sale waits: one that waited before says so."""
        return int(row[5]) if len(row) > 5 else self._now_s()

    # Writing

    def _write(self, claims: Sequence[_Claim], outcomes: Sequence[_Outcome]) -> None:
        """All of it, but of a till that somebody else has meanwhile."""
        with self._database.write() as connection:
            for claim, outcome in zip(claims, outcomes, strict=True):
                self._write_of(connection, claim, outcome)

    def _write_of(self, connection: Connection, claim: _Claim, outcome: _Outcome) -> None:
        mark = _mark(connection)
        moved = connection.exec_driver_sql(
            _MOVE.format(mark=mark),
            (
                outcome.epoch, outcome.seq, outcome.sales, outcome.explained,
                claim.till_id, claim.epoch, claim.seq, claim.until_s,
            ),
        ).rowcount  # fmt: skip
        if not moved:
            self._books.pop(claim.till_id, None)
            return
        for epoch, seq in outcome.done:
            gone = (claim.till_id, epoch, seq)
            connection.exec_driver_sql(_GONE.format(mark=mark), gone)
        put_new(connection, ARTICLE_TOLD, outcome.articles)
        put_new(connection, SALE_UNJUDGED, outcome.unjudged)
        put_new(connection, SALE_VARIANCE, outcome.variances)
        add_days(connection, claim.till_id, outcome.days)
        now = self._clock.now()
        hold(self._database, connection, self._office, claim.till_id, outcome.above, now=now)
        if outcome.articles:
            connection.exec_driver_sql(_FREE.format(mark=mark), (claim.till_id,))

    # What is kept between steps

    def _book(self, claim: _Claim, first: Any) -> TillBook:
        """The till's book before an event: that of the last step, where that ended there."""
        kept = self._books.pop(claim.till_id, None)
        if kept is not None and kept[0] == (claim.epoch, claim.seq) and first[0] == claim.epoch:
            return kept[1]
        return TillBook(past_up_to(self._connected, claim.till_id, first[0], first[1] - 1))

    def _keep(self, claim: _Claim, outcome: _Outcome, book: TillBook) -> None:
        if book.size <= _BOOK_SIZE_MAX:
            self._books[claim.till_id] = ((outcome.epoch, outcome.seq), book)
            while len(self._books) > _BOOKS_KEPT:
                self._books.popitem(last=False)

    def _programme(self, connection: Connection, sale: Sale) -> Programme | None:
        """The programme that a sale pinned; None for one that head office never saw."""
        if sale.programme_hash == _NO_PROGRAMME:
            zone = sale.at.tzinfo
            return None if zone is None else without_programme(currency(sale.currency), zone)
        return self._programmes.by_hash(connection, sale.programme_hash)

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """The connection on which this step reads, for books that read of somebody later."""
        with self._database.read() as connection:
            self._reading = connection
            try:
                yield connection
            finally:
                self._reading = None

    def _connected(self) -> Connection:
        assert self._reading is not None  # a book is asked within a step alone
        return self._reading

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _claimed(row: Any, until_s: int) -> _Claim:
    return _Claim(
        till_id=bytes(row[0]),
        epoch=row[1],
        seq=row[2],
        to_epoch=row[3],
        to_seq=row[4],
        until_s=until_s,
        place=Place(row[5], row[6]),
        waits=bool(row[7]),
    )


def _published(connection: Connection) -> Sequence[Any]:
    p = PUBLICATION.c
    asked = select(p.number, p.hash, p.kind, p.from_s, p.until_s).where(p.state == "approved")
    return connection.execute(asked.order_by(p.from_s, p.number)).all()


def _in_effect(published: Sequence[Any], at: datetime) -> Any:
    """The publication in effect at an instant; None for none."""
    at_s = at.timestamp()
    holds = (
        row
        for row in published
        if row.from_s <= at_s and (row.until_s is None or row.until_s > at_s)
    )
    return max(holds, key=lambda row: (row.from_s, row.number), default=None)


def _unplaced(connection: Connection) -> list[tuple[Any, ...]]:
    """A place for each till that has none yet."""
    asked = """SELECT p.till_id FROM journal_place p WHERE NOT EXISTS (
        SELECT 1 FROM judging_place j WHERE j.till_id = p.till_id)"""
    rows = connection.exec_driver_sql(asked).all()
    return [(bytes(row[0]), 0, 0, 0, 0, 0, 0) for row in rows]


def _rows(connection: Connection, wording: str, till_id: bytes, most: int) -> list[Any]:
    asked = wording.format(mark=_mark(connection), due=_DUE)
    return list(connection.exec_driver_sql(asked, (till_id, most)).all())


def _mark(connection: Connection) -> str:
    return "%s" if on_postgresql(connection) else "?"
