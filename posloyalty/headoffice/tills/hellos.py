"""Tills say hello: how far each one's journal is kept, and whether it is the same journal.

Hellos of several tills are one transaction of a few trips, whatever their number: all places are
locked and all else is asked in one, all that changed is written in another. Each has an outcome of
its own. A till says hello when its program starts, when it was out of reach, and while it has
nothing to send, so after an outage of head office every till of a chain does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from posloyalty.domain.values.calendar import format_instant
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.statements import (
    ask_by_key,
    run_for,
    together,
)
from posloyalty.headoffice.tills import lives, starts
from posloyalty.headoffice.tills.places import locking, marking, read_places, standing
from posloyalty.headoffice.tills.starts import Greeted, Greeting
from posloyalty.headoffice.tills.visits import (
    Refused,
    Reply,
    Visit,
    boot_of,
    problem,
    read,
    refusal,
    reply,
)
from posloyalty.sync.journals import Place
from posloyalty.sync.wire.acknowledgements import acknowledged
from posloyalty.sync.wire.batch import BYTES_MAX, EVENTS_MAX
from posloyalty.sync.wire.messages import HelloAnswer, HelloAsk, Standing
from posloyalty.sync.wire.signatures import created_of

_SEEN: Final = """
WITH given (till_id, seen_s, waiting, app, told, stood) AS ({rows})
UPDATE till SET seen_s = given.seen_s, waiting = given.waiting, app = given.app,
    retells = CASE WHEN given.told = 1 AND till.retells = given.stood THEN 0 ELSE till.retells END
FROM given WHERE till.till_id = given.till_id"""
_SEEN_TYPES: Final = ("bytea", "int8", "int8", "text", "int4", "int4")
"""Where a life began since the till was let in, its hello told everything in the one before."""
_BOOT_BYTES: Final = 16


class _Asked(NamedTuple):
    """A hello that can be read: its place among those that came together."""

    number: int
    visit: Visit
    ask: HelloAsk

    @property
    def till_id(self) -> bytes:
        """Whose it is."""
        return bytes(self.visit.till.till_id)


class _Kept(NamedTuple):
    """What is kept of some tills: where their journals stand; by till and sequence the hashes that
    lie at what they asked about, that of the latest epoch last; what each start's hello changes.
    """

    places: Mapping[bytes, Place]
    hashes: Mapping[tuple[bytes, int], list[bytes]]
    greeted: Mapping[bytes, tuple[Greeting, Greeted]]


@dataclass(frozen=True, slots=True)
class Hellos:
    """Answers hellos."""

    office: Office

    def hello(self, visit: Visit) -> Reply:
        """How far this till's journal is kept."""
        (given,) = self.hello_all([(visit, None)])
        assert given is not None  # whoever says hello is answered or refused
        return given

    def hello_all(self, visits: Sequence[tuple[Visit, Any]]) -> list[Reply | None]:
        """The same of some tills, no two of them one."""
        given: list[Reply | None] = [None] * len(visits)
        asked: list[_Asked] = []
        for number, (visit, _) in enumerate(visits):
            try:
                asked.append(_Asked(number, visit, read(visit.request.body, HelloAsk)))
            except Refused as fault:
                given[number] = refusal(fault)
        if not asked:
            return given
        kept = _kept(asked)
        for one in asked:
            is_here = _is_here(one, kept)
            lives.heed(one.visit, self.office, one.ask.had, is_here=is_here)
        seen = []
        for one in asked:
            answer, is_all = self._answered(one, kept)
            given[one.number] = answer
            seen.append(_seen(one, kept.places[one.till_id], is_all=is_all))
        connection, now_s = asked[0].visit.connection, asked[0].visit.now_s
        with together(connection):
            run_for(connection, _SEEN, seen, _SEEN_TYPES)
            starts.keep_greeted(connection, list(kept.greeted.values()), now_s=now_s)
        begun = [till_id for till_id, (_, found) in kept.greeted.items() if found.is_new]
        starts.forget_old(connection, begun)
        return given

    def _answered(self, one: _Asked, kept: _Kept) -> tuple[Reply, bool]:
        """What a till is answered, and whether head office has all that it wrote."""
        _, found = kept.greeted.get(one.till_id, (None, None))
        if found is not None and found.refusal is not None:
            return problem(found.refusal.status, found.refusal.problem), False
        place, asked = kept.places[one.till_id], one.ask.place
        marks = [mark for mark in (*one.ask.marks, asked) if mark.seq <= place.seq]
        common = [mark for mark in marks if _now(one, kept, mark.seq) == bytes.fromhex(mark.head)]
        state = "ok"
        if len(common) < len(marks):
            state = "fork"
        elif asked.seq < place.seq:
            state = "behind"
        elif asked.epoch < place.epoch:
            # The journal of whoever opened that epoch says so: this is another program of the till.
            state = "fork"
        said = HelloAnswer(
            time=format_instant(one.visit.now),
            place=standing(place),
            state=state,
            events_max=EVENTS_MAX,
            bytes_max=BYTES_MAX,
            common=max(common, key=_seq, default=None),
            ack=acknowledged(
                self.office.seed,
                till_id=one.till_id,
                life=self.office.life,
                seq=place.seq,
                head=place.hash,
            ),
            incarnation=self.office.incarnation,
        )
        return reply(said), state == "ok" and asked.seq == place.seq


def _kept(asked: Sequence[_Asked]) -> _Kept:
    """What is kept of those who say hello, at least one, in one trip; their places are locked."""
    connection = asked[0].visit.connection
    greetings = [
        Greeting(
            one.till_id,
            boot,
            bytes.fromhex(one.ask.after),
            one.ask.place.seq,
            _off_s(one),
            one.visit.now_s,
        )
        for one in asked
        if len(boot := boot_of(one.visit.request)) == _BOOT_BYTES
    ]
    marks = sorted({(one.till_id, seq) for one in asked for seq in _places_of(one.ask) if seq})
    questions = [locking([one.visit for one in asked])]
    questions += [marking(connection, marks)] if marks else []
    questions += [starts.speaking(connection, greetings)] if greetings else []
    answers = iter(ask_by_key(connection, *questions))
    places = {till_id: place for till_id, (place, _) in read_places(next(answers)).items()}
    hashes: dict[tuple[bytes, int], list[bytes]] = {}
    for till_id, seq, hashed in next(answers) if marks else ():
        if hashed is not None:
            hashes.setdefault((bytes(till_id), seq), []).append(bytes(hashed))
    known = starts.read_starts(next(answers) if greetings else ())
    greeted = {
        one.till_id: (one, starts.greeted(known.get(one.till_id, {}), one)) for one in greetings
    }
    return _Kept(places, hashes, greeted)


def _off_s(one: _Asked) -> int:
    """By how much the time in which a hello was said differs from now, in seconds."""
    return created_of(one.visit.request.headers) - one.visit.now_s


def _places_of(ask: HelloAsk) -> list[int]:
    """The sequences that a hello is about."""
    had = [] if ask.had is None else [ask.had.seq]
    return [*(one.seq for one in ask.marks), ask.place.seq, *had]


def _now(one: _Asked, kept: _Kept, seq: int) -> bytes | None:
    """The hash that a till's journal has at a sequence now; before the first stands the genesis."""
    if seq == 0:
        return bytes(one.visit.till.genesis)
    found = kept.hashes.get((one.till_id, seq))
    return found[-1] if found else None


def _is_here(one: _Asked, kept: _Kept) -> bool:
    """Whether what a till shows as acknowledged is kept, in whatever epoch: what it left behind
    when it was restored itself is still here.
    """
    had = one.ask.had
    if had is None or had.seq == 0:
        return True
    return bytes.fromhex(had.head) in kept.hashes.get((one.till_id, had.seq), ())


def _seen(one: _Asked, place: Place, *, is_all: bool) -> tuple[Any, ...]:
    """What its hello says of a till, as `_SEEN` has it."""
    waiting = max(0, one.ask.place.seq - place.seq)
    stood = one.visit.till.retells
    return one.till_id, one.visit.now_s, waiting, one.ask.app, int(is_all), stood


def _seq(mark: Standing) -> int:
    return mark.seq
