"""A till of a scenario: its services, its wall clock, and whether head office hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import StoredCard
from posloyalty.domain.ledger.balance import fold
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import Account
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import Currency
from posloyalty.scenario.machine import WallClock
from posloyalty.scenario.seen import Books
from posloyalty.services.selling.hold_sale import HeldRow
from posloyalty.services.selling.stored_cards import card_by_id
from posloyalty.services.till import Till
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.risk_policy import RiskPolicy


@dataclass(slots=True, kw_only=True)
class PlacedTill:
    """One till. `operators` are by the name in the file; `sent_seq` is what head office has.

    `policy` bounds what it hands out offline, where it shares its members with others. `practice`:
    it is for training, and head office hears nothing of it. `restarts` counts how often its program
    began anew on the book in `folder`.
    """

    code: str
    number: int
    folder: Path
    currency: Currency
    till: Till
    wall: WallClock
    manager: Operator
    members: dict[str, bytes]
    operators: dict[str, Operator] = field(default_factory=dict)
    online: bool = True
    sent_seq: int = 0
    policy: RiskPolicy | None = None
    practice: bool = False
    restarts: int = 0

    def unsent(self) -> tuple[StoredEvent, ...]:
        """The journal's events that head office has not got, in their order."""
        with self.till.book.read() as reader:
            return tuple(reader.journal.events(after_seq=self.sent_seq))

    def event(self, event_id: bytes) -> StoredEvent | None:
        """One event of the journal."""
        with self.till.book.read() as reader:
            return reader.journal.by_event_id(event_id)

    def programme(self, at: datetime) -> Programme:
        """The programme in effect here at an instant."""
        with self.till.book.read() as reader:
            found = self.till.programmes.at(reader, at)
        return without_programme(self.currency, self.till.clock.zone) if found is None else found


class TillBooks(Books):
    """What a till knows: members from its book, accounts folded from its journal."""

    def __init__(self, placed: PlacedTill) -> None:
        self.placed = placed
        now = placed.till.clock.now()
        self.programme = placed.programme(now)
        self.day = store_day(now, self.programme.zone)

    def state(self, member: str) -> MemberState | None:
        """The member as this till's rules see them, with every lot they ever had."""
        member_id = self.placed.members.get(member)
        if member_id is None:
            return None
        with self.placed.till.book.read() as reader:
            return reader.ledger.member_state(member_id, lots_since=date.min)

    def gift_card(self, card: bytes) -> StoredCard | None:
        """The card as this till's book holds it."""
        with self.placed.till.book.read() as reader:
            return card_by_id(reader, self.programme, card)

    def held(self) -> tuple[HeldRow, ...]:
        """What this till put aside."""
        return self.placed.till.hold.all()

    def open_payments(self) -> tuple[Payment, ...]:
        """What this till's terminal left open, or took for no sale."""
        return self.placed.till.payments.unsettled()

    def counts(self, owner: bytes) -> tuple[MeterEntry, ...]:
        """What this till counted."""
        with self.placed.till.book.read() as reader:
            return reader.ledger.meters(owner, date.min)

    def identified(self, member: str) -> bool:
        """Whether there is a name, or a phone or card number."""
        with self.placed.till.book.read() as reader:
            found = reader.members.by_id(self.placed.members.get(member, b""))
        return found is not None and bool(found.profile.name or found.profile.identifiers)

    def accounts(self) -> Mapping[Account, int]:
        """Every account that this till's events moved."""
        with self.placed.till.book.read() as reader:
            told = [events.decode(one.body) for one in reader.journal.events()]
        moved = [t for e in told if isinstance(e, Doing) for t in consequences_of(e).transfers]
        return fold(moved).accounts
