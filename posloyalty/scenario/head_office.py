"""Head office as a scenario needs it: the real one, between tills that lie in one process.

Shape: `HeadOffice` is the port; `OfficeHere` answers it with the head office of `sync/office`,
which knows nothing of networks. The world decides who reaches it and when.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Protocol

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import StoredCard, stored_card
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import Account
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.seen import Books
from posloyalty.services.ports import BookFacts
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journal import StoredEvent, genesis_predecessor
from posloyalty.sync.journals import Received
from posloyalty.sync.leases import Asset, Denied, Lease
from posloyalty.sync.office.ending import WIND_UP, ending
from posloyalty.sync.office.head_office import HeadOffice as PureOffice
from posloyalty.sync.office.rules import OfficeRules
from posloyalty.sync.office.telling import Answer
from posloyalty.sync.risk_policy import RiskPolicy


class HeadOffice(Protocol):
    """What a scenario asks of head office."""

    @abstractmethod
    def use(self, rules: OfficeRules) -> None:
        """By what it decides; before any till joins."""

    @abstractmethod
    def enrol(self, facts: BookFacts) -> None:
        """A till joins."""

    @abstractmethod
    def merge(self, stays: bytes, goes: bytes, at: datetime) -> bool:
        """Make two records one; False where it cannot be."""

    @abstractmethod
    def erase(self, member: bytes, at: datetime) -> bool:
        """Erase a member; False for one who is not known."""

    @abstractmethod
    def wind_up(self, member: bytes, programme: Programme, at: datetime) -> bool:
        """What is left to a member of a programme that is over ends; False for nothing."""

    @abstractmethod
    def receive(self, till: bytes, told: Iterable[StoredEvent]) -> Received:
        """Take events of a till's journal in."""

    @abstractmethod
    def answer(self, till: bytes, at: datetime) -> Answer:
        """What a till has to hear."""

    @abstractmethod
    def adopt(self, policy: RiskPolicy) -> None:
        """What tills may hand out offline, and who bears what was spent twice."""

    @abstractmethod
    def lease(
        self,
        request_id: bytes,
        till: bytes,
        asset: Asset,
        amount: int,
        *,
        at: datetime,
        last_day: date,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till so much of an asset through a day."""

    @abstractmethod
    def reserve(
        self,
        request_id: bytes,
        till: bytes,
        asset: Asset,
        wanted: int,
        *,
        at: datetime,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till in reach what a sale wants, as far as it is free."""

    @abstractmethod
    def paid_for(self, lease: Lease) -> int | None:
        """The money that may go back for goods that were lent; None for anything else."""

    @abstractmethod
    def recall(self, till: bytes, owner: bytes) -> None:
        """Ask a till for what it holds of an owner."""

    @abstractmethod
    def declare_lost(self, till: bytes, at: datetime) -> None:
        """A till will not come back."""

    @abstractmethod
    def books(self, programme: Programme, at: datetime, members: Mapping[str, bytes]) -> Books:
        """What it knows at an instant; members by the name in the file."""


class OfficeHere:
    """The head office of the product, in this process."""

    def __init__(self) -> None:
        self.pure = PureOffice(derive_id("scenario-office"))
        self._codes: dict[bytes, str] = {}

    def use(self, rules: OfficeRules) -> None:
        """By what it decides."""
        self.pure = PureOffice(derive_id("scenario-office"), rules=rules)

    def merge(self, stays: bytes, goes: bytes, at: datetime) -> bool:
        """Make two records one."""
        return self.pure.merge(stays, goes, at)

    def erase(self, member: bytes, at: datetime) -> bool:
        """Erase a member."""
        return self.pure.erase(member, at)

    def wind_up(self, member: bytes, programme: Programme, at: datetime) -> bool:
        """What is left to a member ends."""
        plans = ending(programme, [])
        written = self.pure.by_hand(
            member, WIND_UP, programme, at, what=programme.id, facts=(), plans=plans
        )
        return written is not None

    def enrol(self, facts: BookFacts) -> None:
        """A till joins with its certificate."""
        genesis = genesis_predecessor(facts.till_id, facts.certificate)
        self._codes[facts.till_id] = facts.till_code
        self.pure.enrol(facts.till_id, store=facts.store_code, genesis=genesis)

    def receive(self, till: bytes, told: Iterable[StoredEvent]) -> Received:
        """Take in what is new."""
        return self.pure.receive(till, told)

    def answer(self, till: bytes, at: datetime) -> Answer:
        """What the till has to hear."""
        return self.pure.answer(till, at)

    def adopt(self, policy: RiskPolicy) -> None:
        """Who bears what was spent twice."""
        self.pure.overspend = Overspend.MEMBER if policy.member_debt else Overspend.STORE

    def lease(
        self,
        request_id: bytes,
        till: bytes,
        asset: Asset,
        amount: int,
        *,
        at: datetime,
        last_day: date,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till so much."""
        return self.pure.lease(request_id, till, asset, amount, at=at, last_day=last_day, zone=zone)

    def reserve(
        self,
        request_id: bytes,
        till: bytes,
        asset: Asset,
        wanted: int,
        *,
        at: datetime,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till what is free of what it wants."""
        return self.pure.reserve(request_id, till, asset, wanted, at=at, zone=zone)

    def paid_for(self, lease: Lease) -> int | None:
        """What was paid for them."""
        return self.pure.paid_for(lease)

    def recall(self, till: bytes, owner: bytes) -> None:
        """Ask for everything that a till holds of an owner."""
        for lease in self.pure.lending.book.of_till(till):
            if lease.asset.owner == owner:
                self.pure.lending.recall(lease.id)

    def declare_lost(self, till: bytes, at: datetime) -> None:
        """Free what it held."""
        self.pure.lending.book.declare_lost(till, at=at)

    def books(self, programme: Programme, at: datetime, members: Mapping[str, bytes]) -> Books:
        """What it knows."""
        return OfficeBooks(self.pure, programme, at, members, self._codes)


class OfficeBooks(Books):
    """Head office's books as expectations look at them."""

    def __init__(
        self,
        office: PureOffice,
        programme: Programme,
        at: datetime,
        members: Mapping[str, bytes],
        codes: Mapping[bytes, str],
    ) -> None:
        self.office = office
        self._codes = codes
        self.programme = programme
        self.day = store_day(at, programme.zone)
        self._members = members

    def state(self, member: str) -> MemberState | None:
        """A member whose making was heard of."""
        member_id = self._members.get(member)
        return None if member_id is None else self.office.state(member_id)

    def gift_card(self, card: bytes) -> StoredCard | None:
        """A card, from the folds of itself and of whoever may own it."""
        own = self.office.fold(card)
        held = [right for one in self._members.values() for right in self.office.fold(one).rights]
        rights = [right for right in (*own.rights, *held) if right.code == card.hex()]
        return stored_card(self.programme, rights, {"": own.lots})

    def counts(self, owner: bytes) -> tuple[MeterEntry, ...]:
        """What all tills counted."""
        return self.office.fold(owner).meters

    def till_code(self, till_id: bytes) -> str:
        """How a till is called in the file."""
        return self._codes[till_id]

    def accounts(self) -> Mapping[Account, int]:
        """Every account of every till."""
        return self.office.accounts()
