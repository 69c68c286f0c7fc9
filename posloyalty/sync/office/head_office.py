"""Head office: takes the tills' journals in, keeps one ledger of all, and tells each till.

Shape: `receive(till, events, at)` takes a stretch of a till's journal, as often as it comes; then
`answer(till, at)` is what that till has not heard. Everything that head office says of a member is
a fold over every journal, its own decisions included, so the order in which journals arrive changes
nothing. Nothing here reads a clock, a file or the network: whatever carries the two messages
is built around this.

What a till printed is honoured; head office never changes what stands, it adds to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache, partial

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.ledger.meter import MeterEntry, total
from posloyalty.domain.ledger.transfer import Account
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.values.calendar import day_end, store_day
from posloyalty.sync.fold import Checkpoint, MemberFold, Overspend, fold_member
from posloyalty.sync.found import Found
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import AMOUNT_MAX, Filed, Place, Received
from posloyalty.sync.leases import (
    DAY_AHEAD,
    SALE_UNKNOWN,
    SHARED,
    Asset,
    AssetKind,
    Denied,
    Lease,
)
from posloyalty.sync.office.answers import Answers
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.by_hand import ByHand
from posloyalty.sync.office.deciding import Here
from posloyalty.sync.office.decisions import Decisions, credited, has_something
from posloyalty.sync.office.given_twice import named
from posloyalty.sync.office.heard_in_part import places_for
from posloyalty.sync.office.holding import Holding
from posloyalty.sync.office.homes import Homes
from posloyalty.sync.office.late_sales import Knew, apart
from posloyalty.sync.office.lending import OfficeLending
from posloyalty.sync.office.lives import Retells, claimed
from posloyalty.sync.office.memory import MemoryArchive
from posloyalty.sync.office.own_journal import OwnJournal
from posloyalty.sync.office.owning import NOBODY, Arriving, Owning
from posloyalty.sync.office.rules import OfficeRules
from posloyalty.sync.office.telling import Answer
from posloyalty.sync.rule_time import lent_through

_NEXT = timedelta(milliseconds=1)


class HeadOffice:
    """One head office. `office_id` is its own id among the tills', `certificate` names it to them;
    without `rules` it decides nothing by itself, without an `archive` it keeps all in memory;
    `born` is the life of its database (`lives.born`), and `lends` whether leases are given in it:
    before, nobody knows what tills hold; `arriving` are tills of which not all is here yet.
    """

    def __init__(
        self,
        office_id: bytes,
        *,
        certificate: bytes = b"",
        overspend: Overspend = Overspend.STORE,
        rules: OfficeRules | None = None,
        archive: Archive | None = None,
        born: bytes = b"",
        lends: Callable[[], bool] = lambda: True,
        arriving: Arriving = NOBODY,
    ) -> None:
        self.office_id = office_id
        self.overspend = overspend
        self.archive = MemoryArchive() if archive is None else archive
        self.lending = OfficeLending(self.archive.shelf)
        self._lends = lends
        self._own = OwnJournal(office_id, certificate, self.archive.last_decision, born=born)
        self._decisions = None if rules is None else Decisions(self._own, rules)
        self._owning = Owning(
            self.archive,
            fold=self.fold,
            budget_left=self._budget_left,
            overspend=lambda: self.overspend,
            arriving=arriving,
        )
        self._answers = Answers(
            office_id, self.archive, fold=self.fold, overspend=lambda: self.overspend
        )
        self._homes = Homes(
            self._own,
            self.archive,
            programme=lambda at: None if rules is None else rules.programme(at),
            fold=self.fold,
            stands=self._stands,
            state=self.state,
            meant=self.meant,
            behind=self._behind,
            recall=self.lending.recall_of,
        )
        self.by_hand = ByHand(self._own, self.archive, self.state, self._behind)
        self.holding = Holding(self._own, self.archive, self.fold, self._behind)

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till joins, whatever it did alone before."""
        self.archive.enrol(till_id, store=store, genesis=genesis)

    def place(self, till_id: bytes) -> Place | None:
        """Up to where a till's journal is known."""
        return self.archive.place(till_id)

    def receive(
        self,
        till_id: bytes,
        stretch: Iterable[StoredEvent],
        *,
        under: int = 0,
        retells: Retells = Retells.TOLD,
    ) -> Received:
        """Take in what is new of a till's journal, filed under an epoch where that is a later one
        than it was written in; leases that a till `retells` to a new life are its own.
        """
        received = self.archive.receive(till_id, stretch, under=under)
        claimed(self.archive.shelf, received.filed, till_id=till_id, retells=retells)
        for one in received.filed:
            self.lending.follow(one)
        self.lending.expire(till_id, self.archive.last_at(till_id))
        return received

    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """A till that was restored goes on behind `base` in a later epoch; False where it cannot.

        Its book is that of the common place again, so it hears of what it lost, and leases that it
        does not know any more are closed: nobody can say what it spent of them. Said again, maybe
        long after, it frees nothing: what was lent since is the till's.
        """
        before = self.archive.place(till_id)
        if not self.archive.reopen(till_id, base, epoch):
            return False
        if self.archive.place(till_id) == before:
            return True
        marks = self.archive.lease_marks(till_id, self.lending.of_till(till_id))
        self.lending.forgotten(till_id, marks)
        return True

    def answer(self, till_id: bytes, at: datetime) -> Answer:
        """What a till has to hear, as far as its journal is known."""
        owners = self.archive.due(till_id)
        if owners:
            self.tidy(at, owners)
            owners = self.archive.due(till_id)  # what was decided just now is told with it
        place = self.archive.place(till_id)
        told = self._answers.of(till_id, owners, place.seq if place else 0, at)
        if not told.tellings:
            self.archive.heard(till_id)
            if place is not None:
                folded = [owner for owner in owners if owner not in told.counting]
                self.archive.agree(till_id, folded, place, self.overspend)
        self.archive.go_on_from(told.counting, till_id)
        held = self.lending.held_by(till_id)
        marks = self.archive.lease_marks(till_id, held.ids)
        return Answer(
            base=place,
            tellings=told.tellings,
            grants=self.lending.grants_for(held, marks),
            recalls=self.lending.recalls_for(held, marks),
            at=at,
            left=told.left,
        )

    @property
    def decided(self) -> tuple[StoredEvent, ...]:
        """Its own journal: what has to be kept beside the tills' journals."""
        return self.archive.decisions()

    def resume(self, decided: Iterable[StoredEvent]) -> None:
        """Go on with what was decided before, after a new start; before anything else arrives."""
        for one in self._own.following(decided):
            self._file(one)

    def merge(self, stays: bytes, goes: bytes, at: datetime) -> bool:
        """Two records are one member: `goes` is from now on another name of `stays`.

        False where one of them is not known, was erased, or means another already.
        """
        ours, theirs = self.state(stays), self.state(goes)
        if self._decisions is None or ours is None or theirs is None or stays == goes:
            return False
        if self.meant(stays) != stays or self.meant(goes) != goes:
            return False
        if self.archive.is_erased(stays) or self.archive.is_erased(goes):
            return False
        filed = (*self.archive.events_of(stays), *self.archive.events_of(goes))
        at = self._behind(at, stays, goes)
        self._file(self._decisions.merge(ours, theirs, credited(filed), at))
        self.lending.recall_of(goes)
        self._homes.mend(self._homes.of_member(goes), at)
        return True

    def erase(self, member_id: bytes, at: datetime) -> bool:
        """A member is erased: what they own ends, tills remove who they are."""
        state = self.state(member_id)
        if self._decisions is None or state is None:
            return False
        if not self.archive.is_erased(member_id):
            at = self._behind(at, member_id)
            self._file(self._decisions.erase(state, at))
            self.lending.recall_of(member_id)
            self._homes.mend(self._homes.of_member(member_id), at)
        return True

    def meant(self, member_id: bytes) -> bytes:
        """The record that an id means now."""
        stays = self.archive.alias(member_id)
        while stays is not None:
            member_id, stays = stays, self.archive.alias(stays)
        return member_id

    def tidy(self, at: datetime, owners: Collection[bytes] | None = None) -> None:
        """Decide what new events ask for: late sales, and what came for those who are no more.

        Of all owners, or of those that are named.
        """
        touched = self.archive.touched(owners)
        if self._decisions is None:
            return
        homes = self._homes.concerned(touched, at)
        for owner, new in touched.items():
            if self.archive.joined(owner) is None or self._asks_nothing(owner, new, at):
                continue
            state = self.state(owner)
            if state is None:
                continue
            stays, behind = self.meant(owner), self._behind(at, owner)
            if self.archive.is_erased(stays):
                # Whatever name it came under: it ends with who they were.
                if has_something(replace(state, meters=())):
                    self._file(self._decisions.erase(state, behind))
            elif stays != owner and has_something(state):
                ours = self.state(stays)
                if ours is not None:
                    self._file(self._decisions.merge(ours, state, (), behind, self.fold(owner)))
            elif state.status is MemberStatus.ACTIVE:
                own = self.archive.events_of(owner)
                knew, here = self._knew(owner, own), self._here(state)
                self._file(self._decisions.correct(state, own, new, knew, behind, here=here))
                behind = self._behind(at, owner)
                for said in self._decisions.name_twice(state, own, new, knew, behind):
                    self._file(said)
        self._homes.mend(homes, at)

    def _asks_nothing(self, owner: bytes, new: frozenset[bytes], at: datetime) -> bool:
        """Whether it is known without everything that happened to a member that new events of
        theirs ask for no decision: of each thing that was done, every till knew what was done
        before, and no card is full.
        """
        if self._decisions is None or self.archive.is_erased(owner) or self.meant(owner) != owner:
            return False
        filed = self.archive.knows_all(owner, new)
        if filed is None or apart(filed, new, self._knew(owner, filed)) or named(filed):
            return False
        behind = self._behind(at, owner)
        stands = partial(self.archive.stands, owner, self.overspend)
        return not self._decisions.may_be_full(owner, stands, self.held, behind)

    def _stands(self, owner: bytes) -> MemberFold | Checkpoint:
        """What an owner has left, and their rights."""
        return self.archive.stands(owner, self.overspend) or self.fold(owner)

    def _here(self, state: MemberState) -> Here:
        """Where it stands when it gives something to a member."""
        return Here(state, self.counts, self.held)

    def held(self, asset: Asset) -> int:
        """How much of an asset lies at tills: all that there may be, until each has told again what
        a head office that was put back does not know.
        """
        return self.lending.book.held(asset) if self._lends() else AMOUNT_MAX

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
        Nothing is lent through a day past which the till's journal is known: the lease would be
        free again at once, while a book that was put back may still spend it.

        The same request again is the same lease.
        """
        self._tidy_names(asset.owner, at)
        self.archive.lock(asset.owner)
        is_over = day_end(last_day, zone) < self._time_of(till_id, at)
        if is_over or not self._owning.may_hold(till_id, asset):
            owned = 0
        if owned is None:
            owned = self.owned(asset, last_day, at=at, zone=zone)
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
        day: date | None = None,
        whole: bool = False,
    ) -> Lease | Denied:
        """Lend a till in reach what a sale wants, or what there is of it; asked back afterwards.
        `day` is the till's own, where it says so: it is lent for the latest of that, of the one
        that its journal shows, and of head office's. What the till itself dated ahead is there
        for it, since all that it spends from now on is dated behind that.
        `whole`: it moves whole, so what nobody could pay with is there, too.

        Denied as SALE_UNKNOWN: goods of a sale that has not arrived; as DAY_AHEAD: a till that is
        further ahead than is followed.
        """
        if asset.kind is AssetKind.RETURN and self._owning.sale_of(asset) is None:
            return Denied(SALE_UNKNOWN)
        there = self._time_of(till_id, at)
        shown = store_day(there, zone)
        last_day = lent_through(store_day(at, zone), max(shown, day or shown))
        if last_day is None:
            return Denied(DAY_AHEAD)
        self._tidy_names(asset.owner, at)
        self.archive.lock(asset.owner)
        since = at if asset.kind in SHARED else there
        owned = self.owned(asset, last_day, at=since, zone=zone, whole=whole)
        found = self.lease(
            self.lending.anew(request_id),
            till_id,
            asset,
            min(wanted, owned - self.lending.book.held(asset)),
            owned=owned,
            at=at,
            last_day=last_day,
            zone=zone,
        )
        if isinstance(found, Lease):
            self.lending.recall(found.id)
        return found

    def paid_for(self, lease: Lease) -> int | None:
        """The money that may go back for goods that were lent to come back (`Owning`)."""
        return self._owning.paid_for(lease, self.lending.book.held(lease.asset))

    def _time_of(self, till_id: bytes, at: datetime) -> datetime:
        """The least that a till's time is now: its journal never goes back."""
        return max(at, self.archive.last_at(till_id) or at)

    def _tidy_names(self, owner: bytes, at: datetime) -> None:
        """What came under another name of somebody goes over before anything of theirs is lent;
        whom another worker has is left to it, and nothing is lent meanwhile.
        """
        names = self.archive.untidied_names(owner)
        if names:
            self.tidy(at, names)

    def free(self, asset: Asset, last_day: date, *, at: datetime, zone: tzinfo) -> int:
        """How much of an asset is there and lent to nobody."""
        return self.owned(asset, last_day, at=at, zone=zone) - self.lending.book.held(asset)

    def owned(
        self, asset: Asset, last_day: date, *, at: datetime, zone: tzinfo, whole: bool = False
    ) -> int:
        """How much of an asset there is, whoever holds it (`Owning`)."""
        return self._owning.owned(asset, last_day, at=at, zone=zone, whole=whole)

    def _budget_left(self, asset: Asset, at: datetime) -> int:
        given = self.counts(asset.owner)
        self.archive.go_on_from([asset.owner])
        return 0 if self._decisions is None else self._decisions.budget_left(asset, given, at)

    def _behind(self, at: datetime, *owners: bytes) -> datetime:
        """When a decision about owners is dated: behind all that is known of them, also where a
        till's clock is ahead, or the fold would take what it ends before it is there.
        """
        for owner in owners:
            latest = self.archive.latest(owner)
            if latest is not None and latest >= at:
                at = latest + _NEXT
        return at

    def fold(self, owner: bytes) -> MemberFold:
        """Everything about one owner."""
        known = self.archive.kept_fold(owner)
        if known is None:
            events_of = self.archive.events_of(owner)
            known = fold_member(owner, events_of, overspend=self.overspend)
            self.archive.keep_fold(known)
        return known

    def counts(self, owner: bytes) -> tuple[MeterEntry, ...]:
        """What was counted for an owner such as a campaign, by meter and day; what the fold says of
        one for whom more than that happened.
        """
        known = self.archive.counted(owner)
        return known.entries if known.only else self.fold(owner).meters

    def state(self, member_id: bytes) -> MemberState | None:
        """A member as the rules see them; None for one whose making was not heard of."""
        joined = self.archive.joined(member_id)
        if joined is None:
            return None
        fold = self.fold(member_id)
        debts = (
            (account.ledger, -balance)
            for account, balance in sorted(fold.debts.items())
            if account.owner == member_id
        )
        return MemberState(
            member_id=member_id,
            status=self._status(member_id),
            joined_on=joined,
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
        for owner in self.archive.owners():
            for transfer in self.fold(owner).transfers:
                if transfer.id in seen:
                    continue
                seen.add(transfer.id)
                sums[transfer.debit] = sums.get(transfer.debit, 0) - transfer.amount
                sums[transfer.credit] = sums.get(transfer.credit, 0) + transfer.amount
        return sums

    def alerts(self) -> tuple[Found, ...]:
        """What somebody should look at, in the order in which it happened."""
        found = []
        for owner in self.archive.owners():
            alerts = self.fold(owner).anomalies
            order = {one.event_id: one.order for one in self.archive.events_of(owner) if alerts}
            found += [(order[one.event_id], one.what, one) for one in alerts]
        return tuple(one for _, _, one in sorted(found, key=lambda each: each[:2]))

    def _status(self, member_id: bytes) -> MemberStatus:
        if self.archive.is_erased(member_id):
            return MemberStatus.ERASED
        return MemberStatus.ACTIVE if self.meant(member_id) == member_id else MemberStatus.CLOSED

    def _knew(self, member_id: bytes, of_member: Sequence[Filed]) -> Knew:
        """Whether the till of a sale held an event of its member when it rang it."""
        places = cache(lambda till_id: places_for(self.archive, till_id, member_id, of_member))

        def knew(sale: Filed, event_id: bytes) -> bool:
            if sale.till_id == self.office_id:
                return True
            seq = places(sale.till_id).get(event_id)
            return seq is not None and seq < sale.seq

        return knew

    def _file(self, decided: StoredEvent | None) -> None:
        """Put a decision among the events that everything is folded from."""
        if decided is not None:
            self.archive.decide(self.office_id, decided)
