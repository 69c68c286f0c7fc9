"""What head office tells a till: events of elsewhere as they stand in its ledger, and what brings
the till's book into line where the two disagree.

Shape: an `Answer` is made against a place of the till's journal and is good at that place only: a
till that has sold since sends that first and asks again. So an answer that is lost, comes late or
comes twice does nothing wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec import UNSET

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import Transfer
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.journals import Filed, Place
from posloyalty.sync.leases import LEASE, Asset
from posloyalty.sync.office.belongings import Belongings

SETTLE = "settle"
"""What brings a book into line is called in the till's journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One event to be heard: see `events.Heard` for what the fields are.

    `owners` are those whose books it is about, beside what it counts for campaigns and causes; they
    do not travel.
    """

    event_id: bytes
    at: str
    what: str
    src: bytes
    facts: tuple[tuple[str, str], ...] = ()
    does: Consequences = NO_CONSEQUENCES
    owners: frozenset[bytes] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A lease for the till: so much of an asset, good through a day of the programme's zone."""

    lease_id: bytes
    asset: Asset
    amount: int
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a till is to hear, in this order, when its journal stands at `base`; `at` is head
    office's time.

    `grants` are leases that it does not hold yet, `recalls` those that it is to give back. Both are
    said again until its journal shows that it did. There is more to hear where something is `left`.
    """

    base: Place | None
    tellings: tuple[Telling, ...] = ()
    grants: tuple[Grant, ...] = ()
    recalls: tuple[bytes, ...] = ()
    at: datetime | None = None
    left: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hear."""
        return not (self.tellings or self.grants or self.recalls)


def granted(grant: Grant, *, at: str, day: date, hlc: tuple[int, int]) -> events.Act:
    """A lease as the till journals that it holds it."""
    right = Right(
        id=grant.lease_id,
        kind=LEASE,
        of=grant.asset.text,
        owner=grant.asset.owner,
        programme="",
        uses=grant.amount,
        last_day=grant.last_day,
    )
    return _lease_act(right, RightMove.ISSUE, at=at, day=day, hlc=hlc)


def given_back(lease: Right, *, at: str, day: date, hlc: tuple[int, int]) -> events.Act:
    """What the till journals when it gives back what is left of a lease."""
    return _lease_act(lease, RightMove.CANCEL, at=at, day=day, hlc=hlc)


def _lease_act(
    lease: Right, move: RightMove, *, at: str, day: date, hlc: tuple[int, int]
) -> events.Act:
    event_id = derive_id("lease", move.value, lease.id)
    change = RightChange(
        id=derive_id("lease_change", event_id),
        right_id=lease.id,
        move=move,
        event_id=event_id,
        opens=lease if move is RightMove.ISSUE else None,
    )
    return events.Act(
        id=event_id.hex(),
        at=at,
        hlc=hlc,
        kind=LEASE,
        what=lease.of,
        day=day.isoformat(),
        rights=rights_changed((change,)),
    )


def heard(telling: Telling, *, hlc: tuple[int, int]) -> events.Heard:
    """A telling as the till journals it."""
    does = telling.does
    return events.Heard(
        id=telling.event_id.hex(),
        at=telling.at,
        hlc=hlc,
        what=telling.what,
        src=telling.src.hex(),
        facts=telling.facts,
        post=posts(does.transfers),
        tiers=tiers_met(does.tiers),
        rights=rights_changed(does.rights),
        meters=counted(does.meters, member_id=None, at=parse_instant(telling.at)),
    )


class Teller:
    """Goes through events that a till has not heard, and keeps what its book would then hold;
    `moved` are the transfers of theirs that stand.
    """

    def __init__(
        self, office_id: bytes, books: Iterable[Belongings], moved: Iterable[Transfer]
    ) -> None:
        self._office_id = office_id
        self.books = {one.owner: one.copy() for one in books}
        self._moved: dict[bytes, dict[bytes, Transfer]] = {}
        for transfer in moved:
            self._moved.setdefault(transfer.event_id, {})[transfer.id] = transfer

    def tell(self, one: Filed) -> Telling | None:
        """An event as the till is to hear it; None where nothing of it is the till's business.

        What its book cannot hold is left out, and comes right with the settling afterwards.
        """
        transfers = [t for t in self._moved.get(one.event_id, {}).values() if self._moves(t)]
        rights = []
        for change in one.does.rights:
            for book in self._concerned(change):
                if book.may_change(change):
                    book.change(change)
                    rights.append(change)
        meters = tuple(entry for entry in one.does.meters if entry.owner in self.books)
        tiers = tuple(met for met in one.does.tiers if met.member_id in self.books)
        for met in tiers:
            self.books[met.member_id].take(Consequences(tiers=(met,)))
        does = Consequences(
            transfers=tuple(transfers), rights=tuple(rights), meters=meters, tiers=tiers
        )
        whole = one.event_id.hex() == one.event.id  # and not the rest of one that was heard
        own = whole and one.till_id == self._office_id and isinstance(one.event, events.Act)
        facts = one.event.facts if own and isinstance(one.event, events.Act) else ()
        if does == NO_CONSEQUENCES and not facts:
            return None
        return Telling(
            event_id=one.event_id,
            at=one.event.at,
            what=kind_of(one),
            src=one.till_id,
            facts=facts,
            does=does,
            owners=self._touched(one, does),
        )

    def _touched(self, one: Filed, does: Consequences) -> frozenset[bytes]:
        """The owners with whose other events it belongs together."""
        named = getattr(one.event, "member", UNSET)
        own = {bytes.fromhex(named)} if isinstance(named, str) else set()
        own.update(met.member_id for met in does.tiers)
        for transfer in does.transfers:
            own.update(book.owner for book in self._moved_by(transfer))
        for change in does.rights:
            own.update(book.owner for book in self._concerned(change))
        return frozenset(own)

    def _moved_by(self, transfer: Transfer) -> list[Belongings]:
        """The books that a transfer is about, by their owners: a till hears of hundreds at once."""
        owners = dict.fromkeys((transfer.debit.owner, transfer.credit.owner))
        return [self.books[owner] for owner in owners if owner in self.books]

    def _concerned(self, change: RightChange) -> list[Belongings]:
        """The books that a change is about. Whose right it is only its first change says."""
        books: Iterable[Belongings] = self.books.values()
        if change.opens is not None:
            books = (book for book in (self.books.get(change.opens.owner),) if book is not None)
        return [book for book in books if book.concerns(change)]

    def _moves(self, transfer: Transfer) -> bool:
        touched = self._moved_by(transfer)
        if not touched or not all(book.fits(transfer) for book in touched):
            return False
        for book in touched:
            book.book(transfer)
        return True


def together(tellings: Iterable[Telling]) -> list[list[Telling]]:
    """What is about the same owners, in its order; whatever begins first comes first.

    Between two of these a till may sell: it then knows all or nothing of what happened elsewhere to
    somebody, with what head office gave for it. So it gives nothing that was given for already.
    """
    told = tuple(tellings)
    leads = list(range(len(told)))  # each telling's way to the first of its group
    first: dict[bytes, int] = {}

    def lead(n: int) -> int:
        while leads[n] != n:
            leads[n] = n = leads[leads[n]]
        return n

    for n, telling in enumerate(told):
        for owner in telling.owners:
            one, other = sorted((lead(n), lead(first.setdefault(owner, n))))
            leads[other] = one
    found: dict[int, list[Telling]] = {}
    for n, telling in enumerate(told):
        found.setdefault(lead(n), []).append(telling)
    return list(found.values())


def kind_of(one: Filed) -> str:
    """What an event is called: its type, for an act its kind."""
    if isinstance(one.event, events.Act):
        return one.event.kind
    return one.event.t if isinstance(one.event, events.Opaque) else events.kind(one.event)
