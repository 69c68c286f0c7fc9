"""Head office as a till finds it: bytes in, bytes out, on the pure core and an archive in memory.

The acts are those of the server (`headoffice/tills/intake`, `epochs`, `answering`) without its
database: the same core judges, files, folds, answers and lends. What it took in is kept beside it
in its order, so that another head office can be made from it.

Its database has lives (`sync/office/lives`): `copy` is it as it was once, and `put_back` one that
goes on from there, as a copy or a replica that is behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy as shallow
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from posloyalty.domain.values.calendar import format_instant
from posloyalty.sync import events
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journal import FIRST_EPOCH, StoredEvent
from posloyalty.sync.journals import Place, moving
from posloyalty.sync.leases import LEASE
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.intake import Judgement, Verdict, judged
from posloyalty.sync.office.lives import (
    ARRIVING,
    Retells,
    Shows,
    born,
    is_latest,
    lends,
    next_life,
    next_name,
    shows,
)
from posloyalty.sync.office.memory import MemoryArchive
from posloyalty.sync.office.owning import Arriving
from posloyalty.sync.wire.acknowledgements import (
    FIRST_LIFE,
    Acknowledgement,
    acknowledged,
    incarnation,
    is_ours,
)
from posloyalty.sync.wire.answers import AnswerAsk, piece_of, standing
from posloyalty.sync.wire.batch import BYTES_MAX, EVENTS_MAX, BadBatch, Stretch, read_stretch
from posloyalty.sync.wire.messages import (
    EpochAsk,
    EpochOpened,
    HelloAnswer,
    HelloAsk,
    Problem,
    Pushed,
)
from tests.sync.fleet import OFFICE
from tests.sync.small_rules import SmallRules

Kept = tuple[list[StoredEvent], int] | tuple[Place, int]
"""A stretch with the epoch that it was filed under, or an epoch opened behind a place."""
TELLINGS_MAX = 6
"""Answers come in small pieces here."""
RULES: Final = SmallRules()
SEED: Final = b"head office's key..............."
_KEPT_IN: Final = ("Journals", "MemoryArchive", "MemoryShelf", "Mirror", "Belongings", "_Till")
"""What changes in its place; everything else is a value."""


@dataclass
class SmallOffice:
    """The endpoints. `log` is what was taken in of each till; `seen` is the latest life that was
    heard of, `retells` whether tills have told it what they hold, `lost` those that are waited for
    no more.
    """

    make: Callable[[MemoryArchive, bytes, Callable[[], bool], Arriving], HeadOffice]
    archive: MemoryArchive
    genesis: dict[bytes, bytes] = field(default_factory=dict)
    log: dict[bytes, list[Kept]] = field(default_factory=dict)
    life: int = FIRST_LIFE
    seen: int = FIRST_LIFE
    name: bytes = b"the first life.."
    retells: dict[bytes, Retells] = field(default_factory=dict)
    lost: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.core = self._made()

    def _made(self) -> HeadOffice:
        arriving = Arriving(self._arriving_of, self._under_another_name, self._is_arriving)
        born_in = born(self.life, self.name)
        return self.make(self.archive, born_in, lambda: self.lends, arriving)

    def _is_arriving(self, till_id: bytes) -> bool:
        return self.retells.get(till_id) in ARRIVING and till_id not in self.lost

    def _arriving_of(self, owner: bytes) -> set[bytes]:
        wrote = {one.till_id for one in self.archive.events_of(owner)}
        return {till_id for till_id in wrote if self._is_arriving(till_id)}

    def _under_another_name(self, owner: bytes) -> bool:
        if not any(self._is_arriving(till_id) for till_id in self.retells):
            return False
        return any(
            one != owner and self.core.meant(one) == owner and self._arriving_of(one)
            for one in self.archive.owners()
        )

    @property
    def incarnation(self) -> str:
        """How its answers name it."""
        return incarnation(self.life, self.name)

    @property
    def lends(self) -> bool:
        """Whether it gives leases."""
        awaits = any(
            found is Retells.AWAITED and till_id not in self.lost
            for till_id, found in self.retells.items()
        )
        return lends(life=self.life, seen=self.seen, awaits=awaits)

    def copy(self) -> SmallOffice:
        """All of it as it is now."""
        return SmallOffice(
            make=self.make,
            archive=_copied(self.archive),
            genesis=dict(self.genesis),
            log={till_id: list(taken) for till_id, taken in self.log.items()},
            life=self.life,
            seen=self.seen,
            name=self.name,
            retells=dict(self.retells),
            lost=set(self.lost),
        )

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till joins; in a later life it may have joined before, and have been lent something."""
        self.genesis[till_id] = genesis
        self.retells[till_id] = Retells.JOINS if self.life == FIRST_LIFE else Retells.NEW
        self.core.enrol(till_id, store=store, genesis=genesis)

    def begin(self, drawn: bytes, at: datetime) -> None:
        """A new life."""
        now_s = int(at.timestamp())
        self.life = self.seen = next_life(life=self.life, seen=self.seen, now_s=now_s)
        self.name = next_name(self.name, self.life, drawn)
        self.retells = dict.fromkeys(self.genesis, Retells.AWAITED)
        self.archive.shelf.believe(self.lost)
        self.core = self._made()

    def hello(self, till_id: bytes, body: bytes, at: datetime) -> bytes:
        """How far a journal is kept, and whether it is the same one."""
        ask = msgspec.json.decode(body, type=HelloAsk)
        place = self._place(till_id)
        self._heed(till_id, ask.had, body, at)
        asked = [one for one in (*ask.marks, ask.place) if one.seq <= place.seq]
        common = [one for one in asked if self._hash(till_id, one.seq) == bytes.fromhex(one.head)]
        state = "ok"
        if len(common) < len(asked):
            state = "fork"
        elif ask.place.seq < place.seq:
            state = "behind"
        elif ask.place.epoch < place.epoch:
            state = "fork"
        elif ask.place.seq == place.seq:
            self.retells[till_id] = Retells.TOLD
        said = HelloAnswer(
            time=format_instant(at),
            place=standing(place),
            state=state,
            events_max=EVENTS_MAX,
            bytes_max=BYTES_MAX,
            common=max(common, key=lambda one: one.seq, default=None),
            ack=self._acknowledged(till_id, place),
            incarnation=self.incarnation,
        )
        return msgspec.json.encode(said)

    def push(self, till_id: bytes, body: bytes, at: datetime) -> bytes | Problem:
        """Keep what is new of a stretch."""
        try:
            stretch = read_stretch(body)
        except BadBatch as fault:
            return Problem(code=fault.code, retry="never")
        place = self._place(till_id)
        known = None if place.seq == 0 and place.epoch == FIRST_EPOCH else place
        judgement = judged(
            stretch,
            place=known,
            genesis=self.genesis[till_id],
            kept=lambda first, last: self._hashes(till_id, first, last),
        )
        if judgement.verdict is Verdict.TAKEN:
            return self._take(till_id, stretch, place, judgement)
        code = judgement.verdict.name
        return Problem(code=code, retry="after_action", acked=standing(place))

    def epochs(self, till_id: bytes, body: bytes, at: datetime) -> bytes | Problem:
        """Go on behind a common place."""
        ask = msgspec.json.decode(body, type=EpochAsk)
        place = self._place(till_id)
        base = Place(epoch=ask.epoch, seq=ask.common_seq, hash=bytes.fromhex(ask.common_head))
        same = self._hash(till_id, base.seq) == base.hash
        if not self.core.reopen(till_id, base, ask.epoch):
            code = "EPOCH_TAKEN" if same else "COMMON_UNKNOWN"
            return Problem(code=code, retry="after_action", acked=standing(place))
        self.log.setdefault(till_id, []).append((base, ask.epoch))
        return msgspec.json.encode(EpochOpened(place=standing(base), lost=place.seq - base.seq))

    def answer(self, till_id: bytes, body: bytes, at: datetime) -> bytes | Problem:
        """The next piece of what a till has to hear."""
        ask = msgspec.json.decode(body, type=AnswerAsk)
        place = self._place(till_id)
        elsewhere = (ask.place.seq, ask.place.head) != (place.seq, place.hash.hex())
        if elsewhere or self._awaits(till_id):
            return Problem(code="OTHER_PLACE", retry="after_action", acked=standing(place))
        answer = self.core.answer(till_id, at)
        given = piece_of(answer, tellings_max=TELLINGS_MAX)
        if not answer.tellings and self.archive.due(till_id):
            given = msgspec.structs.replace(given, more=True)
        return msgspec.json.encode(given)

    def has_news(self, till_id: bytes) -> bool:
        """Whether somebody who waits is told to ask."""
        return bool(self.archive.due(till_id))

    def _take(self, till_id: bytes, stretch: Stretch, place: Place, judgement: Judgement) -> bytes:
        stored = [
            msgspec.structs.replace(one, epoch=stretch.epoch, at=events.decode(one.body).at)
            for one in judgement.new
        ]
        if stored:
            retells = self.retells.get(till_id, Retells.TOLD)
            self.core.receive(till_id, stored, under=stretch.under, retells=retells)
            if retells in (Retells.AWAITED, Retells.NEW):
                self._check_held(stored)
            self.log.setdefault(till_id, []).append((stored, stretch.under))
            place = Place(epoch=stretch.under, seq=stored[-1].seq, hash=stored[-1].hash)
        if not stretch.waiting and not self._awaits(till_id):
            self.retells[till_id] = Retells.TOLD
        said = Pushed(
            acked=standing(place),
            ack=self._acknowledged(till_id, place),
            new=len(stored),
            duplicates=judgement.duplicates,
            news=None if stretch.waiting else self._awaits(till_id) or self._may_ask(till_id),
        )
        return msgspec.json.encode(said)

    def _check_held(self, told: list[StoredEvent]) -> None:
        """What a till took up that has to tell it is held aside from now on."""
        changes = (each for one in told for each in moving(events.decode(one.body)).rights)
        opened = (one.opens for one in changes if one.opens is not None)
        for lease in (one for one in opened if one.kind == LEASE):
            assert self.core.lending.book.lease(lease.id).gen, "what it tells is its own"

    def _awaits(self, till_id: bytes) -> bool:
        return self.retells.get(till_id) is Retells.AWAITED

    def _may_ask(self, till_id: bytes) -> bool:
        """What a server says behind the last of what was sent (`headoffice/tills/news`)."""
        held = self.core.lending.held_by(till_id)
        marks = self.archive.lease_marks(till_id, held.ids)
        lending = self.core.lending
        leases = lending.grants_for(held, marks) or lending.recalls_for(held, marks)
        return self.has_news(till_id) or bool(leases)

    def _heed(
        self, till_id: bytes, shown: Acknowledgement | None, drawn: bytes, at: datetime
    ) -> None:
        """What a till shows of what was acknowledged to it."""
        if shown is None or not is_ours(SEED, till_id, shown):
            return
        here = shown.life != self.life or self._is_here(till_id, shown)
        found = shows(shown, life=self.life, is_here=here)
        if found is Shows.LATER_LIFE:
            self.seen = max(self.seen, shown.life)
        elif found is Shows.LOST and is_latest(life=self.life, seen=self.seen):
            self.begin(drawn, at)
        # Else what others tell of their leases is never believed, and lent twice.
        assert here or self.life > shown.life or not self.lends, "a loss that is shown is missed"

    def _is_here(self, till_id: bytes, shown: Acknowledgement) -> bool:
        return shown.seq == 0 or any(
            one.seq == shown.seq and one.hash.hex() == shown.head
            for what, _ in self.log.get(till_id, ())
            if not isinstance(what, Place)
            for one in what
        )

    def _acknowledged(self, till_id: bytes, place: Place) -> Acknowledgement:
        return acknowledged(SEED, till_id=till_id, life=self.life, seq=place.seq, head=place.hash)

    def _place(self, till_id: bytes) -> Place:
        return self.core.place(till_id) or Place(
            epoch=FIRST_EPOCH, seq=0, hash=self.genesis[till_id]
        )

    def _hash(self, till_id: bytes, seq: int) -> bytes | None:
        return self.archive.hash_at(till_id, seq)

    def _hashes(self, till_id: bytes, first: int, last: int) -> dict[int, bytes]:
        found = {seq: self._hash(till_id, seq) for seq in range(first, last + 1)}
        return {seq: hashed for seq, hashed in found.items() if hashed is not None}

    def events_kept(self) -> set[bytes]:
        """Every event that was taken in."""
        return {one.event_id for one in self.events()}

    def events(self) -> Iterator[StoredEvent]:
        """The same as they came, each as often as it did."""
        for log in self.log.values():
            for what, _ in log:
                yield from () if isinstance(what, Place) else what


def _copied(thing: Any) -> Any:
    """A copy of what is kept in memory: its containers anew, its values the same."""
    if isinstance(thing, dict):
        return {key: _copied(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return list(thing)
    if isinstance(thing, set):
        return set(thing)
    if type(thing).__name__ not in _KEPT_IN:
        return thing
    made = shallow(thing)
    names = getattr(type(thing), "__slots__", None) or vars(thing)
    for name in names:
        setattr(made, name, _copied(getattr(thing, name)))
    return made


def small_office(overspend: Overspend, rules: SmallRules = RULES) -> SmallOffice:
    """A head office that nobody has joined yet, by the rules of the fleet or others."""
    return SmallOffice(
        lambda archive, born, lends, arriving: HeadOffice(
            OFFICE,
            overspend=overspend,
            rules=rules,
            archive=archive,
            born=born,
            lends=lends,
            arriving=arriving,
        ),
        MemoryArchive(),
    )
