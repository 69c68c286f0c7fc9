"""Head office's side of leases: what each till was lent, what it used, what it is to give back.

Shape: `follow(event)` hears of uses and returns from the tills' journals, which are the only proof
of either; `grants_for` and `recalls_for` are said to a till again and again until its own journal
shows that it heard. The arithmetic of escrow is `sync/leases.py`; the leases lie on a shelf, in
memory or in the database.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import (
    Asset,
    Denied,
    Lease,
    LeaseBook,
    LeaseShelf,
    LeaseState,
    MemoryLeases,
)
from posloyalty.sync.office.telling import Grant

LEASE_MOVES: Final = (RightMove.USE, RightMove.CANCEL)
"""What a journal says of a lease that was taken up: so much was used, or it was given back."""
Marks = Mapping[bytes, bool]
"""Leases that a till's journal shows it took up, and whether it still holds them."""


@dataclass(frozen=True, slots=True)
class HeldBy:
    """What a till holds: its open `leases`, and what was `reclaimed` from it and may be there."""

    leases: tuple[Lease, ...]
    reclaimed: tuple[Lease, ...]

    @property
    def ids(self) -> list[bytes]:
        """Of all of them."""
        return [lease.id for lease in (*self.leases, *self.reclaimed)]


class LendingShelf(LeaseShelf, Protocol):
    """Leases with what only head office has to know of each."""

    @abstractmethod
    def end_on(self, lease_id: bytes, last_day: date) -> None:
        """A new lease is good through a day of the programme's zone."""

    @abstractmethod
    def last_day(self, lease_id: bytes) -> date | None:
        """Through which day a lease is good; None for a lease that is not known."""

    @abstractmethod
    def recall(self, lease_id: bytes) -> None:
        """Note that a lease was asked back."""

    @abstractmethod
    def is_recalled(self, lease_id: bytes) -> bool:
        """Whether a lease was asked back."""

    @abstractmethod
    def known(self, lease_ids: Collection[bytes]) -> set[bytes]:
        """Those of some leases that lie here."""

    @abstractmethod
    def believe(self, gone: Collection[bytes] = ()) -> None:
        """A life begins: what tills say that they were lent, and hold, is theirs. Of tills that are
        gone nothing would ever come back.
        """


class MemoryShelf(MemoryLeases, LendingShelf):
    """Leases in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._last_days: dict[bytes, date] = {}
        self._recalled: set[bytes] = set()

    def end_on(self, lease_id: bytes, last_day: date) -> None:
        """A new lease is good through a day."""
        self._last_days[lease_id] = last_day

    def last_day(self, lease_id: bytes) -> date | None:
        """Through which day a lease is good."""
        return self._last_days.get(lease_id)

    def recall(self, lease_id: bytes) -> None:
        """Note that a lease was asked back."""
        self._recalled.add(lease_id)

    def is_recalled(self, lease_id: bytes) -> bool:
        """Whether a lease was asked back."""
        return lease_id in self._recalled

    def known(self, lease_ids: Collection[bytes]) -> set[bytes]:
        """Those of some leases that lie here."""
        return {one for one in lease_ids if self.get(one) is not None}

    def believe(self, gone: Collection[bytes] = ()) -> None:
        """What tills say that they were lent is theirs."""
        for lease in self.said():
            if lease.till_id not in gone:
                self.put(lease.believed)


class OfficeLending:
    """Every lease of one head office."""

    def __init__(self, shelf: LendingShelf) -> None:
        self._shelf = shelf
        self.book = LeaseBook(shelf)
        self.named_by_others: list[tuple[Filed, Lease]] = []
        """Events that say that they use or give back a lease of another till, since this was made.
        No till's program writes one."""

    def lease(
        self,
        request_id: bytes,
        till_id: bytes,
        asset: Asset,
        amount: int,
        *,
        owned: int,
        at: datetime,
        last_day: date,
        not_after: datetime,
    ) -> Lease | Denied:
        """Lend; `owned` is what there is of the asset in all, leases included."""
        found = self.book.grant(
            request_id,
            asset,
            till_id=till_id,
            amount=amount,
            owned=owned,
            at=at,
            not_after=not_after,
        )
        if isinstance(found, Lease) and self._shelf.last_day(found.id) is None:
            self._shelf.end_on(found.id, last_day)
        return found

    def anew(self, request_id: bytes) -> bytes:
        """The id of the lease that a sale's wish is now: what it gave back unused, because somebody
        took longer than it is held aside, is lent again when the same sale asks once more.
        """
        lease = self._shelf.get(request_id)
        while lease is not None and lease.state is LeaseState.CLOSED and not lease.used:
            request_id = derive_id("again", request_id)
            lease = self._shelf.get(request_id)
        return request_id

    def recall(self, lease_id: bytes) -> None:
        """Ask for a lease back; it stays the till's until its journal says that it gave it."""
        self._shelf.recall(lease_id)

    def recall_of(self, owner: bytes) -> None:
        """Ask for everything back that tills hold of an owner."""
        for lease in self.book.of_owner(owner):
            self.recall(lease.id)

    def follow(self, one: Filed) -> None:
        """An event that was filed: leases of its till that it used, or that it gave back. Nobody
        else's journal says anything of a lease: who may spend from it still does. What names one
        all the same is noted (`named_by_others`).
        """
        for change in one.does.rights:
            if change.move not in LEASE_MOVES:
                continue
            lease = self._shelf.get(change.right_id)
            if lease is None:
                continue
            if lease.till_id != one.till_id:
                self.named_by_others.append((one, lease))
            elif change.move is RightMove.USE:
                self.book.use(change.right_id, change.amount, at=one.at)
            else:
                self.book.give_back(change.right_id)

    def expire(self, till_id: bytes, seen_to: datetime | None) -> None:
        """Free what ran out at a till whose journal is known past the end: its time never goes
        back, so it will not spend from it any more. No other clock frees anything.
        """
        if seen_to is None:
            return
        for lease in self.book.of_till(till_id):
            if lease.not_after < seen_to:
                self.book.expire(lease.id, journal_seen_to=seen_to)

    def forgotten(self, till_id: bytes, marks: Marks) -> None:
        """Close the leases that a restored till's book does not hold: it was lent them after the
        place that it went back to, and its journal says all that can be known of their use.
        """
        held = self.held_by(till_id)
        for lease in (*held.leases, *(one for one in held.reclaimed if not one.gen)):
            if lease.id not in marks:
                self.book.give_back(lease.id)

    def held_by(self, till_id: bytes) -> HeldBy:
        """What a till holds, read once for everything that is said of it."""
        return HeldBy(self.book.of_till(till_id), self.book.reclaimed_from(till_id))

    def grants_for(self, held: HeldBy, marks: Marks) -> tuple[Grant, ...]:
        """What a till was lent and does not know of yet."""
        return tuple(
            Grant(lease_id=lease.id, asset=lease.asset, amount=lease.amount, last_day=last_day)
            for lease in held.leases
            if lease.id not in marks and (last_day := self._shelf.last_day(lease.id)) is not None
        )

    def recalls_for(self, held: HeldBy, marks: Marks) -> tuple[bytes, ...]:
        """What a till holds and is to give back: asked for, or no longer its own."""
        asked = [one for one in held.leases if self._shelf.is_recalled(one.id)]
        return tuple(lease.id for lease in (*asked, *held.reclaimed) if marks.get(lease.id))

    def of_till(self, till_id: bytes) -> list[bytes]:
        """The leases of a till that it may have to be told of."""
        return self.held_by(till_id).ids
