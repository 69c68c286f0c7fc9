"""Leases: rights to spend that head office hands to tills, so that no two spend the same.

Shape: head office keeps a `LeaseBook`; each `Lease` is so much of one asset, for one till. A till
spends from what it holds and tells head office by its journal. Escrow: what is leased is held aside
from the asset, so tills need no network to be right. For every asset, at every moment:

    granted = left in open leases + used + given back + reclaimed

Points, vouchers, gift cards, budgets, stock and the right to return a line all go this one way.
Nothing here reads a clock: instants are handed in, and a local clock alone never frees value.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

CONTINGENT_DAYS = 30
LEASE: Final = "lease"
"""The kind of right that a lease is in a till's book: issued, used and withdrawn like every right,
but the till's own affair, of which no other till hears."""
RISK_FLOOR: Final = "risk/floor"
RISK_OVERRIDE: Final = "risk/override"
"""The meters of what was handed out beyond leases, in minor units of money: on the merchant's own
account up to a floor, and by a supervisor's word. Owners: the member, the till, the store."""


SALE_UNKNOWN: Final = "SALE_UNKNOWN"
"""Why no right to return is lent: head office does not have the sale yet."""
PUT_BACK: Final = "PUT_BACK"
"""Why nothing is lent: head office was put back from a copy, and its tills have not all told yet
what they hold."""
DAY_AHEAD: Final = "DAY_AHEAD"
"""Why nothing is lent: the till's day is more than a week ahead of head office's."""
AGAIN_MS: Final = 20_000
"""How long a sale goes by it that head office did not lend something; then it may ask again."""


class AssetKind(StrEnum):
    """What can be leased."""

    POINTS = "points"  # minor units of a wallet, stamps and money wallets too
    RIGHT = "right"  # uses of a voucher, pass or reward
    CARD = "card"  # minor units on a gift card
    BUDGET = "budget"  # minor units of a campaign's budget
    COST = "cost"  # minor units of a campaign's budget of what its gifts cost the shop
    BONUS = "bonus"  # minor units of a campaign's budget in points
    STOCK = "stock"  # pieces of a limited reward
    RETURN = "return"  # thousandths of a sold article that may still come back


SHARED: Final = frozenset({AssetKind.BUDGET, AssetKind.COST, AssetKind.BONUS, AssetKind.STOCK})
"""What is no customer's own: where it is short, a sale goes on without it."""


@dataclass(frozen=True, slots=True, order=True)
class Asset:
    """One thing that is spent: `key` is its ledger, right, campaign or line; `owner` a member."""

    kind: AssetKind
    key: str
    owner: bytes = b""

    @property
    def text(self) -> str:
        """Kind and key in one, as a till's book has it: "points:club/points"."""
        return f"{self.kind.value}:{self.key}"


class LeaseState(StrEnum):
    """Where a lease stands. RECLAIMED was taken back from a till that is lost."""

    OPEN = "open"
    CLOSED = "closed"
    RECLAIMED = "reclaimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """So much of an asset for one till, until `not_after`; `gen` rises with every change, and is 0
    as long as only the till says that it was lent: then nothing is held aside for it.
    """

    id: bytes
    asset: Asset
    till_id: bytes
    amount: int
    used: int = 0
    returned: int = 0
    granted_at: datetime
    not_after: datetime
    state: LeaseState = LeaseState.OPEN
    gen: int = 1

    @property
    def left(self) -> int:
        """What the till may still spend."""
        return self.amount - self.used - self.returned if self.state is LeaseState.OPEN else 0

    @property
    def believed(self) -> Lease:
        """The same where it turned out that head office had lent it, and forgot."""
        return replace(self, state=LeaseState.OPEN, gen=1)


@dataclass(frozen=True, slots=True)
class Denied:
    """A lease that was not granted: ASSET_SHORT with what is free, NOTHING_ASKED, SALE_UNKNOWN,
    DAY_AHEAD.
    """

    reason: str
    free: int = 0


@dataclass(frozen=True, slots=True)
class Contingent:
    """What was reclaimed from a lost till: a use proved until then is the store's risk."""

    lease_id: bytes
    amount: int
    until: datetime


class ReclaimRefused(ValueError):
    """An expired lease may not be taken back yet: the till may have spent from it unseen."""


class LeaseShelf(Protocol):
    """Where leases lie: in memory, or in head office's database."""

    @abstractmethod
    def get(self, lease_id: bytes) -> Lease | None:
        """A lease by id."""

    @abstractmethod
    def put(self, lease: Lease) -> None:
        """A new lease, or a known one as it is now."""

    @abstractmethod
    def of_till(self, till_id: bytes, state: LeaseState) -> Iterable[Lease]:
        """The leases of a till in a state, as they were granted."""

    @abstractmethod
    def of_asset(self, asset: Asset) -> Iterable[Lease]:
        """The open leases of an asset."""

    @abstractmethod
    def of_owner(self, owner: bytes) -> Iterable[Lease]:
        """The open leases of whatever somebody owns."""

    @abstractmethod
    def open(self, kind: AssetKind | None = None) -> Iterable[Lease]:
        """Every open lease, of one kind of asset or of all."""

    @abstractmethod
    def contingent(self, lease_id: bytes) -> Contingent | None:
        """What a reclaimed lease may still cost."""

    @abstractmethod
    def put_contingent(self, contingent: Contingent) -> None:
        """What a reclaimed lease may still cost now."""

    @abstractmethod
    def contingents(self) -> Iterable[Contingent]:
        """Everything that may still come back as a loss."""


class MemoryLeases(LeaseShelf):
    """Leases in memory."""

    def __init__(self) -> None:
        self._leases: dict[bytes, Lease] = {}
        self._open: dict[bytes, Lease] = {}  # the same, of which somebody may still spend
        self._contingent: dict[bytes, Contingent] = {}

    def get(self, lease_id: bytes) -> Lease | None:
        """A lease by id."""
        return self._leases.get(lease_id)

    def put(self, lease: Lease) -> None:
        """A lease as it is now."""
        self._leases[lease.id] = lease
        if lease.state is LeaseState.OPEN:
            self._open[lease.id] = lease
        else:
            self._open.pop(lease.id, None)

    def of_till(self, till_id: bytes, state: LeaseState) -> list[Lease]:
        """The leases of a till in a state."""
        among = self._open if state is LeaseState.OPEN else self._leases
        own = (lease for lease in among.values() if lease.till_id == till_id)
        return [lease for lease in own if lease.state is state]

    def of_asset(self, asset: Asset) -> list[Lease]:
        """The open leases of an asset."""
        return [lease for lease in self.open() if lease.asset == asset]

    def of_owner(self, owner: bytes) -> list[Lease]:
        """The open leases of whatever somebody owns."""
        return [lease for lease in self.open() if lease.asset.owner == owner]

    def open(self, kind: AssetKind | None = None) -> list[Lease]:
        """Every open lease."""
        return [one for one in self._open.values() if kind is None or one.asset.kind is kind]

    def contingent(self, lease_id: bytes) -> Contingent | None:
        """What a reclaimed lease may still cost."""
        return self._contingent.get(lease_id)

    def put_contingent(self, contingent: Contingent) -> None:
        """What it may still cost now."""
        self._contingent[contingent.lease_id] = contingent

    def contingents(self) -> list[Contingent]:
        """Everything that may still come back as a loss."""
        return list(self._contingent.values())

    def said(self) -> list[Lease]:
        """Those of which only a till says that they were lent."""
        return [lease for lease in self._leases.values() if not lease.gen]


class LeaseBook:
    """Head office's side: who holds how much of what. Without a shelf it keeps them itself."""

    def __init__(self, shelf: LeaseShelf | None = None) -> None:
        self._shelf = MemoryLeases() if shelf is None else shelf

    def lease(self, lease_id: bytes) -> Lease:
        """A lease by id; KeyError for one that was never granted."""
        found = self._shelf.get(lease_id)
        if found is None:
            raise KeyError(lease_id)
        return found

    def of_till(self, till_id: bytes) -> tuple[Lease, ...]:
        """The open leases of a till."""
        return tuple(self._shelf.of_till(till_id, LeaseState.OPEN))

    def of_owner(self, owner: bytes) -> tuple[Lease, ...]:
        """The open leases of whatever somebody owns."""
        return tuple(self._shelf.of_owner(owner))

    def reclaimed_from(self, till_id: bytes) -> tuple[Lease, ...]:
        """What was taken back from a till that was declared lost, and that it may still hold."""
        return tuple(self._shelf.of_till(till_id, LeaseState.RECLAIMED))

    def open_leases(self, kind: AssetKind | None = None) -> tuple[Lease, ...]:
        """Every lease of which something is left, in the order in which they were granted."""
        return tuple(lease for lease in self._shelf.open(kind) if lease.left)

    def held(self, asset: Asset) -> int:
        """How much of an asset lies in open leases and is not spent."""
        return sum(lease.left for lease in self._shelf.of_asset(asset))

    def held_where(self, asset: Asset) -> dict[bytes, int]:
        """The same by till, for "held at store S"."""
        found: dict[bytes, int] = {}
        for lease in self._shelf.of_asset(asset):
            if lease.left:
                found[lease.till_id] = found.get(lease.till_id, 0) + lease.left
        return found

    def grant(
        self,
        request_id: bytes,
        asset: Asset,
        *,
        till_id: bytes,
        amount: int,
        owned: int,
        at: datetime,
        not_after: datetime,
    ) -> Lease | Denied:
        """Lease `amount` of an asset of which `owned` there is in all.

        The same request again gives the same lease, whatever was lost on the way.
        Never more than is free: what others hold is theirs until they give it back.
        """
        known = self._shelf.get(request_id)
        if known is not None:
            return known
        free = max(0, owned - self.held(asset))
        if amount <= 0:
            return Denied("NOTHING_ASKED", free)
        if amount > free:
            return Denied("ASSET_SHORT", free)
        lease = Lease(
            id=request_id,
            asset=asset,
            till_id=till_id,
            amount=amount,
            granted_at=at,
            not_after=not_after,
        )
        self._shelf.put(lease)
        return lease

    def use(self, lease_id: bytes, amount: int, *, at: datetime) -> int:
        """A use that a till's journal proves; returns how much of it no lease covers any more.

        Of a reclaimed lease the contingent amount bears it, until its time is over: the caller
        books what is returned to the store's risk.
        """
        lease = self.lease(lease_id)
        if not lease.gen:
            used = min(lease.amount, lease.used + amount)
            self._shelf.put(replace(lease, used=used))
            return amount
        if lease.state is LeaseState.RECLAIMED:
            return self._late_use(lease, amount, at)
        covered = min(amount, lease.left)
        changed = replace(lease, used=lease.used + covered, gen=lease.gen + 1)
        self._shelf.put(changed)
        return amount - covered

    def give_back(self, lease_id: bytes, amount: int | None = None) -> Lease:
        """A till gives back what it did not spend, all of it or part; it is free again at once."""
        lease = self.lease(lease_id)
        if not lease.gen:
            lease = lease.believed  # it is over: what it was counts for nobody any more
        part = lease.left if amount is None else min(amount, lease.left)
        changed = replace(lease, returned=lease.returned + part, gen=lease.gen + 1)
        if not changed.left:
            changed = replace(changed, state=LeaseState.CLOSED)
        self._shelf.put(changed)
        return changed

    def expire(self, lease_id: bytes, *, journal_seen_to: datetime) -> Lease:
        """Take back an expired lease of a till whose journal is known past its end.

        `journal_seen_to` is the server-anchored instant up to which that journal is contiguous;
        before `not_after` the till may still have spent unseen: `ReclaimRefused`.
        """
        lease = self.lease(lease_id)
        if journal_seen_to <= lease.not_after:
            raise ReclaimRefused("the till's journal is not known past the lease's end")
        return self.give_back(lease_id)

    def declare_lost(self, till_id: bytes, *, at: datetime) -> tuple[Contingent, ...]:
        """An operator declares a till lost: what it did not spend is free at once.

        The amounts stay contingent for thirty days, so that a use proved later is the store's loss
        and not the member's.
        """
        freed = []
        for lease in self.of_till(till_id):
            contingent = Contingent(lease.id, lease.left, at + timedelta(days=CONTINGENT_DAYS))
            self._shelf.put_contingent(contingent)
            self._shelf.put(replace(lease, state=LeaseState.RECLAIMED, gen=lease.gen + 1))
            freed.append(contingent)
        return tuple(freed)

    def contingent(self, at: datetime) -> int:
        """What may still come back as a loss at an instant."""
        return sum(one.amount for one in self._shelf.contingents() if at <= one.until)

    def _late_use(self, lease: Lease, amount: int, at: datetime) -> int:
        contingent = self._shelf.contingent(lease.id)
        if contingent is not None and at <= contingent.until:
            left = max(0, contingent.amount - amount)
            self._shelf.put_contingent(replace(contingent, amount=left))
        return amount
