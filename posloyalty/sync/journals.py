"""Many tills' journals at head office: what is new, what came twice, what cannot follow.

Shape: `Journals.receive(till, events)` takes a stretch of one till's journal and answers how far
that journal is known now. Dedup is for ever, by (till, epoch, seq) and by event id: the same event
uploaded three times counts once. A gap asks for what is missing; the same place with another hash
is a fork and is never merged; a hash that does not follow from the event and the one before is no
journal at all. A till that was restored goes on in a new epoch with the same event ids for what it
had not sent. What a till only heard of is kept as its knowledge, and counts nowhere: the event
itself is in another journal. Of a sale that was rung and keyed in again the one that is here first
counts, whichever tills brought them.

`reopen` lets a till go on in another epoch behind a place that both sides have. What it wrote
beyond that place and has lost still counts, for it happened; only the till's book does not hold it
any more, and hears of it like of any event of elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, get_args

from msgspec import Struct
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.journal import StoredEvent, link
from posloyalty.sync.keyed_in import is_lost_sale, keyed_in_id, lost_place, number_place

_STORE_RISK: Final = AccountKind.STORE_RISK
_DOING: Final = get_args(Doing)
"""As a tuple, in which an instance is looked for in a third of the time."""
AMOUNT_MAX: Final = 2**53
"""No amount of anything is larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Up to where a till's journal is known: epoch, sequence and the hash there."""

    epoch: int
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What an upload came to. `gap_at` is the sequence that is missing, `fork_at` one that differs,
    `bad_at` one whose hash is not that of its bytes after the one before.

    Whatever came before a gap, fork or bad event was taken. `filed` are the events that are new.
    """

    place: Place | None
    taken: int
    duplicates: int
    gap_at: int | None = None
    fork_at: int | None = None
    bad_at: int | None = None
    filed: tuple[Filed, ...] = ()


class Filed(Struct, frozen=True, kw_only=True, gc=False):
    """An event with its place among all events.

    `at` never goes back within one till, whatever its wall clock did; `order` is total: by time,
    then till, epoch and sequence, so that every fold goes the same way.
    """

    till_id: bytes
    store: str
    epoch: int
    seq: int
    event_id: bytes
    at: datetime
    event: events.Event | events.Opaque
    does: Consequences

    @property
    def decided(self) -> bool:
        """Whether head office decided it: its own journal belongs to no store."""
        return not self.store

    @property
    def order(self) -> tuple[datetime, bytes, int, int]:
        """By time, then by till and place."""
        return (self.at, self.till_id, self.epoch, self.seq)


@dataclass(slots=True)
class _Till:
    store: str
    genesis: bytes
    place: Place | None = None
    hashes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    last_at: datetime | None = None
    journal: list[Filed] = field(default_factory=list)
    bases: dict[int, Place] = field(default_factory=dict)
    sold: dict[str, list[bytes]] = field(default_factory=dict)
    """The bytes of its sales by receipt number, which a till that was put back may repeat."""


class Journals:
    """Everything that the tills sent."""

    def __init__(self) -> None:
        self._tills: dict[bytes, _Till] = {}
        self._filed: dict[bytes, Filed] = {}

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till joins; its journal may begin long before. `genesis` is what its first event is
        chained to (`journal.genesis_predecessor`).
        """
        self._tills.setdefault(till_id, _Till(store, genesis))

    @property
    def tills(self) -> tuple[bytes, ...]:
        """Who has joined, in that order."""
        return tuple(self._tills)

    def store(self, till_id: bytes) -> str:
        """The store that a till joined."""
        return self._tills[till_id].store

    def place(self, till_id: bytes) -> Place | None:
        """Up to where a till's journal is known."""
        return self._tills[till_id].place

    def last_at(self, till_id: bytes) -> datetime | None:
        """The latest instant of a till's own events: its time never goes back behind that."""
        return self._tills[till_id].last_at

    def journal(self, till_id: bytes) -> tuple[Filed, ...]:
        """What a till holds, in its own order: what happened there, and what it heard."""
        return tuple(self._tills[till_id].journal)

    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """A till goes on behind `base` in a later epoch. False where that place is not known, or
        the epoch was opened before.
        """
        till = self._tills[till_id]
        if self.hash_at(till_id, base.seq) != base.hash:
            return False
        if till.place is None or epoch <= till.place.epoch:
            return False
        till.bases[epoch] = base
        till.place = Place(epoch=epoch, seq=base.seq, hash=base.hash)
        del till.journal[base.seq :]
        return True

    def opened(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """Whether an epoch was opened behind just this place."""
        return self._tills[till_id].bases.get(epoch) == base

    def hash_at(self, till_id: bytes, seq: int) -> bytes | None:
        """The hash at a sequence of the journal that a till holds now, as far as it is known."""
        till = self._tills[till_id]
        if seq == 0:
            return till.genesis
        if seq > len(till.journal):
            return None
        return till.hashes[(till.journal[seq - 1].epoch, seq)]

    def receive(
        self, till_id: bytes, stretch: Iterable[StoredEvent], *, under: int = 0
    ) -> Received:
        """Take what is new of a stretch of a till's journal, in its order; `under` is the epoch
        that it belongs to where it was written before that one was opened.
        """
        till = self._tills[till_id]
        duplicates, filed = 0, list[Filed]()

        def answer(
            gap_at: int | None = None, fork_at: int | None = None, bad_at: int | None = None
        ) -> Received:
            """Where the journal stands now, and at which `seq` taking stopped and why."""
            return Received(
                place=till.place,
                taken=len(filed),
                duplicates=duplicates,
                gap_at=gap_at,
                fork_at=fork_at,
                bad_at=bad_at,
                filed=tuple(filed),
            )

        for stored in stretch:
            epoch = max(stored.epoch, under)
            key = (epoch, stored.seq)
            known = till.hashes.get(key)
            if known is not None:
                if known != stored.hash:
                    return answer(fork_at=stored.seq)
                duplicates += 1
                continue
            if not _follows(till.place, stored.seq, epoch):
                return answer(gap_at=1 if till.place is None else till.place.seq + 1)
            if not _chained(till_id, till, stored):
                return answer(bad_at=stored.seq)
            till.hashes[key] = stored.hash
            till.place = Place(epoch=epoch, seq=stored.seq, hash=stored.hash)
            one = _take(till_id, till, replace(stored, epoch=epoch))
            till.journal.append(one)
            if isinstance(one.event, events.Heard):
                continue
            if stored.event_id in self._filed:
                duplicates += 1  # told by another till, or by this one before it was restored
            elif self._sold_before(till_id, one.event, stored.body):
                duplicates += 1
            else:
                self._filed[stored.event_id] = one
                filed.append(one)
        return answer()

    def _sold_before(
        self, till_id: bytes, event: events.Event | events.Opaque, body: bytes
    ) -> bool:
        """Whether a sale that was keyed in again is here as it was rung, or the other way about."""
        if not isinstance(event, events.Sale):
            return False
        place = lost_place(event, till_id)
        if place is not None and isinstance(event.again, str):
            sold_by = (one for half, one in self._tills.items() if half.startswith(place.half))
            there = (rung for one in sold_by for rung in one.sold.get(event.again, ()))
            return any(is_lost_sale(event, rung) for rung in there)
        own = number_place(event.no)
        known = None if own is None else self._filed.get(keyed_in_id(till_id, *own))
        if known is None or known.till_id == till_id:
            return False
        return isinstance(known.event, events.Sale) and is_lost_sale(known.event, body)

    def filed(self) -> tuple[Filed, ...]:
        """Every event once, in the order that folds go by."""
        return tuple(sorted(self._filed.values(), key=lambda one: one.order))


def _chained(till_id: bytes, till: _Till, stored: StoredEvent) -> bool:
    previous = till.genesis if till.place is None else till.place.hash
    hashed = link(
        till_id=till_id,
        epoch=stored.epoch,
        seq=stored.seq,
        previous=previous,
        body=stored.body,
    )
    return hashed == stored.hash


def _follows(place: Place | None, seq: int, epoch: int) -> bool:
    if place is None:
        return seq == 1
    return seq == place.seq + 1 and epoch >= place.epoch


def filed(
    stored: StoredEvent,
    event: events.Event | events.Opaque,
    *,
    till_id: bytes,
    store: str,
    last_at: datetime | None,
) -> Filed:
    """An event with its place, after the latest instant of its till's own events so far.

    What cannot be true (`unsound`) stands in the journal and moves nothing.
    """
    own = at = parse_instant(event.at)
    # What a till heard is dated where it happened; its own time only goes forward.
    if last_at is not None and at < last_at and not isinstance(event, events.Heard):
        at = last_at
    return Filed(
        till_id=till_id,
        store=store,
        epoch=stored.epoch,
        seq=stored.seq,
        event_id=stored.event_id,
        at=at,
        event=event,
        does=moving(event, own),
    )


def moving(event: events.Event | events.Opaque, at: datetime | None = None) -> Consequences:
    """What an event does at head office: nothing where it cannot be true. `at` is the event's own
    instant, where that was read already.
    """
    if not isinstance(event, _DOING):
        return NO_CONSEQUENCES
    does = consequences_of(event, at)
    return NO_CONSEQUENCES if unsound(does) else does


def unsound(does: Consequences) -> bool:
    """Whether consequences cannot be an honest till's: amounts that are none or beyond all bounds,
    or a transfer between two owners. No engine plans such.
    """
    # Written out, for every event of a chain comes through here.
    for transfer in does.transfers:
        debit, credit = transfer.debit, transfer.credit
        if not 0 < transfer.amount <= AMOUNT_MAX:
            return True
        gives, takes = debit.owner, credit.owner
        if gives == takes:
            if debit == credit:
                return True
        elif gives and takes and _STORE_RISK is not debit.kind and _STORE_RISK is not credit.kind:
            return True
        for use in transfer.uses:
            if abs(use.amount) > AMOUNT_MAX:
                return True
    for change in does.rights:
        if not 0 <= change.amount <= AMOUNT_MAX:
            return True
    counted = [entry.amount for entry in does.meters]
    return bool(counted) and not -AMOUNT_MAX <= min(counted) <= max(counted) <= AMOUNT_MAX


def _take(till_id: bytes, till: _Till, stored: StoredEvent) -> Filed:
    one = filed(
        stored,
        events.decode(stored.body),
        till_id=till_id,
        store=till.store,
        last_at=till.last_at,
    )
    if not isinstance(one.event, events.Heard):
        till.last_at = one.at
    if isinstance(one.event, events.Sale):
        till.sold.setdefault(one.event.no, []).append(stored.body)
    return one
