"""Head office: takes the tills' journals in, keeps one ledger of all, and tells each till.

Shape: `receive(till, events, at)` takes a stretch of a till's journal, as often as it comes; then
`answer(till, at)` is what that till has not heard. Everything that head office says of a member is
a fold over every journal, its own decisions included, so the order in which journals arrive changes
nothing (I11). Nothing here reads a clock, a file or the network: whatever carries the two messages
is built around this.

What a till printed is honoured; head office never changes what stands, it adds to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import bearer_id
from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.values.calendar import day_end, format_instant, store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.fold import Found, MemberFold, Overspend, fold_member
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Filed, Journals, Place, Received
from posloyalty.sync.leases import Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.belongings import Belongings, difference
from posloyalty.sync.office.decisions import (
    ERASE,
    GOES,
    MEMBER,
    MERGE,
    STAYS,
    Decisions,
    credited,
)
from posloyalty.sync.office.lending import OfficeLending
from posloyalty.sync.office.mirror import Mirror
from posloyalty.sync.office.own_journal import OwnJournal
from posloyalty.sync.office.owners import owners_of
from posloyalty.sync.office.rules import OfficeRules
from posloyalty.sync.office.telling import SETTLE, Answer, Teller, Telling

NOTHING = difference(Belongings(b""), Belongings(b""), event_id=b"")


@dataclass(slots=True)
class _Till:
    """A till as head office knows it; `dirty` are the owners of whom it may have to hear."""

    mirror: Mirror
    dirty: set[bytes] = field(default_factory=set)


class HeadOffice:
    """One head office. `office_id` is its own id among the tills', `certificate` names it to them;
    without `rules` it decides nothing by itself.
    """

    def __init__(
        self,
        office_id: bytes,
        *,
        certificate: bytes = b"",
        overspend: Overspend = Overspend.STORE,
        rules: OfficeRules | None = None,
    ) -> None:
        self.office_id = office_id
        self.overspend = overspend
        self.journals = Journals()
        self.aliases: dict[bytes, bytes] = {}
        self._erased: set[bytes] = set()
        self._own = OwnJournal(office_id, certificate)
        self.journals.enrol(office_id, store="", genesis=self._own.head.hash)
        self._decisions = None if rules is None else Decisions(self._own, rules)
        self._touched: dict[bytes, set[bytes]] = {}
        self._tills: dict[bytes, _Till] = {}
        self._by_owner: dict[bytes, dict[bytes, Filed]] = {}
        self._right_owners: dict[bytes, bytes] = {}
        self._unowned: dict[bytes, list[Filed]] = {}
        self._folds: dict[bytes, MemberFold] = {}
        self._joined: dict[bytes, date] = {}
        self.lending = OfficeLending()
        self._bearers: set[bytes] = set()

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till joins, whatever it did alone before."""
        self.journals.enrol(till_id, store=store, genesis=genesis)
        self._tills.setdefault(till_id, _Till(Mirror(store), set(self._by_owner)))

    def receive(
        self, till_id: bytes, stretch: Iterable[StoredEvent], *, under: int = 0
    ) -> Received:
        """Take in what is new of a till's journal, filed under an epoch where that is a later one
        than it was written in.
        """
        till = self._tills[till_id]
        before = len(self.journals.journal(till_id))
        received = self.journals.receive(till_id, stretch, under=under)
        for one in self.journals.journal(till_id)[before:]:
            till.mirror.take(one)
            till.dirty |= owners_of(one, self._right_owners)
            if isinstance(one.event, events.MemberCreate):
                till.dirty.add(bytes.fromhex(one.event.member))
        for one in received.filed:
            for owner in self._index(one):
                self._touched.setdefault(owner, set()).add(one.event_id)
            self.lending.follow(one)
        self.lending.expire(till_id, self.journals.last_at(till_id))
        return received

    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """A till that was restored goes on behind `base` in a later epoch; False where it cannot.

        Its book is that of the common place again, so it hears of what it lost, and leases that it
        does not know any more are closed: nobody can say what it spent of them.
        """
        if not self.journals.reopen(till_id, base, epoch):
            return False
        mirror = Mirror(self.journals.store(till_id))
        for one in self.journals.journal(till_id):
            mirror.take(one)
        self.lending.forgotten(till_id, mirror)
        self._tills[till_id] = _Till(mirror, set(self._by_owner))
        return True

    def answer(self, till_id: bytes, at: datetime) -> Answer:
        """What a till has to hear, as far as its journal is known."""
        self.tidy(at)
        till, place = self._tills[till_id], self.journals.place(till_id)
        owners = sorted(
            owner for owner in till.dirty if owner in self._bearers or till.mirror.knows(owner)
        )
        teller = Teller(
            self.office_id,
            (till.mirror.belongings(owner) for owner in owners),
            (self.fold(owner) for owner in owners),
        )
        tellings = []
        for one in self._unheard(till.mirror, owners):
            telling = teller.tell(one)
            if telling is not None:
                tellings.append(telling)
        for owner in owners:
            settled = self._settled(teller.books[owner], place.seq if place else 0, till_id, at)
            if settled is not None:
                tellings.append(settled)
        if not tellings:
            till.dirty.clear()
        return Answer(
            base=place,
            tellings=tuple(tellings),
            grants=self.lending.grants_for(till_id, till.mirror),
            recalls=self.lending.recalls_for(till_id, till.mirror),
            elsewhere=self.lending.rights_elsewhere(till_id),
        )

    @property
    def decided(self) -> tuple[StoredEvent, ...]:
        """Its own journal: what has to be kept beside the tills' journals."""
        return self._own.written

    def resume(self, decided: Iterable[StoredEvent]) -> None:
        """Go on with what was decided before, after a new start; before anything else arrives."""
        self._own.resume(decided)
        for one in self._own.written:
            self._file(one)

    def merge(self, stays: bytes, goes: bytes, at: datetime) -> bool:
        """Two records are one member: `goes` is from now on another name of `stays`.

        False where one of them is not known, or means another already.
        """
        ours, theirs = self.state(stays), self.state(goes)
        if self._decisions is None or ours is None or theirs is None or stays == goes:
            return False
        if stays in self.aliases or goes in self.aliases:
            return False
        filed = (*self._by_owner.get(stays, {}).values(), *self._by_owner.get(goes, {}).values())
        self._file(self._decisions.merge(ours, theirs, credited(filed), at))
        self._recall_all(goes)
        return True

    def erase(self, member_id: bytes, at: datetime) -> bool:
        """A member is erased: what they own ends, tills remove who they are."""
        state = self.state(member_id)
        if self._decisions is None or state is None:
            return False
        if member_id not in self._erased:
            self._file(self._decisions.erase(state, at))
            self._recall_all(member_id)
        return True

    def meant(self, member_id: bytes) -> bytes:
        """The record that an id means now."""
        while member_id in self.aliases:
            member_id = self.aliases[member_id]
        return member_id

    def tidy(self, at: datetime) -> None:
        """Decide what new events ask for: late sales, and what came for those who are no more."""
        touched, self._touched = self._touched, {}
        if self._decisions is None:
            return
        for owner in sorted(touched):
            state = self.state(owner)
            if state is None:
                continue
            stays = self.meant(owner)
            if stays != owner and _has_something(state):
                ours = self.state(stays)
                if ours is not None:
                    self._file(self._decisions.merge(ours, state, (), at))
            elif owner in self._erased and _has_something(replace(state, meters=())):
                self._file(self._decisions.erase(state, at))
            elif state.status is MemberStatus.ACTIVE:
                events_of = self._by_owner.get(owner, {}).values()
                new = frozenset(touched[owner])
                self._file(self._decisions.correct(state, events_of, new, self._knew, at))

    def lease(
        self,
        request_id: bytes,
        till_id: bytes,
        asset: Asset,
        amount: int,
        *,
        at: datetime,
        last_day: date,
        zone: tzinfo,
        owned: int | None = None,
    ) -> Lease | Denied:
        """Lend a till so much of an asset through a day; of points, what the member has is known.

        The same request again is the same lease.
        """
        if owned is None:
            owned = self.owned(asset, store_day(at, zone), last_day)
        return self.lending.lease(
            request_id,
            till_id,
            asset,
            amount,
            owned=owned,
            at=at,
            last_day=last_day,
            not_after=day_end(last_day, zone),
        )

    def reserve(
        self,
        request_id: bytes,
        till_id: bytes,
        asset: Asset,
        wanted: int,
        *,
        at: datetime,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till in reach what a sale wants, or what there is of it; asked back afterwards."""
        day = store_day(at, zone)
        free = self.owned(asset, day, day) - self.lending.book.held(asset)
        found = self.lease(
            request_id, till_id, asset, min(wanted, free), at=at, last_day=day, zone=zone
        )
        if isinstance(found, Lease):
            self.lending.recall(found.id)
        return found

    def owned(self, asset: Asset, day: date, last_day: date) -> int:
        """How many points of an asset its owner can spend on a day, and still on the last one: what
        runs out in between is not lent, because two tills might each count on the rest. Of a
        campaign's budget, what is not given yet; of a voucher, its uses.
        """
        fold = self.fold(asset.owner)
        if asset.kind is AssetKind.BUDGET and self._decisions is not None:
            return self._decisions.budget_left(asset, fold.meters, day)
        if asset.kind is AssetKind.RIGHT:
            own = (right for right in fold.rights if right.id.hex() == asset.key)
            return sum(right.left or 0 for right in own if right.good_on(last_day))
        if asset.kind is not AssetKind.POINTS:
            raise ValueError(f"whoever lends of a {asset.kind.value} says how much there is")
        lots = [
            lot
            for lot in fold.lots
            if lot.account.ledger == asset.key and not lot.expired_on(last_day)
        ]
        return usable_sum(lots, day) - fold.debt(asset.key)

    def fold(self, owner: bytes) -> MemberFold:
        """Everything about one owner."""
        known = self._folds.get(owner)
        if known is None:
            # What was spent under a name that is no more is the member's, who has another one.
            bearer = Overspend.MEMBER if owner in self.aliases else self.overspend
            known = self._folds[owner] = fold_member(
                owner, self._by_owner.get(owner, {}).values(), overspend=bearer
            )
        return known

    def state(self, member_id: bytes) -> MemberState | None:
        """A member as the rules see them; None for one whose making was not heard of."""
        if member_id not in self._joined:
            return None
        fold = self.fold(member_id)
        debts = (
            (account.ledger, -balance)
            for account, balance in sorted(fold.accounts.items())
            if account.kind is AccountKind.MEMBER_DEBT and account.owner == member_id
        )
        return MemberState(
            member_id=member_id,
            status=self._status(member_id),
            joined_on=self._joined[member_id],
            purchases=total(fold.meters, PURCHASES, owner=member_id),
            lots=fold.lots,
            debts=tuple((ledger, owed) for ledger, owed in debts if owed),
            holdings=fold.holdings,
            rights=fold.rights,
            meters=fold.meters,
        )

    def accounts(self) -> Mapping[Account, int]:
        """Every account of every owner."""
        sums: dict[Account, int] = {}
        seen: set[bytes] = set()
        for owner in sorted(self._by_owner):
            for transfer in self.fold(owner).transfers:
                if transfer.id in seen:
                    continue
                seen.add(transfer.id)
                sums[transfer.debit] = sums.get(transfer.debit, 0) - transfer.amount
                sums[transfer.credit] = sums.get(transfer.credit, 0) + transfer.amount
        return sums

    def alerts(self) -> tuple[Found, ...]:
        """What somebody should look at, in the order in which it happened."""
        found = [one for owner in sorted(self._by_owner) for one in self.fold(owner).anomalies]
        order = {one.event_id: one.order for one in self.journals.filed()}
        return tuple(sorted(found, key=lambda one: (order[one.event_id], one.what)))

    def _status(self, member_id: bytes) -> MemberStatus:
        if member_id in self._erased:
            return MemberStatus.ERASED
        return MemberStatus.CLOSED if member_id in self.aliases else MemberStatus.ACTIVE

    def _knew(self, sale: Filed, event_id: bytes) -> bool:
        """Whether the till of a sale held an event when it rang it."""
        till = self._tills.get(sale.till_id)
        return till is None or till.mirror.knew(event_id, sale.seq)

    def _recall_all(self, owner: bytes) -> None:
        for till_id in self._tills:
            for lease in self.lending.book.of_till(till_id):
                if lease.asset.owner == owner:
                    self.lending.recall(lease.id)

    def _file(self, decided: StoredEvent | None) -> None:
        """Put a decision among the events that everything is folded from."""
        if decided is not None:
            for one in self.journals.receive(self.office_id, (decided,)).filed:
                self._index(one)

    def _decided(self, one: Filed) -> set[bytes]:
        """Whom a decision is about whose facts name them; it is noted what they are now."""
        if one.till_id != self.office_id or not isinstance(one.event, events.Act):
            return set()
        facts = dict(one.event.facts)
        if one.event.kind == MERGE:
            goes, stays = bytes.fromhex(facts[GOES]), bytes.fromhex(facts[STAYS])
            self.aliases[goes] = stays
            return {goes, stays}
        if one.event.kind == ERASE:
            self._erased.add(bytes.fromhex(facts[MEMBER]))
        return set()

    def _index(self, one: Filed) -> set[bytes]:
        """Put a new event where its owners are folded, and note who may have to hear of it.

        Returns the owners.
        """
        if isinstance(one.event, events.MemberCreate):
            member_id = bytes.fromhex(one.event.member)
            joined = date.fromisoformat(one.event.joined)
            self._joined[member_id] = min(joined, self._joined.get(member_id, joined))
        late: list[Filed] = []
        for change in one.does.rights:
            if change.opens is not None:
                self._right_owners[change.right_id] = change.opens.owner
                if change.opens.kind == GIFT_CARD:
                    self._bearers.add(bytes.fromhex(change.opens.code))  # good at every till
                elif change.opens.code and change.opens.owner == bearer_id(change.opens.code):
                    self._bearers.add(change.opens.owner)
                late += self._unowned.pop(change.right_id, ())
            elif change.right_id not in self._right_owners:
                self._unowned.setdefault(change.right_id, []).append(one)
        # What a campaign, a cause or a reward's stock has counted is every till's business too.
        self._bearers |= {entry.owner for entry in one.does.meters if self._is_shared(entry.owner)}
        found = self._decided(one)
        for event in (one, *late):
            owners = owners_of(event, self._right_owners)
            for owner in owners | found:
                self._by_owner.setdefault(owner, {})[event.event_id] = event
                self._folds.pop(owner, None)
                for till in self._tills.values():
                    till.dirty.add(owner)
            found |= owners
        return found

    def _is_shared(self, owner: bytes) -> bool:
        """Whether an owner of counts is nobody: no member, household, till or store."""
        if owner in self._joined or owner in self._tills:
            return False
        return not any(till.mirror.knows(owner) for till in self._tills.values())

    def _unheard(self, mirror: Mirror, owners: Iterable[bytes]) -> list[Filed]:
        found = {
            one.event_id: one
            for owner in owners
            for one in self._by_owner.get(owner, {}).values()
            if one.event_id not in mirror.seen
        }
        return sorted(found.values(), key=lambda one: one.order)

    def _settled(self, now: Belongings, seq: int, till_id: bytes, at: datetime) -> Telling | None:
        event_id = derive_id(SETTLE, till_id, seq, now.owner)
        does = difference(now, Belongings.of(self.fold(now.owner)), event_id=event_id)
        if does == NOTHING:
            return None
        return Telling(
            event_id=event_id,
            at=format_instant(at),
            what=SETTLE,
            src=self.office_id,
            does=does,
        )


def _has_something(state: MemberState) -> bool:
    """Whether there is anything left that a decision would end or take over."""
    sums: dict[tuple[str, date, datetime], int] = {}
    for entry in state.meters:
        key = entry.meter, entry.day, entry.at
        sums[key] = sums.get(key, 0) + entry.amount
    good = any(not right.cancelled and right.left != 0 for right in state.rights)
    return bool(
        state.debts or good or any(sums.values()) or any(lot.remaining for lot in state.lots)
    )
