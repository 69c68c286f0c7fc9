"""Where head office's events lie, and what it finds by: in memory, or in its database.

Shape: an `Archive` takes events in (`receive`, `decide`) and notes of each what follows from it
alone, a `Filing`: whom it concerns, which rights it opens, who joined, whom its till knows. Asked,
it gives the events of an owner, what a till's book holds of an owner, and the owners of whom a till
has yet to hear. So nobody ever has to go through all journals. Leases lie on its `LendingShelf`.
Both archives have to answer alike (`tests/headoffice/ledger/test_archive.py`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from msgspec import Struct

from posloyalty.domain.engine.households import HOUSEHOLD
from posloyalty.domain.ledger.right import RightChange, bearer_id
from posloyalty.domain.ledger.transfer import AccountKind, Transfer
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.values.identifiers import id_from_hex
from posloyalty.sync import events
from posloyalty.sync.fold import GOES, MERGE, Checkpoint, MemberFold, Overspend
from posloyalty.sync.goods_back import SoldPlace, came_back_to, sold_at
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Filed, Place, Received
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.counted import Counted
from posloyalty.sync.office.lending import LendingShelf
from posloyalty.sync.office.owners import met_by, owners_of
from posloyalty.sync.office.since_agreed import Since

ERASE: Final = "erase"
STAYS: Final = "stays"
MEMBER: Final = "member"
"""The kinds of head office's decisions whose facts name members, and how they name them; a merge is
known to the fold."""


class Archive(Protocol):
    """Everything that head office keeps. Owners and tills are ids of 16 bytes."""

    @property
    @abstractmethod
    def shelf(self) -> LendingShelf:
        """The leases."""

    # Tills and their journals

    @abstractmethod
    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till joins; `genesis` is what its first event is chained to."""

    @abstractmethod
    def place(self, till_id: bytes) -> Place | None:
        """Up to where a till's journal is known."""

    @abstractmethod
    def last_at(self, till_id: bytes) -> datetime | None:
        """The latest instant of a till's own events."""

    @abstractmethod
    def receive(
        self, till_id: bytes, stretch: Iterable[StoredEvent], *, under: int = 0
    ) -> Received:
        """Take in what is new of a stretch of a till's journal, and file it; `under` is the epoch
        that it belongs to where it was written in an earlier one.
        """

    @abstractmethod
    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """A restored till goes on behind `base` in a later epoch: what it holds is what stands up
        to there, and it may have to hear of everything again. What it lost stays filed, and counts.

        False where that place is not of the journal that it holds, or the epoch is taken; the same
        again changes nothing.
        """

    # Head office's own journal

    @abstractmethod
    def decide(self, office_id: bytes, decided: StoredEvent) -> None:
        """Put a decision, chained already, behind those that are there, and file it."""

    @abstractmethod
    def decisions(self) -> tuple[StoredEvent, ...]:
        """Every decision in its order."""

    @abstractmethod
    def last_decision(self) -> StoredEvent | None:
        """The newest one; who asks is the only one to decide until what they do is done."""

    # What was filed

    @abstractmethod
    def owners(self) -> Sequence[bytes]:
        """Everybody whom an event concerns, sorted."""

    @abstractmethod
    def events_of(self, owner: bytes) -> Sequence[Filed]:
        """Every event that concerns an owner, each once, in no particular order."""

    @abstractmethod
    def some_of(self, owner: bytes, event_ids: Collection[bytes]) -> Sequence[Filed]:
        """Those of an owner's events that are named."""

    @abstractmethod
    def sale_at(self, place: SoldPlace) -> Filed | None:
        """The sale that stands at a place; None while its till has not sent it."""

    @abstractmethod
    def latest(self, owner: bytes) -> datetime | None:
        """When the newest event that concerns an owner is dated: ahead where a till's clock is."""

    @abstractmethod
    def touched(self, owners: Collection[bytes] | None = None) -> Mapping[bytes, frozenset[bytes]]:
        """The events by owner that tills brought since this was asked last, each told once.

        Of all owners, or of those that are named.
        """

    @abstractmethod
    def kept_fold(self, owner: bytes) -> MemberFold | None:
        """What `keep_fold` was given, unless an event came since."""

    @abstractmethod
    def keep_fold(self, fold: MemberFold) -> None:
        """Remember a fold for as long as it holds."""

    @abstractmethod
    def stands(self, owner: bytes, bearer: Overspend) -> Checkpoint | None:
        """What an owner has left, without their fold, where that is known; for a lender, who has
        locked them and by whose policy somebody bears what is overspent.
        """

    @abstractmethod
    def knows_all(self, owner: bytes, new: Collection[bytes]) -> Sequence[Filed] | None:
        """Where that is known without all events of an owner: those, the new ones among them, that
        some till may not have known when it did something; of every pair of which one is new and
        one not here, the later one's till knew the earlier one.
        """

    @abstractmethod
    def since_agreed(self, till_id: bytes, owner: bytes, bearer: Overspend) -> Since | None:
        """What came since a till and head office agreed of an owner, where that is known."""

    @abstractmethod
    def agree(
        self, till_id: bytes, owners: Iterable[bytes], place: Place, bearer: Overspend
    ) -> None:
        """A till whose journal stands at a place has nothing to hear of owners, whose books or what
        came `since_agreed` were read: its book of them is what head office says, by the policy of
        who bears what is overspent.
        """

    @abstractmethod
    def counted(self, owner: bytes) -> Counted:
        """What the events of an owner count, and whether that is all that they do."""

    @abstractmethod
    def untold(self, till_id: bytes, owner: bytes, most: int) -> tuple[Sequence[Filed], bool]:
        """The first events, as they arrived, that are told for an owner's counts and that a till's
        journal does not hold; at most so many, and whether there may be more.
        """

    @abstractmethod
    def go_on_from(self, counting: Collection[bytes], till_id: bytes | None = None) -> None:
        """Owners who only count were read, and by whom a till holds, too: whoever comes next may go
        on from there.
        """

    @abstractmethod
    def lock(self, owner: bytes) -> None:
        """Whoever lends of what an owner has is the only one to do so until they are done."""

    # Members

    @abstractmethod
    def joined(self, member_id: bytes) -> date | None:
        """Since when somebody is a member; None for one whose making was not heard of."""

    @abstractmethod
    def alias(self, member_id: bytes) -> bytes | None:
        """The record that a merged one means now."""

    @abstractmethod
    def untidied_names(self, member_id: bytes) -> Sequence[bytes]:
        """The records that mean a member now of which tills brought something that nobody has
        decided on, sorted: what they spent under such a name is not the member's yet.
        """

    @abstractmethod
    def is_erased(self, member_id: bytes) -> bool:
        """Whether a member was erased."""

    @abstractmethod
    def in_household(self, household: bytes) -> Sequence[bytes]:
        """Everybody who was ever in a household, sorted; nobody for what is none."""

    # What a till knows

    @abstractmethod
    def due(self, till_id: bytes) -> Sequence[bytes]:
        """The owners of whom a till may have to hear, sorted; a bounded number, others later."""

    @abstractmethod
    def heard(self, till_id: bytes) -> None:
        """There was nothing to tell of those that `due` named last."""

    @abstractmethod
    def book(self, till_id: bytes, owner: bytes) -> Belongings:
        """What an owner has in a till's book, as its journal tells."""

    @abstractmethod
    def seen(self, till_id: bytes, event_ids: Collection[bytes]) -> Mapping[bytes, int]:
        """Those of some events that a till's journal holds, with the first place of each."""

    @abstractmethod
    def heard_for(
        self, till_id: bytes, owner: bytes, event_ids: Collection[bytes]
    ) -> Mapping[bytes, int]:
        """Those of some events that a till heard for an owner's sake, with the place of each."""

    @abstractmethod
    def told_again(self, till_id: bytes, own: Mapping[bytes, tuple[int, int]]) -> Collection[bytes]:
        """Those of a till's own events, each with its epoch and sequence, that it lost and whose
        journal holds them only because it heard of them again.
        """

    @abstractmethod
    def lease_marks(self, till_id: bytes, lease_ids: Collection[bytes]) -> Mapping[bytes, bool]:
        """Those of some leases that a till took up, and whether it still holds them."""


class Filing(Struct, frozen=True, kw_only=True, gc=False):
    """What follows from one event alone. `counts` is False for what a till only heard of.

    `owners` are those that the event names; `touches` are rights that it changes without opening
    them, whose owners are concerned too. `knows` are owners of whom its till hears from now on,
    `everywhere` those of whom every till does. `homes` are pairs of a household and who comes into
    it. `metered` are the owners of its counts but for its own member, `forgotten` those whom its
    till has erased. `sold` is where a sale stands, `back` of which sale goods came back: when both
    are there, the sale is filed under the owner of that place too.
    """

    one: Filed
    counts: bool
    owners: frozenset[bytes]
    opens: Mapping[bytes, bytes]
    touches: frozenset[bytes]
    joined: tuple[bytes, date] | None
    knows: frozenset[bytes]
    everywhere: frozenset[bytes]
    metered: frozenset[bytes]
    alias: tuple[bytes, bytes] | None = None
    erased: bytes | None = None
    forgotten: tuple[bytes, ...] = ()
    sold: SoldPlace | None = None
    back: SoldPlace | None = None
    homes: tuple[tuple[bytes, bytes], ...] = ()


_NOBODY: Final[frozenset[bytes]] = frozenset()
_GIFT_CARD: Final = AccountKind.GIFT_CARD
"""A name of the module: a member of an enumeration takes ten times as long to find."""


def filing_of(one: Filed, *, office_id: bytes = b"") -> Filing:
    """What is noted of an event; the facts of head office's own acts are believed."""
    event, does = one.event, one.does
    opens: dict[bytes, bytes] = {}
    touches = knows = everywhere = metered = _NOBODY
    if does.rights:
        opens, touches, knows, everywhere = _of_rights(does.rights)
    if does.transfers:
        everywhere |= _cards_of(does.transfers)
    joined: tuple[bytes, date] | None = None
    forgotten: tuple[bytes, ...] = ()
    sold: SoldPlace | None = None
    back: SoldPlace | None = None
    counts = True
    if isinstance(event, events.Sale):  # as most events are
        sold = sold_at(one)
    else:
        counts = not isinstance(event, events.Heard)
        back = came_back_to(one)
        forgotten = _forgotten(event)
        knows |= frozenset(met_by(event))
        if isinstance(event, events.MemberCreate):
            joined = id_from_hex(event.member), date.fromisoformat(event.joined)
    own = getattr(event, "member", None)
    own = bytes.fromhex(own) if isinstance(own, str) else b""
    for entry in does.meters:
        if entry.owner != own:
            metered |= {entry.owner}
    alias, erased = _decided(event) if one.till_id == office_id else (None, None)
    concerned = owners_of(one, opens)
    if alias is not None:
        concerned |= set(alias)
    return Filing(
        one=one,
        counts=counts,
        owners=concerned if back is None else concerned | {back.owner},
        opens=opens,
        touches=touches,
        joined=joined,
        knows=knows,
        everywhere=everywhere,
        metered=metered,
        alias=alias,
        erased=erased,
        forgotten=forgotten,
        sold=sold,
        back=back,
        homes=_homes_of(does.rights) if does.rights else (),
    )


def _homes_of(changes: Iterable[RightChange]) -> tuple[tuple[bytes, bytes], ...]:
    """Households with those who come into them."""
    opened = (one.opens for one in changes if one.opens is not None)
    return tuple((bytes.fromhex(one.code), one.owner) for one in opened if one.kind == HOUSEHOLD)


def _of_rights(
    changes: Iterable[RightChange],
) -> tuple[dict[bytes, bytes], frozenset[bytes], frozenset[bytes], frozenset[bytes]]:
    """The rights that are opened with their owners, those that are only changed, of whom the till
    hears from now on, and of whom every till does.
    """
    opens: dict[bytes, bytes] = {}
    changed, knows, everywhere = set[bytes](), set[bytes](), set[bytes]()
    for change in changes:
        made = change.opens
        if made is None:
            changed.add(change.right_id)
            continue
        opens[change.right_id] = made.owner
        if made.kind == HOUSEHOLD:
            knows.add(bytes.fromhex(made.code))
        elif made.kind == GIFT_CARD:
            everywhere.add(bytes.fromhex(made.code))  # good at every till
        elif made.code and made.owner == bearer_id(made.code):
            everywhere.add(made.owner)
    return opens, frozenset(changed - opens.keys()), frozenset(knows), frozenset(everywhere)


def _cards_of(transfers: Iterable[Transfer]) -> frozenset[bytes]:
    """The gift cards that something moved on, whoever knows of their sale."""
    # Written out, for every transfer of a chain comes through here, and hardly one has a card.
    cards = _NOBODY
    for one in transfers:
        if one.debit.kind is _GIFT_CARD:
            cards |= {one.debit.owner}
        if one.credit.kind is _GIFT_CARD:
            cards |= {one.credit.owner}
    return cards


def _forgotten(event: events.Event | events.Opaque) -> tuple[bytes, ...]:
    """Of whom a till says that nothing is there any more."""
    if not isinstance(event, events.EraseAck):
        return ()
    return tuple(bytes.fromhex(one) for one in event.members)


def _decided(
    event: events.Event | events.Opaque,
) -> tuple[tuple[bytes, bytes] | None, bytes | None]:
    """Who became another's name, and who was erased."""
    if not isinstance(event, events.Act):
        return None, None
    facts = dict(event.facts)
    if event.kind == MERGE:
        return (bytes.fromhex(facts[GOES]), bytes.fromhex(facts[STAYS])), None
    if event.kind == ERASE:
        return None, bytes.fromhex(facts[MEMBER])
    return None, None
