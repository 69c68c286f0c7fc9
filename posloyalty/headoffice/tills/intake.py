"""The journals come in: a stretch of a journal, a till's own events back.

A push is one transaction, of its own or with those of other tills: the row of the till's place is
locked, the stretch is judged (`sync/office/intake`), what is new is kept byte for byte, the place
moves, and after the commit the answer names it. A lost answer therefore costs nothing, and two
requests at once wait for one another. Places are locked in the order of tills' ids, and then all
owners of whom something came, in the order of theirs, so that two such transactions do not wait for
one another. Nothing that a till sold is refused for what it says: an event that cannot be read, or
looks wrong, is kept like any other and listed as an anomaly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.headoffice.ledger.at_once import AT_ONCE_FROM, AtOnce
from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.folds import Left
from posloyalty.headoffice.ledger.shelf import follow_leases
from posloyalty.headoffice.members.buyers import Buyers, Row
from posloyalty.headoffice.members.buyers import note as note_buyers
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import ask, bump, marked, run
from posloyalty.headoffice.store.tables import (
    ANOMALY,
    FORK_EVENT,
    JOURNAL_EVENT,
    QUARANTINE,
)
from posloyalty.headoffice.tills import lives
from posloyalty.headoffice.tills.admission import till_id
from posloyalty.headoffice.tills.epochs import note_writing, written_in
from posloyalty.headoffice.tills.keeping import read_new, take_in
from posloyalty.headoffice.tills.news import who_has_news
from posloyalty.headoffice.tills.places import (
    kept_hashes,
    locked_place,
    locked_places,
    standing,
)
from posloyalty.headoffice.tills.recent import Recent
from posloyalty.headoffice.tills.visits import (
    LINES,
    Refused,
    Reply,
    Request,
    Visit,
    never,
    problem,
    refusal,
    reply,
)
from posloyalty.services.book.signing import verify
from posloyalty.sync.journal import FIRST_EPOCH, StoredEvent
from posloyalty.sync.journals import Place
from posloyalty.sync.office.intake import Judgement, Verdict, judged
from posloyalty.sync.wire.acknowledgements import Acknowledgement, acknowledged
from posloyalty.sync.wire.batch import (
    BYTES_MAX,
    EVENTS_MAX,
    BadBatch,
    Stretch,
    read_plain,
    read_stretch,
    write_stretch,
)
from posloyalty.sync.wire.messages import Problem, Pushed
from posloyalty.sync.wire.packing import (
    GZIP,
    LZMA2,
    BadPacking,
    densely_unpacked,
    packed,
    unpacked,
)
from posloyalty.sync.wire.short.stretch import SHORT, Sources, read_short

AHEAD_MAX: Final = timedelta(minutes=10)
"""How far a till's time may be ahead before its events are listed."""
FORK_EVENTS_MAX: Final = 20_000
QUARANTINED_MAX: Final = 2_000
"""How much of another branch, and how many batches of a revoked till, are kept."""

_J = JOURNAL_EVENT.c
_BODY: Final = "SELECT body FROM journal_event WHERE till_id = ? AND epoch = ? AND seq = ?"
_SEEN: Final = "UPDATE till SET seen_s = ?, waiting = ? WHERE till_id = ?"


_Then = Callable[[], None] | None
"""What is done once the transaction stands."""
_Ends = Callable[[], _Then]
"""The last that is done for a stretch within the transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coming:
    """A stretch that follows what is kept, and what is new of it; None where nothing is."""

    visit: Visit
    stretch: Stretch
    place: Place
    judgement: Judgement
    batch: Batch | None

    @property
    def is_all(self) -> bool:
        """Whether the till holds nothing behind it."""
        return self.stretch.waiting == 0


@dataclass(frozen=True, slots=True)
class Intake:
    """Keeps what tills send."""

    database: Database
    recent: Recent
    office: Office
    buyers: Buyers

    def stretch_of(self, request: Request) -> Stretch:
        """The stretch that a request carries, within its bounds; raises `Refused`.

        Only what a short form leans on is looked up for it, outside of any transaction: rows that
        are kept never change.
        """
        return _read(request, FORMS, partial(self._bodies, till_id(request)))

    def _bodies(self, till: bytes, epoch: int, seqs: Sequence[int]) -> list[bytes]:
        with self.database.read() as connection:
            wording = marked(connection, _BODY)
            found = ask(connection, *((wording, (till, epoch, seq)) for seq in seqs))
        return [bytes(body) for rows in found for (body,) in rows]

    def push(self, visit: Visit, stretch: Stretch) -> Reply:
        """Keep what is new of a stretch."""
        (given,) = self.push_all([(visit, stretch)])
        assert given is not None  # whoever sends is answered or refused
        return given

    def push_all(self, asked: Sequence[tuple[Visit, Stretch]]) -> list[Reply | None]:
        """Keep what is new of some tills' stretches, each judged and answered by itself. Among
        others a long one is left to a transaction of its own: the ledger folds it at once, and what
        it locks for that the others would hold on to.
        """
        given: list[Reply | None] = [_not_its_own(visit, stretch) for visit, stretch in asked]
        most = AT_ONCE_FROM if len(asked) > 1 else EVENTS_MAX + 1
        sound = [
            place
            for place, found in enumerate(given)
            if found is None and len(asked[place][1].sent) < most
        ]
        if not sound:
            return given
        standing_at = locked_places([asked[place][0] for place in sound])
        coming: dict[int, _Coming] = {}
        for number in sound:
            visit, stretch = asked[number]
            place, last_at_us = standing_at[bytes(visit.till.till_id)]
            # Nothing is kept yet of a journal whose epoch is its first; a later one has its own
            # place.
            known = None if place.seq == 0 and place.epoch == FIRST_EPOCH else place
            judgement = judged(
                stretch, place=known, genesis=bytes(visit.till.genesis), kept=kept_hashes(visit)
            )
            if judgement.verdict is Verdict.TAKEN:
                coming[number] = self._coming(visit, stretch, place, judgement, last_at_us)
            else:
                refuse = _REFUSALS[judgement.verdict]
                given[number] = refuse(self, visit, stretch, place, judgement)
        self._lock_owners(list(coming.values()))
        taken = {number: self._taken(one) for number, one in coming.items()}
        last = [bytes(one.visit.till.till_id) for one in coming.values() if one.is_all]
        news = set()
        if last:
            any_visit = coming[next(iter(coming))].visit
            news = who_has_news(any_visit.connection, last, now_s=any_visit.now_s)
        for number, (said, ends) in taken.items():
            if coming[number].is_all:
                visit = coming[number].visit
                has = bytes(visit.till.till_id) in news
                # Who has not heard of this life yet is made to ask, and hears that by a hello.
                said = _with_news(said, has or lives.is_awaited(visit))
            given[number] = replace(reply(said, taken=said.new), then=ends())
        return given

    def _coming(
        self,
        visit: Visit,
        stretch: Stretch,
        place: Place,
        judgement: Judgement,
        last_at_us: int,
    ) -> _Coming:
        """A stretch that follows, with what is new of it read."""
        batch = None
        if judgement.new:
            batch = read_new(
                visit.connection,
                visit.till,
                judgement.new,
                last_at_us=last_at_us,
                latest=visit.now + AHEAD_MAX,
                wrapped=stretch.wrapped(),
            )
        return _Coming(visit=visit, stretch=stretch, place=place, judgement=judgement, batch=batch)

    def _lock_owners(self, coming: Sequence[_Coming]) -> None:
        """Where several tills' events are filed one after the other, everybody whom they concern is
        locked before; those of rights that are only changed are not known here.
        """
        batches = [one.batch for one in coming if one.batch is not None]
        if len(batches) < 2:
            return
        owners: set[bytes] = set()
        for filing in (one for batch in batches for one in batch.filings if one is not None):
            owners |= filing.knows
            if filing.counts:
                owners |= filing.owners
        if owners:
            visit = coming[0].visit
            bump(visit.connection, [(owner, 0) for owner in sorted(owners)], visit.now_s)

    def _taken(self, one: _Coming) -> tuple[Pushed, _Ends]:
        """The new events are kept and the place moves on; what is said of it, and how it ends."""
        visit, stretch, place = one.visit, one.stretch, one.place
        anomalies: tuple[tuple[int, str], ...] = ()
        ends: _Ends = _with_nothing
        if one.batch is not None:
            store = str(visit.till.store_code)
            bought = self.buyers.new_of(store, one.batch.filings, now_s=visit.now_s)
            fold, anomalies = self._take_in(visit, stretch, one.batch, bought)
            ends = partial(self._folded, fold, bought)
            note_writing(visit, stretch, one.judgement.new[0].seq)
            last = one.judgement.new[-1]
            place = Place(epoch=stretch.under, seq=last.seq, hash=last.hash)
        else:
            _seen(visit, waiting=stretch.waiting)
        if one.is_all and not lives.is_awaited(visit):
            lives.heard_all(visit)
        said = Pushed(
            acked=standing(place),
            ack=self._acknowledged(visit, place),
            new=len(one.judgement.new),
            duplicates=one.judgement.duplicates,
            anomalies=anomalies,
        )
        return said, ends

    def _folded(self, fold: Callable[[], Left], bought: Sequence[Row]) -> _Then:
        """The ledger folds what it can; what is left is noted once the transaction stands."""
        return partial(self._remember, fold(), bought)

    def _remember(self, left: Left, bought: Sequence[Row]) -> None:
        """What was taken in stands."""
        self.recent.note(left.waiting, left.owners)
        self.buyers.remember(bought)

    def ask_for_more(
        self, visit: Visit, stretch: Stretch, place: Place, _judgement: Judgement
    ) -> Reply:
        """Something is missing between what is kept and what came."""
        _seen(visit, waiting=max(0, stretch.last_seq + stretch.waiting - place.seq))
        return problem(409, Problem(code="GAP", retry="after_action", acked=standing(place)))

    def keep_fork(
        self, visit: Visit, stretch: Stretch, place: Place, judgement: Judgement
    ) -> Reply:
        """Another branch of the journal: evidence, beside the journal and never in it."""
        self._keep_evidence(visit, stretch.under, judgement.new)
        said = Problem(
            code="FORK",
            retry="after_action",
            acked=standing(place),
            at=judgement.fork_at,
            theirs=judgement.kept_hash.hex(),
        )
        return problem(409, said)

    def refuse_chain(
        self, _visit: Visit, _stretch: Stretch, place: Place, _judgement: Judgement
    ) -> Reply:
        """The stretch does not hang together, so nothing of it can be placed."""
        said = Problem(code="CHAIN_BAD", retry="after_action", acked=standing(place))
        return problem(422, said)

    def quarantine(self, visit: Visit) -> Reply:
        """A revoked till's batch as it came: its sales are not lost, and count nowhere yet."""
        held = select(func.count()).where(QUARANTINE.c.till_id == visit.till.till_id)
        if visit.connection.execute(held).scalar_one() >= QUARANTINED_MAX:
            raise Refused(429, Problem(code="QUARANTINE_FULL", retry="after_action"))
        digest = sha256(visit.request.body).digest()
        mine = (QUARANTINE.c.till_id == visit.till.till_id) & (QUARANTINE.c.digest == digest)
        known = visit.connection.execute(select(QUARANTINE.c.digest).where(mine)).first()
        if known is None:
            row = (visit.till.till_id, digest, visit.request.body, visit.now_s)
            self.database.put(visit.connection, QUARANTINE, [row])
        place = standing(locked_place(visit))
        return reply(Pushed(acked=place, new=0, duplicates=0), status=202)

    def own_events(self, visit: Visit) -> Reply:
        """A stretch of what is kept of this till, as it was sent."""
        query = visit.request.query
        epoch, first, count = (_number(query, name) for name in ("epoch", "from", "n"))
        rows = visit.connection.execute(
            select(JOURNAL_EVENT)
            .where(_J.till_id == visit.till.till_id, _J.epoch == epoch, _J.seq >= first)
            .order_by(_J.seq)
            .limit(min(count, EVENTS_MAX))
        ).all()
        if not rows:
            raise never(404, "NO_EVENTS")
        till_id = bytes(visit.till.till_id)
        written, last = written_in(visit.connection, till_id, epoch, rows[0].seq)
        body = write_stretch(
            [_stored(row, written) for row in rows if row.seq <= last],
            till_id=till_id,
            previous=_hash_before(visit, epoch, rows[0].seq),
            signature=bytes(64),
            waiting=0,
            under=epoch,
        )
        return Reply(status=200, body=packed(body), kind=LINES, packed=True)

    def _take_in(
        self, visit: Visit, stretch: Stretch, batch: Batch, bought: Sequence[Row]
    ) -> tuple[Callable[[], Left], tuple[tuple[int, str], ...]]:
        """File and keep new events, follow the leases they used, note who bought; what looks wrong
        is listed. Gives the fold that is still to do.
        """

        def also(connection: Connection) -> None:
            _seen(visit, waiting=stretch.waiting)
            note_buyers(connection, bought)

        claimed = lives.claims(visit, batch)
        taken, fold = take_in(
            self.database,
            visit.connection,
            batch,
            signature=stretch.signature,
            now_s=visit.now_s,
            also=also,
            folds=AtOnce(visit.connection, now_s=visit.now_s, commits=True)
            if len(batch.stored) >= AT_ONCE_FROM
            else None,
        )
        follow_leases(visit.connection, batch.till_id, taken.filed, batch.last_at)
        reused = [(seq, "ID_REUSED") for seq in taken.reused]
        retold = [(seq, "LEASE_RETOLD") for seq in claimed]
        doubled = [(one.seq, one.code) for one in taken.doubled]
        anomalies = (*batch.faults, *reused, *retold, *doubled)
        rows = [(batch.till_id, stretch.under, seq, code, visit.now_s) for seq, code in anomalies]
        if rows:
            self.database.put(visit.connection, ANOMALY, rows)
        return fold, anomalies

    def _acknowledged(self, visit: Visit, place: Place) -> Acknowledgement:
        return acknowledged(
            self.office.seed,
            till_id=bytes(visit.till.till_id),
            life=self.office.life,
            seq=place.seq,
            head=place.hash,
        )

    def _keep_evidence(self, visit: Visit, epoch: int, branch: tuple[StoredEvent, ...]) -> None:
        till = visit.till.till_id
        held = visit.connection.execute(
            select(func.count()).where(FORK_EVENT.c.till_id == till)
        ).scalar_one()
        places = [one.seq for one in branch]
        kept = visit.connection.execute(
            select(FORK_EVENT.c.seq, FORK_EVENT.c.hash).where(
                FORK_EVENT.c.till_id == till,
                FORK_EVENT.c.epoch == epoch,
                FORK_EVENT.c.seq.in_(places),
            )
        )
        known = {(row.seq, bytes(row.hash)) for row in kept}
        rows = [
            (till, epoch, one.seq, one.hash, one.event_id, one.body, visit.now_s)
            for one in branch
            if (one.seq, one.hash) not in known
        ]
        if rows and held < FORK_EVENTS_MAX:
            self.database.put(visit.connection, FORK_EVENT, rows)


_Form = Callable[[bytes, bytes, Sources], Stretch]
FORMS: Final[dict[str, _Form]] = {
    GZIP: lambda body, _till, _there: read_stretch(unpacked(body, most_bytes=BYTES_MAX)),
    LZMA2: lambda body, _till, _there: read_plain(densely_unpacked(body, most_bytes=BYTES_MAX)),
    SHORT: lambda body, till, there: read_short(body, till_id=till, sources=there),
}
"""By a request's content encoding: how the till's body is read, with what is kept of it."""
_Answer = Callable[[Intake, Visit, Stretch, Place, Judgement], Reply]
_REFUSALS: Final[Mapping[Verdict, _Answer]] = {
    Verdict.GAP: Intake.ask_for_more,
    Verdict.FORK: Intake.keep_fork,
    Verdict.CHAIN_BAD: Intake.refuse_chain,
}


def _not_its_own(visit: Visit, stretch: Stretch) -> Reply | None:
    """The refusal of a stretch that is not the visitor's."""
    if stretch.till_id != visit.till.till_id:
        return refusal(never(403, "OTHER_TILL"))
    if not verify(visit.till.public_key, stretch.statement(), stretch.signature):
        return refusal(never(422, "BAD_SIGNATURE"))
    return None


def lines_of(request: Request) -> Stretch:
    """The stretch of a request that has to be in lines, since it is kept as it came."""
    return _read(request, {GZIP: FORMS[GZIP]}, lambda _epoch, _seqs: ())


def _read(request: Request, forms: Mapping[str, _Form], sources: Sources) -> Stretch:
    form = forms.get(request.headers.get("content-encoding", ""))
    if form is None:
        raise never(415, "NOT_PACKED")
    try:
        return form(request.body, till_id(request), sources)
    except BadPacking as fault:
        status = 413 if fault.code == "TOO_LARGE" else 400
        most = BYTES_MAX if status == 413 else 0
        raise Refused(status, Problem(code=fault.code, retry="never", most=most)) from None
    except BadBatch as fault:
        raise never(409 if fault.code == "NO_SOURCE" else 400, fault.code) from None


def _hash_before(visit: Visit, epoch: int, seq: int) -> bytes:
    asked = select(_J.hash).where(
        _J.till_id == visit.till.till_id, _J.seq == seq - 1, _J.epoch <= epoch
    )
    row = visit.connection.execute(asked.order_by(_J.epoch.desc())).first()
    return bytes(visit.till.genesis if row is None else row.hash)


def _seen(visit: Visit, *, waiting: int) -> None:
    run(visit.connection, _SEEN, (visit.now_s, waiting, visit.till.till_id))


def _with_news(said: Pushed, has: bool) -> Pushed:
    return msgspec.structs.replace(said, news=has)


def _number(query: Mapping[str, str], name: str) -> int:
    written = query.get(name, "")
    if not (written.isascii() and written.isdigit() and 0 < len(written) <= 16):
        raise never(400, "BAD_QUERY")
    return int(written)


def _with_nothing() -> None:
    """Nothing is left to do."""


def _stored(row: Any, written: int) -> StoredEvent:
    return StoredEvent(
        seq=row.seq,
        epoch=written,
        event_id=bytes(row.event_id),
        kind="",
        at="",
        body=bytes(row.body),
        hash=bytes(row.hash),
    )
