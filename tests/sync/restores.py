"""A fleet whose tills are put back from copies: found by their witness, or at head office.

A copy is what the book held then. What was sold since and had gone up is at head office only; what
had not is gone. A till whose witness tells opens an epoch at once and spends from no lease; another
one goes on as if nothing had happened until head office says that the journal is another one.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.epochs import Cause, marks, narrowed, next_epoch
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Place
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.telling import given_back
from tests.sync.fleet import Fleet, SmallTill, _text

KEPT = ("journal", "books", "earned", "leases", "epoch")
Sent = tuple[list[StoredEvent], int] | tuple[Place, int]


@dataclass
class Watched:
    """What is known of a till beside its book: a copy, what it sent, its newest anchor."""

    copy: dict[str, object] = field(default_factory=dict)
    log: list[Sent] = field(default_factory=list)
    anchor: events.EpochAnchor | None = None
    kept: list[bytes] = field(default_factory=list)
    """The hashes of the journal that head office believes it to hold."""


class RestoredFleet(Fleet):
    """Tills that are restored now and then. With `lending` each of them is found by its witness."""

    def __init__(self, seed: int, *, lending: bool = False, archive: Archive | None = None) -> None:
        super().__init__(seed, lending=lending, archive=archive)
        self.watched = {till.id: Watched() for till in self.tills}
        self.counts |= {"restored": 0, "reopened": 0, "lost": 0}

    def step(self) -> None:
        """One thing more happens now and then: a copy is made, or put back."""
        till = self.random.choice(self.tills)
        fate = self.random.random()
        if fate < 0.06:
            kept = {name: getattr(till, name) for name in KEPT}
            self.watched[till.id].copy = deepcopy(kept)
        elif fate < 0.18 and self.watched[till.id].copy:
            self.restore(till)
        super().step()

    def restore(self, till: SmallTill) -> None:
        """The book is the copy again."""
        watched, before = self.watched[till.id], till.epoch
        for name, value in deepcopy(watched.copy).items():
            setattr(till, name, value)
        watched.anchor = None
        self.counts["restored"] += 1
        if self.lending or self.random.random() < 0.5:
            common = len(till.journal)
            self.anchor(till, common, Cause.WITNESS, next_epoch(before, till.epoch))

    def anchor(self, till: SmallTill, common: int, cause: Cause, epoch: int) -> None:
        """The next epoch begins; leases are given back."""
        was, till.epoch = till.epoch, epoch
        self._ids += 1
        head = till.journal[common - 1].hash if common else till.genesis
        anchor = events.EpochAnchor(
            id=derive_id("anchor", till.id, self._ids).hex(),
            at=_text(self.at),
            hlc=(0, 0),
            was=was,
            seq=common,
            head=head.hex(),
            cause=cause.value,
        )
        till.append(anchor, Consequences())
        self.watched[till.id].anchor = anchor
        for lease in list(till.leases.values()):
            if not lease.cancelled:
                day = self.at.date()
                till._lease_act(given_back(lease, at=_text(self.at), day=day, hlc=(0, 0)))

    def send(self, till: SmallTill, first: int, last: int) -> None:
        """A stretch goes up, under head office's epoch where it is the later one."""
        place = self.office.place(till.id)
        epoch = 0 if place is None or first < place.seq else place.epoch
        received = self.office.receive(till.id, till.journal[first:last], under=epoch)
        if received.place != place and received.place is not None:
            watched = self.watched[till.id]
            watched.log.append((till.journal[first:last], epoch))
            new = till.journal[len(watched.kept) : received.place.seq]
            watched.kept += [one.hash for one in new]

    def send_new(self, till: SmallTill) -> None:
        """What is new goes up; where head office has another journal, an epoch is opened first."""
        place = self.office.place(till.id)
        if place is not None:
            held = till.journal[place.seq - 1].hash if 0 < place.seq <= len(till.journal) else None
            if held != place.hash:
                self.reopen(till, place)
        super().send_new(till)
        place = self.office.place(till.id)
        assert place is not None
        assert (place.seq, place.hash) == (len(till.journal), till.journal[-1].hash)

    def reopen(self, till: SmallTill, place: Place) -> None:
        """Find the last common place and go on behind it."""
        lo, hi = 0, min(place.seq, len(till.journal))
        while asked := marks(lo, hi):
            kept = self.watched[till.id].kept
            same = [seq for seq in asked if kept[seq - 1] == _at(till, seq)]
            lo, hi = narrowed(lo, hi, asked, max(same, default=lo))
        anchor = self.watched[till.id].anchor
        if anchor is None or anchor.seq != lo or till.epoch <= place.epoch:
            self.anchor(till, lo, Cause.FORK, next_epoch(place.epoch, till.epoch))
        base = Place(epoch=place.epoch, seq=lo, hash=_at(till, lo))
        assert self.office.reopen(till.id, base, till.epoch)
        assert self.office.reopen(till.id, base, till.epoch), "the same again changes nothing"
        self.watched[till.id].log.append((base, till.epoch))
        del self.watched[till.id].kept[lo:]
        self.counts["reopened"] += 1
        self.counts["lost"] += place.seq - lo

    def upload_again(self, office: HeadOffice, till: SmallTill) -> None:
        """In the order in which it was sent."""
        for what, epoch in self.watched[till.id].log:
            if isinstance(what, Place):
                assert office.reopen(till.id, what, epoch)
            else:
                office.receive(till.id, what, under=epoch)


def _at(till: SmallTill, seq: int) -> bytes:
    return till.journal[seq - 1].hash if seq else till.genesis
