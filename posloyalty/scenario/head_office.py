"""Head office as a scenario needs it: the real one, between tills that lie in one process.

Shape: `HeadOffice` is the port; `OfficeHere` answers it with the head office of `sync/office`,
which knows nothing of networks. The world decides who reaches it and when.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
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
from posloyalty.sync.journal import StoredEvent, genesis_predecessor
from posloyalty.sync.journals import Received
from posloyalty.sync.office.head_office import HeadOffice as PureOffice
from posloyalty.sync.office.telling import Answer


class HeadOffice(Protocol):
    """What a scenario asks of head office."""

    @abstractmethod
    def enrol(self, facts: BookFacts) -> None:
        """A till joins."""

    @abstractmethod
    def receive(self, till: bytes, told: Iterable[StoredEvent]) -> Received:
        """Take events of a till's journal in."""

    @abstractmethod
    def answer(self, till: bytes, at: datetime) -> Answer:
        """What a till has to hear."""

    @abstractmethod
    def books(self, programme: Programme, at: datetime, members: Mapping[str, bytes]) -> Books:
        """What it knows at an instant; members by the name in the file."""


class OfficeHere:
    """The head office of the product, in this process."""

    def __init__(self) -> None:
        self.pure = PureOffice(derive_id("scenario-office"))

    def enrol(self, facts: BookFacts) -> None:
        """A till joins with its certificate."""
        genesis = genesis_predecessor(facts.till_id, facts.certificate)
        self.pure.enrol(facts.till_id, store=facts.store_code, genesis=genesis)

    def receive(self, till: bytes, told: Iterable[StoredEvent]) -> Received:
        """Take in what is new."""
        return self.pure.receive(till, told)

    def answer(self, till: bytes, at: datetime) -> Answer:
        """What the till has to hear."""
        return self.pure.answer(till, at)

    def books(self, programme: Programme, at: datetime, members: Mapping[str, bytes]) -> Books:
        """What it knows."""
        return OfficeBooks(self.pure, programme, at, members)


class OfficeBooks(Books):
    """Head office's books as expectations look at them."""

    def __init__(
        self,
        office: PureOffice,
        programme: Programme,
        at: datetime,
        members: Mapping[str, bytes],
    ) -> None:
        self.office = office
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

    def accounts(self) -> Mapping[Account, int]:
        """Every account of every till."""
        return self.office.accounts()
