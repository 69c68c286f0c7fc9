"""Head office as a scenario needs it: takes journals in, in any order and any number of times.

Shape: `HeadOffice` is the port; `FoldingHeadOffice` answers it from what tills and head office
share today, the fold of consequences: transfers, rights, meters and tier levels (I4, I11). What
head office decides by itself (leases, merges, settlement) comes with an adapter of its own.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from posloyalty.domain.engine.consequences import Consequences, joined
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.stored_value import StoredCard, stored_card
from posloyalty.domain.ledger.balance import LedgerState, fold
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import fold_rights
from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.scenario.seen import Books
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.journal import StoredEvent


class HeadOffice(Protocol):
    """What a scenario asks of head office."""

    @abstractmethod
    def receive(self, till: str, told: Iterable[StoredEvent]) -> int:
        """Take events of a till's journal in; returns how many were new."""

    @abstractmethod
    def books(self, programme: Programme, at: datetime, members: Mapping[str, bytes]) -> Books:
        """What it knows at an instant; members by the name in the file."""


class FoldingHeadOffice:
    """Keeps events by their id and folds them when asked."""

    def __init__(self) -> None:
        self._bodies: dict[bytes, bytes] = {}

    def receive(self, till: str, told: Iterable[StoredEvent]) -> int:
        """Keep what is new; an event that is here already changes nothing."""
        before = len(self._bodies)
        for event in told:
            self._bodies.setdefault(event.event_id, event.body)
        return len(self._bodies) - before

    def books(self, programme: Programme, at: datetime, members: Mapping[str, bytes]) -> Books:
        """The fold of everything received so far."""
        return _FoldedBooks(programme, at, members, map(events.decode, self._bodies.values()))


class _FoldedBooks(Books):
    """The three folds, and who was made a member."""

    def __init__(
        self,
        programme: Programme,
        at: datetime,
        members: Mapping[str, bytes],
        told: Iterable[events.Event | events.Opaque],
    ) -> None:
        self.programme = programme
        self.day = store_day(at, programme.zone)
        self._members = members
        self._joined: dict[bytes, date] = {}
        self._purchases: dict[bytes, int] = {}
        self._does = joined(self._each(told))
        self._ledger: LedgerState = fold(self._does.transfers)

    def _each(self, told: Iterable[events.Event | events.Opaque]) -> Iterable[Consequences]:
        for event in told:
            if isinstance(event, events.MemberCreate):
                self._joined[bytes.fromhex(event.member)] = date.fromisoformat(event.joined)
            if isinstance(event, events.Sale) and isinstance(event.member, str):
                buyer = bytes.fromhex(event.member)
                self._purchases[buyer] = self._purchases.get(buyer, 0) + 1
            if isinstance(event, Doing):
                yield consequences_of(event)

    def state(self, member: str) -> MemberState | None:
        """A member whose making was heard of."""
        member_id = self._members.get(member)
        if member_id is None or member_id not in self._joined:
            return None
        rights = fold_rights(self._does.rights).values()
        debts = (
            (account.ledger, -balance)
            for account, balance in self._ledger.accounts.items()
            if account.kind is AccountKind.MEMBER_DEBT and account.owner == member_id
        )
        return MemberState(
            member_id=member_id,
            status=MemberStatus.ACTIVE,
            joined_on=self._joined[member_id],
            purchases=self._purchases.get(member_id, 0),
            lots=tuple(lot for lot in self._ledger.lots.values() if lot.account.owner == member_id),
            debts=tuple((ledger, owed) for ledger, owed in debts if owed),
            holdings=self._holdings(member_id),
            rights=tuple(right for right in rights if right.owner == member_id),
            meters=tuple(entry for entry in self._does.meters if entry.owner == member_id),
        )

    def gift_card(self, card: bytes) -> StoredCard | None:
        """A card, from the same folds."""
        rights = fold_rights(self._does.rights).values()
        lots = (lot for lot in self._ledger.lots.values() if lot.account.owner == card)
        own = [right for right in rights if right.code == card.hex()]
        return stored_card(self.programme, own, {"": lots})

    def counts(self, owner: bytes) -> tuple[MeterEntry, ...]:
        """What all tills counted."""
        return tuple(entry for entry in self._does.meters if entry.owner == owner)

    def accounts(self) -> Mapping[Account, int]:
        """Every account of every till."""
        return self._ledger.accounts

    def _holdings(self, member_id: bytes) -> tuple[TierHolding, ...]:
        """The holding of each level that lasts longest, as a till keeps them."""
        held: dict[tuple[str, str], TierHolding] = {}
        for met in self._does.tiers:
            key, holding = (met.holding.scheme, met.holding.level), met.holding
            if met.member_id == member_id and (
                key not in held or holding.through >= held[key].through
            ):
                held[key] = holding
        return tuple(held[key] for key in sorted(held))
