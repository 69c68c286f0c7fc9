"""Tills without a disk, and head office between them: everything that can happen on the way.

A `SmallTill` plans with the engine's own postings on what its book holds, and its book refuses what
a real one refuses. `Fleet` plays a seed: sales, spending, goods back, vouchers, and a network that
loses, repeats and delays both messages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from random import Random

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.right import Right, after_change
from posloyalty.domain.ledger.transfer import AccountKind, Transfer, TransferCode
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of, counted, posts, rights_changed
from posloyalty.sync.fold import Overspend
from posloyalty.sync.found import Anomaly
from posloyalty.sync.journal import StoredEvent, genesis_predecessor, link
from posloyalty.sync.leases import LEASE, Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.telling import Answer, Grant, given_back, granted, heard
from tests.sync.books import left_of, same_books
from tests.sync.small_rules import PROGRAMME, SmallRules

LEDGER = "test/points"
OTHER = "test/stars"
OFFICE = b"head-office-----"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CERTIFICATE = b"certificate"
EVENT_ID = attrgetter("event_id")


def member(name: str) -> bytes:
    """The id of a member."""
    return name.encode().ljust(16, b".")


class SmallTill:
    """A till: a chained journal, and what each member has in its book."""

    def __init__(self, name: str, store: str = "S1") -> None:
        self.id = name.encode().ljust(16, b".")
        self.store = store
        self.journal: list[StoredEvent] = []
        self.books: dict[bytes, Belongings] = {}
        self.sent = 0
        self.earned: list[tuple[bytes, Transfer]] = []
        self.leases: dict[bytes, Right] = {}
        self.epoch = 1
        self._ids = 0

    @property
    def genesis(self) -> bytes:
        """What the first event is chained to."""
        return genesis_predecessor(self.id, CERTIFICATE)

    def greet(self, member_id: bytes, at: datetime) -> None:
        """A member who was known everywhere from the start."""
        self.append(
            events.MemberCreate(
                id=derive_id("greet", member_id).hex(),
                at=_text(at),
                hlc=(0, 0),
                member=member_id.hex(),
                joined="2026-01-01",
                store=self.store,
                source="test",
            ),
            Consequences(),
        )
        self.books[member_id] = Belongings(member_id)

    def state(self, member_id: bytes) -> MemberState:
        """The member as the book has them."""
        book = self.books[member_id]
        debts = {
            account.ledger: -balance
            for account, balance in book.accounts.items()
            if account.kind is AccountKind.MEMBER_DEBT and balance
        }
        return MemberState(
            member_id=member_id,
            status=MemberStatus.ACTIVE,
            joined_on=date(2026, 1, 1),
            lots=tuple(book.lots.values()),
            debts=tuple(debts.items()),
            rights=tuple(book.rights.values()),
        )

    def usable(self, member_id: bytes, day: date, ledger: str = LEDGER) -> int:
        """What may be spent by this book's knowledge."""
        state = self.state(member_id)
        if dict(state.debts).get(ledger):
            return 0
        own = [lot for lot in state.lots if lot.account.ledger == ledger]
        return sum(lot.remaining for lot in own if lot.usable_on(day))

    def lent(self, member_id: bytes, ledger: str, day: date) -> list[Right]:
        """The leases from which a member's points may be spent, those that end first first."""
        return self.lent_of(Asset(AssetKind.POINTS, ledger, member_id), day)

    def lent_of(self, asset: Asset, day: date) -> list[Right]:
        """The leases of anything, those that end first first."""
        of = asset.text
        good = [r for r in self.leases.values() if r.owner == asset.owner and r.of == of]
        good = [right for right in good if right.good_on(day)]
        return sorted(good, key=lambda right: (str(right.last_day), right.id))

    def act(
        self,
        member_id: bytes,
        at: datetime,
        do: Callable[[EventPlan, MemberState], None],
        *,
        programme_id: str = PROGRAMME.id,
    ) -> Consequences:
        """One event, planned on the book as it stands."""
        self._ids += 1
        plan = EventPlan(
            event_id=derive_id("act", self.id, self._ids),
            at=at,
            day=at.date(),
            programme_id=programme_id,
        )
        do(plan, self.state(member_id))
        does = plan.consequences()
        if does != Consequences():
            event = events.Act(
                id=plan.event_id.hex(),
                at=_text(at),
                hlc=(0, 0),
                kind="activity",
                what="test",
                day=at.date().isoformat(),
                member=member_id.hex(),
                post=posts(does.transfers),
                rights=rights_changed(does.rights),
                meters=counted(does.meters, member_id=member_id, at=at),
            )
            self.append(event, does)
        return does

    def append(self, event: events.Event, does: Consequences) -> None:
        """Chain an event, and book it as a real book would: what it cannot hold is a failure."""
        body, seq = events.encode(event), len(self.journal) + 1
        before = self.journal[-1].hash if self.journal else self.genesis
        hashed = link(till_id=self.id, epoch=self.epoch, seq=seq, previous=before, body=body)
        event_id = bytes.fromhex(event.id)
        assert event_id not in map(EVENT_ID, self.journal)
        self.journal.append(
            StoredEvent(
                seq=seq,
                epoch=self.epoch,
                event_id=event_id,
                kind=events.kind(event),
                at=event.at,
                body=body,
                hash=hashed,
            )
        )
        for book in self.books.values():
            if book.take(does):
                _check(book)
        for change in does.rights:
            if change.opens is not None and change.opens.kind == LEASE:
                self.leases[change.right_id] = change.opens
            elif change.right_id in self.leases:
                lease = after_change(self.leases[change.right_id], change)
                assert 0 <= lease.used <= lease.uses
                self.leases[change.right_id] = lease

    def apply(self, answer: Answer, at: datetime) -> bool:
        """Hear an answer, unless somebody gained or spent since it was made."""
        here = None if not self.journal else (len(self.journal), self.journal[-1].hash)
        base = answer.base
        if base is None or here != (base.seq, base.hash):
            return False
        for telling in answer.tellings:
            event = heard(telling, hlc=(0, 0))
            self.append(event, consequences_of(event))
        for grant in answer.grants:
            self.hold(grant, at)
        for lease_id in answer.recalls:
            if not self.leases[lease_id].cancelled:
                lease = self.leases[lease_id]
                self._lease_act(given_back(lease, at=_text(at), day=at.date(), hlc=(0, 0)))
        return True

    def hold(self, grant: Grant, at: datetime) -> None:
        """Take up a lease that head office has granted, whatever else is not heard yet."""
        self._lease_act(granted(grant, at=_text(at), day=at.date(), hlc=(0, 0)))

    def _lease_act(self, act: events.Act) -> None:
        if all(one.event_id != bytes.fromhex(act.id) for one in self.journal):
            self.append(act, consequences_of(act))


def _check(book: Belongings) -> None:
    """The checks of a real book's tables."""
    for lot in book.lots.values():
        assert 0 <= lot.remaining <= lot.original
    for right in book.rights.values():
        assert 0 <= right.used
        assert right.left is None or right.used <= right.uses
    for account, balance in book.accounts.items():
        assert account.kind is not AccountKind.MEMBER or balance >= 0
        assert account.kind is not AccountKind.MEMBER_DEBT or balance <= 0


class Fleet:
    """A world of tills and one head office, driven by a seed.

    `lending`: tills spend from leases only; then nothing may be spent twice. Nothing is
    taken back and nobody is erased in such a world, because what would go may be lent already.
    `doubled`: head office may have lent something twice, because it could not know better.
    """

    doubled = False

    def __init__(
        self,
        seed: int,
        *,
        tills: int = 3,
        members: int = 3,
        lending: bool = False,
        archive: Archive | None = None,
    ) -> None:
        self.lending = lending
        self.random = Random(seed)
        self.at = START
        self._ids = 0
        self.office = HeadOffice(
            OFFICE,
            overspend=self.random.choice(list(Overspend)),
            rules=SmallRules(),
            archive=archive,
        )
        self.tills = [SmallTill(f"T{n}", f"S{n % 2}") for n in range(tills)]
        self.members = [member(f"member-{n}") for n in range(1 if lending else members)]
        self.late: list[tuple[SmallTill, Answer]] = []
        self.counts = {"events": 0, "exchanges": 0, "stale answers": 0, "overspent": 0, "spent": 0}
        self.counts |= {"merged": 0, "erased": 0}
        self.gone: set[bytes] = set()
        self.heals_within = 8
        for till in self.tills:
            self.office.enrol(till.id, store=till.store, genesis=till.genesis)
            for one in self.members:
                till.greet(one, self.at)

    def risked(self, *_kinds: AssetKind) -> int:
        """How much may be spent twice: nothing here."""
        return 0

    def run(self, steps: int) -> None:
        """So many things happen, then the network is good until nobody has anything to tell."""
        for _ in range(steps):
            self.at += timedelta(
                minutes=self.random.choice((1, 5, 60, 600) if self.lending else (1, 5, 600, 3000))
            )
            self.step()
        self.heal()

    def step(self) -> None:
        """One thing happens."""
        till, who = self.random.choice(self.tills), self.random.choice(self.members)
        what = self.random.choices(
            (self.earn, self.spend, self.give_back, self.voucher, self.upload, self.exchange),
            (4, 9, 0, 1, 3, 9) if self.lending else (6, 6, 2, 2, 3, 3),
        )[0]
        if not self.lending and self.random.random() < 0.03:
            self.decide(who)
        if self.lending and self.random.random() < 0.4:
            self.lend(till, who)
        what(till, who)

    def earn(self, till: SmallTill, who: bytes) -> None:
        """Points, some of which last a few days only."""
        points, ledger = self.random.randint(1, 200), self.random.choice((LEDGER, OTHER))
        days = self.random.choice((None, 3, 30))

        def do(plan: EventPlan, state: MemberState) -> None:
            postings = plan.postings(state)
            postings.expire(ledger)
            last = None if days is None else plan.day + timedelta(days=days)
            postings.earn(ledger, points, usable_from=plan.day, last_day=last)
            plan.count("purchases", who, 1)

        does = till.act(who, self.at, do)
        till.earned += [(who, t) for t in does.transfers if t.code is TransferCode.EARN]
        self.counts["events"] += 1

    def spend(self, till: SmallTill, who: bytes) -> None:
        """All or part of what this till believes to be there."""
        ledger = self.random.choice((LEDGER, OTHER))
        there = till.usable(who, self.at.date(), ledger)
        leases = till.lent(who, ledger, self.at.date())
        if self.lending:
            there = min(there, sum(lease.left or 0 for lease in leases))
        if not there:
            return
        points = self.random.choice((there, self.random.randint(1, there)))

        def do(plan: EventPlan, state: MemberState) -> None:
            postings = plan.postings(state)
            postings.expire(ledger)
            postings.redeem(ledger, points)
            left = points
            for lease in leases if self.lending else ():
                part = min(left, lease.left or 0)
                if part:
                    plan.use(lease, part)
                left -= part
            self.counts["spent"] += points

        till.act(who, self.at, do)
        self.counts["events"] += 1

    def give_back(self, till: SmallTill, who: bytes) -> None:
        """Goods come back: what they had earned is taken, by the till that gave it."""
        own = [one for one in till.earned if one[0] == who]
        if not own:
            return
        given = self.random.choice(own)
        till.earned.remove(given)
        policy = self.random.choice((NegativePolicy.NEGATIVE, NegativePolicy.WITHIN_BALANCE))

        def do(plan: EventPlan, state: MemberState) -> None:
            postings = plan.postings(state)
            postings.expire(given[1].credit.ledger)
            postings.reverse(given[1], given[1].amount, policy=policy)
            plan.count("purchases", who, -1)

        till.act(who, self.at, do)
        self.counts["events"] += 1

    def voucher(self, till: SmallTill, who: bytes) -> None:
        """A voucher is given or used."""

        def do(plan: EventPlan, state: MemberState) -> None:
            good = [right for right in state.rights if right.good_on(plan.day)]
            if good and self.random.random() < 0.6:
                plan.use(self.random.choice(sorted(good, key=lambda right: right.id)))
            else:
                plan.issue(kind="voucher", of="welcome", owner=who, uses=self.random.choice((1, 2)))

        till.act(who, self.at, do)
        self.counts["events"] += 1

    def decide(self, who: bytes) -> None:
        """Head office erases somebody, or finds that two records are one."""
        other = self.random.choice(self.members)
        if self.random.random() < 0.3:
            self.counts["erased"] += self.office.erase(who, self.at)
        elif who not in self.gone and other not in self.gone:
            merged = self.office.merge(who, other, self.at)
            self.counts["merged"] += merged
            self.gone |= {other} if merged else set()

    def lend(self, till: SmallTill, who: bytes) -> None:
        """Head office lends some of what is free, or asks back what a till holds."""
        self._ids += 1
        if self.random.random() < 0.2:
            for lease in self.office.lending.book.of_till(till.id):
                self.office.lending.recall(lease.id)
            return
        day = self.at.date()
        last = day + timedelta(days=self.random.choice((0, 2, 9, 30)))
        asset = Asset(AssetKind.POINTS, self.random.choice((LEDGER, OTHER)), who)
        owned = self.office.owned(asset, last, at=self.at, zone=UTC)
        free = owned - self.office.lending.book.held(asset)
        amount = self.random.choice((max(0, free), self.random.randint(0, max(1, free))))

        def ask(name: str, amount: int) -> Lease | Denied:
            rid = derive_id(name, self._ids)
            return self.office.lease(
                rid, till.id, asset, amount, at=self.at, last_day=last, zone=UTC
            )

        if owned > free:
            # Whoever asks for all there is, part of which is lent, gets nothing.
            assert isinstance(ask("all", owned), Denied)
        ask("lend", amount)

    def upload(self, till: SmallTill, _who: bytes) -> None:
        """A stretch arrives, maybe again, maybe not the next one, and nobody hears the answer."""
        journal = till.journal
        first = self.random.randint(0, len(journal) - 1)
        last = self.random.randint(first, len(journal))
        self.send(till, first, last)

    def send(self, till: SmallTill, first: int, last: int) -> None:
        """A stretch of a journal goes up."""
        self.office.receive(till.id, till.journal[first:last])

    def send_new(self, till: SmallTill) -> None:
        """What head office does not have goes up."""
        place = self.office.place(till.id)
        self.send(till, place.seq if place else 0, len(till.journal))

    def exchange(self, till: SmallTill, _who: bytes) -> None:
        """What is new goes up, and the answer arrives now, later, twice or never."""
        self.counts["exchanges"] += 1
        self.send_new(till)
        answer = self.office.answer(till.id, self.at)
        fate = self.random.random()
        if fate < 0.6:
            assert till.apply(answer, self.at)
        if fate > 0.5:
            self.late.append((till, answer))
        if self.late and self.random.random() < 0.5:
            other, old = self.late.pop(self.random.randrange(len(self.late)))
            self.counts["stale answers"] += not other.apply(old, self.at)

    def heal(self) -> None:
        """Everybody sends and hears until there is nothing left; it must come to an end soon."""
        for _ in range(self.heals_within):
            for till in self.tills:
                self.send_new(till)
            quiet = True
            for till in self.tills:
                answer = self.office.answer(till.id, self.at)
                quiet &= answer.empty
                assert till.apply(answer, self.at)
            if quiet:
                break
        else:
            raise AssertionError("there is always something more to tell")
        self.counts["overspent"] = sum(
            one.anomaly is Anomaly.OVERSPENT for one in self.office.alerts()
        )

    def upload_again(self, office: HeadOffice, till: SmallTill) -> None:
        """All that a till ever sent arrives at another head office."""
        office.receive(till.id, till.journal)


def agreed(fleet: Fleet) -> None:
    """Every till has of every member what head office has, and every journal adds up to it."""
    office = fleet.office
    again = HeadOffice(office.office_id, overspend=office.overspend, rules=SmallRules())
    again.resume(office.decided)
    order = list(fleet.tills)
    fleet.random.shuffle(order)
    for till in order:
        again.enrol(till.id, store=till.store, genesis=till.genesis)
        fleet.upload_again(again, till)
    for who in fleet.members:
        fold = fleet.office.fold(who)
        assert again.fold(who) == fold
        wanted = Belongings.of(fold)
        for till in fleet.tills:
            same_books(till.books[who], wanted)
        if office.meant(who) != who:
            assert left_of(wanted) == 0, "everything went over to the record that stays"
    assert sum(fleet.office.accounts().values()) == 0
    if fleet.lending:
        alerts = () if fleet.doubled else fleet.office.alerts()
        spent_twice = [one.amount for one in alerts if one.anomaly is Anomaly.OVERSPENT]
        assert sum(spent_twice) <= fleet.risked(AssetKind.POINTS, AssetKind.CARD)
        for till in fleet.tills:
            held = {one.id: one.left for one in fleet.office.lending.book.of_till(till.id)}
            good = {r.id: r.left for r in till.leases.values() if not r.cancelled}
            assert {key: left for key, left in held.items() if left} == {
                key: left for key, left in good.items() if left and key in held
            }


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
