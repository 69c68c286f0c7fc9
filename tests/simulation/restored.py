"""A till whose book may be put back from a copy, with and without a witness beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.epochs import Cause, next_epoch
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Place
from posloyalty.sync.office.telling import given_back
from posloyalty.sync.wire.acknowledgements import Acknowledgement
from tests.simulation.small_profiles import Kept
from tests.sync.fleet import SmallTill

FAR = 1_000_000


class RestorableTill(SmallTill):
    """`anchored` is behind which place its epoch goes on, None in its first one; `office` is which
    head office it heard last, and `had` what that one acknowledged. `sent` is up to where the
    journal may be known elsewhere; `frozen_to` the place that head office has to have before it
    asks for leases again, 0 for none; `sound` that it knows of nothing for which it may not spend
    what others may spend too. `boot` is the newest start of its program that is in it.
    """

    def __init__(self, name: str, store: str) -> None:
        super().__init__(name, store)
        self.anchored: int | None = None
        self.copy: dict[str, object] = {}
        self._anchors = 0
        self.kept = Kept()
        self.office = ""
        self.had: Acknowledgement | None = None
        self.sent = self.frozen_to = 0
        self.sound = True
        self.boot = b""

    def starts(self, at: datetime) -> None:
        """Its program starts, which moves nothing."""
        text = format_instant(at)
        boot = derive_id("boot", self.id, len(self.journal), text).hex()
        event = events.Boot(id=boot, at=text, hlc=(0, 0), boot=boot, app="1")
        self.append(event, Consequences())

    def hash_at(self, seq: int) -> bytes:
        """The hash at a place of its journal."""
        return self.journal[seq - 1].hash if seq else self.genesis

    def place_at(self, seq: int) -> Place:
        """A place of its journal."""
        epoch = self.journal[seq - 1].epoch if seq else 1
        return Place(epoch=epoch, seq=seq, hash=self.hash_at(seq))

    def back_up(self) -> None:
        """A copy of the book as it is now."""
        self.copy = self._book()

    def twin(self) -> RestorableTill:
        """Its disk once more, on another machine; what is made there has other ids."""
        made = RestorableTill(self.id.decode().rstrip("."), self.store)
        for name, value in self._book().items():
            setattr(made, name, value)
        made._ids, made._anchors = self._ids + FAR, self._anchors + FAR
        return made

    def _book(self) -> dict[str, object]:
        return {
            "journal": list(self.journal),
            "books": {who: book.copy() for who, book in self.books.items()},
            "earned": list(self.earned),
            "leases": dict(self.leases),
            "epoch": self.epoch,
            "anchored": self.anchored,
            "kept": self.kept.copy(),
            "office": self.office,
            "had": self.had,
            "sent": self.sent,
            "frozen_to": self.frozen_to,
            "sound": self.sound,
            "boot": self.boot,
        }

    def stamped_in_copy(self) -> datetime:
        """The latest time that is written in the copy's journal."""
        journal: Iterable[StoredEvent] = self.copy["journal"]  # type: ignore[assignment]
        return max(parse_instant(one.at) for one in journal if one.kind != "heard")

    def restore(self, at: datetime, *, witnessed: bool) -> None:
        """The book is the copy again; where the witness beside it tells, an epoch is opened."""
        before = self.epoch
        for name, value in self.copy.items():
            setattr(self, name, value)
        self.copy = self._book()
        if witnessed:
            self.anchor(len(self.journal), Cause.WITNESS, next_epoch(before, self.epoch), at)

    def go_on(self, common: int, cause: Cause, theirs: int, at: datetime) -> None:
        """Go on behind a common place, in an epoch after head office's, unless it does already."""
        if self.anchored != common or self.epoch <= theirs:
            self.anchor(common, cause, next_epoch(theirs, self.epoch), at)

    def anchor(self, common: int, cause: Cause, epoch: int, at: datetime) -> None:
        """The next epoch begins; leases are given back."""
        was, self.epoch, self.anchored = self.epoch, epoch, common
        self._anchors += 1
        event = events.EpochAnchor(
            id=derive_id("anchor", self.id, self._anchors).hex(),
            at=format_instant(at),
            hlc=(0, 0),
            was=was,
            seq=common,
            head=self.hash_at(common).hex(),
            cause=cause.value,
        )
        self.append(event, Consequences())
        for lease in list(self.leases.values()):
            if not lease.cancelled:
                self._lease_act(given_back(lease, at=format_instant(at), day=at.date(), hlc=(0, 0)))
        self.frozen_to, self.sound = len(self.journal), False
