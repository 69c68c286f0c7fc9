"""The journals come in: a stretch of a journal, a till's own events back.

A push is one transaction, of its own or with those of other tills: the row of the till's place is
locked, the stretch is judged (`sync/office/intake`), what is new is kept byte for byte, the place
moves, and after the commit the answer names it. A lost answer therefore costs nothing, and two
requests at once wait for one another. Places are locked in the order of tills' ids, and then all
owners of whom something came, in the order of theirs, so that two such transactions do not wait for
one another. What several tills bring is filed, kept and folded as one, with hardly more statements
than of one till. Nothing that a till sold is refused for what it says: an event that cannot be
read, or looks wrong, is kept like any other and listed as an anomaly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.headoffice.cases.others_leases import LEASE_OF_OTHER, to_list
from posloyalty.headoffice.ledger.at_once import AT_ONCE_FROM, AtOnce
from posloyalty.headoffice.ledger.batch import Batch, stored_of
from posloyalty.headoffice.ledger.filing import apart
from posloyalty.headoffice.ledger.folds import Left, Taken
from posloyalty.headoffice.ledger.shelf import Came, follow_leases
from posloyalty.headoffice.members.buyers import Buyers, Row
from posloyalty.headoffice.members.buyers import note as note_buyers
from posloyalty.headoffice.running.clock_steps import ClockSteps
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import ask, marked, run
from posloyalty.headoffice.store.tables import (
    ANOMALY,
    FORK_EVENT,
    JOURNAL_EVENT,
    QUARANTINE,
)
from posloyalty.headoffice.tills import lives
from posloyalty.headoffice.tills.admission import till_id
from posloyalty.headoffice.tills.epochs import note_writing, written_in
from posloyalty.headoffice.tills.forms import FORMS, read_as
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
from posloyalty.sync.journals import Filed, Place
from posloyalty.sync.office.intake import Judgement, Verdict, judged
from posloyalty.sync.wire.acknowledgements import Acknowledgement, acknowledged
from posloyalty.sync.wire.batch import (
    EVENTS_MAX,
    Stretch,
    write_stretch,
)
from posloyalty.sync.wire.messages import Problem, Pushed
from posloyalty.sync.wire.packing import (
    packed,
)

AHEAD_MAX: Final = timedelta(minutes=10)
"""How far a till's time may be ahead of head office's, also of the one before somebody set it back,
until its events are listed.
"""
FORK_EVENTS_MAX: Final = 20_000
QUARANTINED_MAX: Final = 2_000
"""How much of another branch, and how many batches of a revoked till, are kept."""

_J = JOURNAL_EVENT.c
_BODY: Final = "SELECT body FROM journal_event WHERE till_id = ? AND epoch = ? AND seq = ?"
_SEEN: Final = "UPDATE till SET seen_s = ?, waiting = ? WHERE till_id = ?"


TOGETHER_MAX: Final = 1_000
"""So many events at most are taken in together: whoever brings one of them waits for all."""
Anomalies = tuple[tuple[int, str], ...]
"""What looks wrong in a till's stretch, by sequence."""
_Then = Callable[[], None] | None
"""What is done once the transaction stands."""
_Fold = Callable[[], _Then]
"""The last that is done within the transaction."""


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
    steps: ClockSteps

    def stretch_of(self, request: Request) -> Stretch:
        """The stretch that a request carries, within its bounds; raises `Refused`.

        Only what a short form leans on is looked up for it, outside of any transaction: rows that
        are kept never change.
        """
        return read_as(request, FORMS, partial(self._bodies, till_id(request)))

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
        """Keep what is new of some tills' stretches, each judged and answered by itself. What is
        new is filed and folded together, as far as it lies `apart`; nothing is answered to whoever
        else there is, or comes behind so much: they have a transaction of their own.
        """
        given: list[Reply | None] = [_not_its_own(visit, stretch) for visit, stretch in asked]
        sound = _bounded(asked, [place for place, found in enumerate(given) if found is None])
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
        coming = _apart(coming)
        if coming:
            given = self._given(given, coming)
        return given

    def _given(
        self, given: Sequence[Reply | None], coming: Mapping[int, _Coming]
    ) -> list[Reply | None]:
        """The answers, with those to stretches that follow, at least one, by their places."""
        any_visit = next(iter(coming.values())).visit
        fold, anomalies = self._take_in(list(coming.values()))
        said = {number: self._said(one, anomalies) for number, one in coming.items()}
        last = [bytes(one.visit.till.till_id) for one in coming.values() if one.is_all]
        news = set()
        if last:
            news = who_has_news(any_visit.connection, last, now_s=any_visit.now_s)
        found, then = list(given), fold()
        for number, one in coming.items():
            told = said[number]
            if one.is_all:
                has = bytes(one.visit.till.till_id) in news
                # Who has not heard of this life yet is made to ask, and hears that by a hello.
                told = _with_news(told, has or lives.is_awaited(one.visit))
            found[number] = replace(reply(told, taken=told.new), then=then)
            then = None  # once for all of them
        return found

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
                latest=max(visit.now, self.steps.latest()) + AHEAD_MAX,
                wrapped=stretch.wrapped(),
            )
        return _Coming(visit=visit, stretch=stretch, place=place, judgement=judgement, batch=batch)

    def _said(self, one: _Coming, anomalies: Mapping[bytes, Anomalies]) -> Pushed:
        """What is said of a stretch that was taken in."""
        place, new = one.place, one.judgement.new
        if new:
            place = Place(epoch=one.stretch.under, seq=new[-1].seq, hash=new[-1].hash)
        return Pushed(
            acked=standing(place),
            ack=self._acknowledged(one.visit, place),
            new=len(new),
            duplicates=one.judgement.duplicates,
            anomalies=anomalies.get(bytes(one.visit.till.till_id), ()),
        )

    def _take_in(self, coming: Sequence[_Coming]) -> tuple[_Fold, dict[bytes, Anomalies]]:
        """The new events are kept and the places move on; what looks wrong is listed, by till.
        Gives the fold that is still to do.
        """
        new = [(one, one.batch) for one in coming if one.batch is not None]
        for one in coming:
            if one.batch is None:
                _seen(one.visit, waiting=one.stretch.waiting)
        fold, anomalies = self._kept(new) if new else (_with_nothing, {})
        for one, _ in new:
            note_writing(one.visit, one.stretch, one.judgement.new[0].seq)
        for one in coming:
            if one.is_all and not lives.is_awaited(one.visit):
                lives.heard_all(one.visit)
        return fold, anomalies

    def _kept(self, new: Sequence[tuple[_Coming, Batch]]) -> tuple[_Fold, dict[bytes, Anomalies]]:
        """File and keep new events, follow the leases they used, note who bought."""
        visit = new[0][0].visit
        connection, now_s = visit.connection, visit.now_s
        bought = self._bought(new, now_s)

        def also(connection: Connection) -> None:
            for one, _ in new:
                _seen(one.visit, waiting=one.stretch.waiting)
            note_buyers(connection, bought)

        claimed = [lives.claims(one.visit, batch) for one, batch in new]
        long = sum([len(batch.stored) for _, batch in new]) >= AT_ONCE_FROM
        taken, fold = take_in(
            self.database,
            connection,
            [(batch, one.stretch.signature) for one, batch in new],
            now_s=now_s,
            also=also,
            folds=AtOnce(connection, now_s=now_s, commits=True) if long else None,
        )
        came = zip(new, taken, strict=True)
        named = follow_leases(
            connection, [Came(batch.till_id, one.filed, batch.last_at) for (_, batch), one in came]
        )
        strange = to_list(connection, named)
        wrong, rows = dict[bytes, Anomalies](), []
        for (one, batch), retold, found in zip(new, claimed, taken, strict=True):
            wrong[batch.till_id] = anomalies = _anomalies(batch, found, retold, strange)
            under = one.stretch.under
            rows += [(batch.till_id, under, seq, code, now_s) for seq, code in anomalies]
        if rows:
            self.database.put(connection, ANOMALY, rows)
        return partial(self._folded, fold, bought), wrong

    def _bought(self, new: Iterable[tuple[_Coming, Batch]], now_s: int) -> list[Row]:
        """Who bought where, each once, with the latest of the days."""
        days: dict[tuple[str, bytes], int] = {}
        for one, batch in new:
            store = str(one.visit.till.store_code)
            for _, member_id, day in self.buyers.new_of(store, batch.filings, now_s=now_s):
                days[store, member_id] = max(day, days.get((store, member_id), day))
        return [(*key, days[key]) for key in sorted(days)]

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
            [stored_of(row, written=written) for row in rows if row.seq <= last],
            till_id=till_id,
            previous=_hash_before(visit, epoch, rows[0].seq),
            signature=bytes(64),
            waiting=0,
            under=epoch,
        )
        return Reply(status=200, body=packed(body), kind=LINES, packed=True)

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


def _bounded(asked: Sequence[tuple[Visit, Stretch]], places: Iterable[int]) -> list[int]:
    """The first of some places whose stretches may be taken in together."""
    found: list[int] = []
    events = 0
    for place in places:
        events += len(asked[place][1].sent)
        if not found or events <= TOGETHER_MAX:
            found.append(place)
    return found


def _apart(coming: Mapping[int, _Coming]) -> dict[int, _Coming]:
    """Those whose new events can be filed together."""
    new = {number: one.batch for number, one in coming.items() if one.batch is not None}
    stays = dict(zip(new, apart(new.values()), strict=True))
    return {number: one for number, one in coming.items() if stays.get(number, True)}


def _anomalies(
    batch: Batch, found: Taken, retold: Iterable[int], strange: Iterable[Filed]
) -> Anomalies:
    """What looks wrong in a batch, with the leases that it tells of anew, and what is `strange`
    since it names those of other tills.
    """
    return (
        *batch.faults,
        *((seq, "ID_REUSED") for seq in found.reused),
        *((seq, "LEASE_RETOLD") for seq in retold),
        *((one.seq, LEASE_OF_OTHER) for one in strange if one.till_id == batch.till_id),
        *((one.seq, one.code) for one in found.doubled),
    )
