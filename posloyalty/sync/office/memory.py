"""An archive in memory: for tests and scenarios, and the measure of the one in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from posloyalty.sync import events
from posloyalty.sync.fold import Checkpoint, MemberFold, Overspend
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Filed, Journals, Place, Received, filed
from posloyalty.sync.office.archive import Archive, Filing, filing_of
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.counted import Counted, count_on, counts_for
from posloyalty.sync.office.heard_in_part import unheard_of
from posloyalty.sync.office.lending import MemoryShelf
from posloyalty.sync.office.mirror import Mirror
from posloyalty.sync.office.owners import owners_of
from posloyalty.sync.office.since_agreed import Since


@dataclass(slots=True)
class _Till:
    """A till as head office knows it; `dirty` are the owners of whom it may have to hear."""

    mirror: Mirror
    dirty: set[bytes] = field(default_factory=set)


class MemoryArchive(Archive):
    """Every journal, and what was noted of its events."""

    def __init__(self) -> None:
        self._journals = Journals()
        self._shelf = MemoryShelf()
        self._tills: dict[bytes, _Till] = {}
        self._decided: list[StoredEvent] = []
        self._decided_at: datetime | None = None
        self._touched: dict[bytes, set[bytes]] = {}
        self._by_owner: dict[bytes, dict[bytes, Filed]] = {}
        self._right_owners: dict[bytes, bytes] = {}
        self._unowned: dict[bytes, list[Filed]] = {}
        self._folds: dict[bytes, MemberFold] = {}
        self._counted: dict[bytes, Counted] = {}
        self._joined: dict[bytes, date] = {}
        self._aliases: dict[bytes, bytes] = {}
        self._erased: set[bytes] = set()
        self._homes: dict[bytes, set[bytes]] = {}
        self._everywhere: set[bytes] = set()
        self._sold: dict[bytes, Filed] = {}
        self._came_back: set[bytes] = set()

    @property
    def shelf(self) -> MemoryShelf:
        """The leases."""
        return self._shelf

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till joins, whatever it did alone before."""
        self._journals.enrol(till_id, store=store, genesis=genesis)
        self._tills.setdefault(till_id, _Till(Mirror(store), set(self._by_owner)))

    def place(self, till_id: bytes) -> Place | None:
        """Up to where a till's journal is known."""
        return self._journals.place(till_id)

    def last_at(self, till_id: bytes) -> datetime | None:
        """The latest instant of a till's own events."""
        return self._journals.last_at(till_id)

    def receive(
        self, till_id: bytes, stretch: Iterable[StoredEvent], *, under: int = 0
    ) -> Received:
        """Take in what is new, and file it."""
        till = self._tills[till_id]
        before = len(self._journals.journal(till_id))
        received = self._journals.receive(till_id, stretch, under=under)
        for one in self._journals.journal(till_id)[before:]:
            till.mirror.take(one)
            filing = filing_of(one)
            till.dirty |= owners_of(one, self._right_owners) | filing.knows
            self._everywhere |= filing.everywhere  # also where nobody has a card's sale
        for one in received.filed:
            for owner in self._file(filing_of(one)):
                self._touched.setdefault(owner, set()).add(one.event_id)
        return received

    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """Read again what the till holds."""
        if self._journals.opened(till_id, base, epoch):
            return True
        if not self._journals.reopen(till_id, base, epoch):
            return False
        mirror = Mirror(self._journals.store(till_id))
        for one in self._journals.journal(till_id):
            mirror.take(one)
        self._tills[till_id] = _Till(mirror, set(self._by_owner))
        return True

    def hash_at(self, till_id: bytes, seq: int) -> bytes | None:
        """The hash at a sequence of the journal that a till holds now, as far as it is known."""
        return self._journals.hash_at(till_id, seq)

    def decide(self, office_id: bytes, decided: StoredEvent) -> None:
        """A decision is an event of a journal like a till's."""
        self._decided.append(decided)
        one = filed(
            decided,
            events.decode(decided.body),
            till_id=office_id,
            store="",
            last_at=self._decided_at,
        )
        self._decided_at = one.at
        self._file(filing_of(one, office_id=office_id))

    def decisions(self) -> tuple[StoredEvent, ...]:
        """Every decision."""
        return tuple(self._decided)

    def last_decision(self) -> StoredEvent | None:
        """The newest one."""
        return self._decided[-1] if self._decided else None

    def owners(self) -> Sequence[bytes]:
        """Everybody whom an event concerns."""
        return sorted(self._by_owner)

    def events_of(self, owner: bytes) -> Sequence[Filed]:
        """Every event that concerns an owner."""
        return tuple(self._by_owner.get(owner, {}).values())

    def some_of(self, owner: bytes, event_ids: Collection[bytes]) -> Sequence[Filed]:
        """Those of an owner's events that are named."""
        return [one for one in self.events_of(owner) if one.event_id in event_ids]

    def sale_at(self, place: SoldPlace) -> Filed | None:
        """The sale that stands at a place."""
        return self._sold.get(place.owner)

    def latest(self, owner: bytes) -> datetime | None:
        """When the newest event of an owner is dated."""
        return max((one.at for one in self._by_owner.get(owner, {}).values()), default=None)

    def touched(self, owners: Collection[bytes] | None = None) -> Mapping[bytes, frozenset[bytes]]:
        """What tills brought since this was asked last."""
        wanted = set(self._touched) if owners is None else self._touched.keys() & set(owners)
        return {owner: frozenset(self._touched.pop(owner)) for owner in sorted(wanted)}

    def kept_fold(self, owner: bytes) -> MemberFold | None:
        """What was kept."""
        return self._folds.get(owner)

    def keep_fold(self, fold: MemberFold) -> None:
        """Keep it until an event comes."""
        self._folds[fold.member_id] = fold

    def stands(self, owner: bytes, bearer: Overspend) -> Checkpoint | None:
        """Nothing but folds is kept here."""
        return None

    def knows_all(self, owner: bytes, new: Collection[bytes]) -> Sequence[Filed] | None:
        """All of them are here."""
        return None

    def since_agreed(self, till_id: bytes, owner: bytes, bearer: Overspend) -> Since | None:
        """Everything is looked at."""
        return None

    def agree(
        self, till_id: bytes, owners: Iterable[bytes], place: Place, bearer: Overspend
    ) -> None:
        """Memory reads nothing again."""

    def counted(self, owner: bytes) -> Counted:
        """All of it, until an event comes."""
        known = self._counted.get(owner)
        if known is None:
            known = count_on(Counted(owner=owner), self.events_of(owner))
            self._counted[owner] = known
        return known

    def untold(self, till_id: bytes, owner: bytes, most: int) -> tuple[Sequence[Filed], bool]:
        """What the till's journal does not hold."""
        told = [one for one in self.events_of(owner) if counts_for(owner, one)]
        found = unheard_of(self, till_id, owner, told, self._tills[till_id].mirror.seen)
        return found[:most], len(found) > most

    def go_on_from(self, counting: Collection[bytes], till_id: bytes | None = None) -> None:
        """Memory reads nothing again."""

    def lock(self, owner: bytes) -> None:
        """Nobody else is there."""

    def joined(self, member_id: bytes) -> date | None:
        """Since when somebody is a member."""
        return self._joined.get(member_id)

    def alias(self, member_id: bytes) -> bytes | None:
        """The record that a merged one means now."""
        return self._aliases.get(member_id)

    def untidied_names(self, member_id: bytes) -> Sequence[bytes]:
        """Those whose new events nobody has asked for."""
        return sorted(
            one for one in self._touched if one != member_id and self._means(one, member_id)
        )

    def _means(self, member_id: bytes, other: bytes) -> bool:
        while member_id in self._aliases:
            member_id = self._aliases[member_id]
        return member_id == other

    def is_erased(self, member_id: bytes) -> bool:
        """Whether a member was erased."""
        return member_id in self._erased

    def in_household(self, household: bytes) -> Sequence[bytes]:
        """Everybody who was ever in a household."""
        return sorted(self._homes.get(household, ()))

    def due(self, till_id: bytes) -> Sequence[bytes]:
        """All at once: memory has no bound."""
        till = self._tills[till_id]
        return sorted(
            owner for owner in till.dirty if owner in self._everywhere or till.mirror.knows(owner)
        )

    def heard(self, till_id: bytes) -> None:
        """There was nothing to tell."""
        self._tills[till_id].dirty.clear()

    def book(self, till_id: bytes, owner: bytes) -> Belongings:
        """What an owner has in a till's book."""
        return self._tills[till_id].mirror.belongings(owner)

    def seen(self, till_id: bytes, event_ids: Collection[bytes]) -> Mapping[bytes, int]:
        """What a till's journal holds."""
        known = self._tills[till_id].mirror.seen
        return {one: known[one] for one in event_ids if one in known}

    def heard_for(
        self, till_id: bytes, owner: bytes, event_ids: Collection[bytes]
    ) -> Mapping[bytes, int]:
        """What a till heard for an owner's sake."""
        known = self._tills[till_id].mirror.heard_for.get(owner, {})
        return {one: known[one] for one in event_ids if one in known}

    def told_again(self, till_id: bytes, own: Mapping[bytes, tuple[int, int]]) -> Collection[bytes]:
        """What a till heard, whoever's it was."""
        return own.keys() & self._tills[till_id].mirror.heard

    def lease_marks(self, till_id: bytes, lease_ids: Collection[bytes]) -> Mapping[bytes, bool]:
        """What a till took up."""
        known = self._tills[till_id].mirror.leases
        return {one: known[one] for one in lease_ids if one in known}

    def _file(self, filing: Filing) -> set[bytes]:
        """Put a new event where its owners are folded, and note who may have to hear of it.

        Returns the owners.
        """
        self._note(filing)
        late: list[Filed] = []
        for right_id in filing.opens:
            late += self._unowned.pop(right_id, ())
        for right_id in filing.touches - self._right_owners.keys():
            self._unowned.setdefault(right_id, []).append(filing.one)
        found = set(filing.owners)
        sold = self._sold_and_back(filing)
        for event in (filing.one, *late, *sold.values()):
            owners = set(owners_of(event, self._right_owners))
            if event is filing.one:
                owners |= filing.owners
            owners |= {owner for owner, sale in sold.items() if sale is event}
            for owner in owners:
                self._by_owner.setdefault(owner, {})[event.event_id] = event
                self._folds.pop(owner, None)
                self._counted.pop(owner, None)
                for till in self._tills.values():
                    till.dirty.add(owner)
            found |= owners
        return found

    def _sold_and_back(self, filing: Filing) -> dict[bytes, Filed]:
        """The sale that is filed for what came back of it, under its place's owner."""
        if filing.sold is not None and filing.counts:
            self._sold[filing.sold.owner] = filing.one
        if filing.back is not None:
            self._came_back.add(filing.back.owner)
        place = filing.back or filing.sold
        if place is None or place.owner not in self._came_back & self._sold.keys():
            return {}
        return {place.owner: self._sold[place.owner]}

    def _note(self, filing: Filing) -> None:
        if filing.joined is not None:
            member_id, day = filing.joined
            self._joined[member_id] = min(day, self._joined.get(member_id, day))
        self._right_owners.update(filing.opens)
        self._everywhere |= filing.everywhere
        # What a campaign, a cause or a reward's stock has counted is every till's business too.
        self._everywhere |= {owner for owner in filing.metered if self._is_shared(owner)}
        for household, member_id in filing.homes:
            self._homes.setdefault(household, set()).add(member_id)
        if filing.alias is not None:
            self._aliases[filing.alias[0]] = filing.alias[1]
        if filing.erased is not None:
            self._erased.add(filing.erased)

    def _is_shared(self, owner: bytes) -> bool:
        """Whether an owner of counts is nobody: no member, household, till or store."""
        if owner in self._joined or owner in self._tills:
            return False
        return not any(till.mirror.knows(owner) for till in self._tills.values())
