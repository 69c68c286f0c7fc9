"""Many tills' journals become one ledger: once each, in any order, and nobody's points vanish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.members.member import MemberStatus
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts, rights_changed
from posloyalty.sync.fold import (
    Anomaly,
    Before,
    Checkpoint,
    MemberFold,
    Overspend,
    asked_before,
    fold_member,
    fold_on,
    named_lots_hold,
)
from posloyalty.sync.journal import StoredEvent, genesis_predecessor, link
from posloyalty.sync.journals import Filed, Journals

ANNA = b"anna-anna-anna-1"
LEDGER = "club/points"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class Till:
    """A till that plans against what it knows, offline, and keeps a chained journal."""

    name: str
    lots: tuple[Lot, ...] = ()
    journal: list[StoredEvent] = field(default_factory=list)

    @property
    def id(self) -> bytes:
        return self.name.encode().ljust(16, b".")

    def plan(self, at: datetime) -> EventPlan:
        event_id = self.id[:8] + len(self.journal).to_bytes(8, "big")
        return EventPlan(event_id=event_id, at=at, day=at.date(), programme_id="club")

    def state(self) -> MemberState:
        return MemberState(
            member_id=ANNA,
            status=MemberStatus.ACTIVE,
            joined_on=date(2026, 1, 1),
            lots=self.lots,
        )

    def earn(self, points: int, at: datetime) -> Transfer:
        plan = self.plan(at)
        plan.postings(self.state()).earn(LEDGER, points, usable_from=at.date(), last_day=None)
        plan.count("visits", ANNA, 1)
        self.write(plan, at)
        return plan.consequences().transfers[0]

    def redeem(self, points: int, at: datetime) -> None:
        plan = self.plan(at)
        plan.postings(self.state()).redeem(LEDGER, points)
        self.write(plan, at)

    def write(self, plan: EventPlan, at: datetime) -> None:
        self.lots = plan.after(self.state()).lots
        self.append(plan.event_id, plan.consequences(), at)

    def append(self, event_id: bytes, does: Consequences, at: datetime) -> None:
        event = events.Act(
            id=event_id.hex(),
            at=at.isoformat(timespec="milliseconds"),
            hlc=(0, 0),
            kind="activity",
            what="test",
            day=at.date().isoformat(),
            member=ANNA.hex(),
            post=posts(does.transfers),
            rights=rights_changed(does.rights),
            meters=counted(does.meters, member_id=ANNA, at=at),
        )
        body = events.encode(event)
        seq = len(self.journal) + 1
        before = self.journal[-1].hash if self.journal else genesis_predecessor(self.id, b"c")
        hashed = link(till_id=self.id, epoch=1, seq=seq, previous=before, body=body)
        self.journal.append(
            StoredEvent(
                seq=seq,
                epoch=1,
                event_id=event_id,
                kind="act",
                at=event.at,
                body=body,
                hash=hashed,
            )
        )


def received(*uploads: tuple[Till, Sequence[StoredEvent]]) -> Journals:
    journals = Journals()
    for till, stretch in uploads:
        journals.enrol(till.id, store=till.name, genesis=genesis_predecessor(till.id, b"c"))
        journals.receive(till.id, stretch)
    return journals


def folded(
    *tills: Till, overspend: Overspend = Overspend.STORE, order: Iterable[int] | None = None
) -> MemberFold:
    uploads = [(till, till.journal) for till in tills]
    if order is not None:
        uploads = [uploads[n] for n in order]
    return fold_member(ANNA, received(*uploads).filed(), overspend=overspend)


def balance(fold: MemberFold) -> int:
    return sum(lot.remaining for lot in fold.lots)


def both_know_300() -> tuple[Till, Till]:
    a = Till("A")
    a.earn(300, START)
    return a, Till("B", lots=a.lots)


def test_case_28_the_same_journal_uploaded_three_times_counts_once() -> None:
    till = Till("A")
    till.earn(50, START)
    journals = received((till, till.journal), (till, till.journal), (till, till.journal))
    assert balance(fold_member(ANNA, journals.filed())) == 50
    again = journals.receive(till.id, till.journal)
    assert (again.taken, again.duplicates) == (0, 1)


def test_a_gap_asks_for_what_is_missing_and_takes_nothing_beyond_it() -> None:
    till = Till("A")
    for n in range(3):
        till.earn(10, START + timedelta(minutes=n))
    journals = received((till, till.journal[:1]))
    found = journals.receive(till.id, till.journal[2:])
    assert (found.taken, found.gap_at) == (0, 2)
    assert journals.receive(till.id, till.journal[1:]).taken == 2


def test_the_same_place_with_another_hash_is_a_fork_and_is_not_merged() -> None:
    till, clone = Till("A"), Till("A")
    till.earn(10, START)
    clone.earn(99, START)
    journals = received((till, till.journal))
    found = journals.receive(till.id, clone.journal)
    assert (found.taken, found.fork_at) == (0, 1)
    assert balance(fold_member(ANNA, journals.filed())) == 10


def test_events_sent_again_under_a_new_epoch_count_once() -> None:
    till = Till("A")
    till.earn(10, START)
    (first,) = till.journal
    journals = received((till, till.journal))
    hashed = link(till_id=till.id, epoch=2, seq=2, previous=first.hash, body=first.body)
    again = structs.replace(first, epoch=2, seq=2, hash=hashed)
    assert journals.receive(till.id, [again]).duplicates == 1
    assert len(journals.filed()) == 1


def test_a_hash_that_does_not_follow_is_refused_and_what_came_before_it_stays() -> None:
    till = Till("A")
    for n in range(3):
        till.earn(10, START + timedelta(minutes=n))
    forged = structs.replace(
        till.journal[1], body=till.journal[1].body.replace(b'"n":10', b'"n":90')
    )
    journals = received((till, ()))
    found = journals.receive(till.id, [till.journal[0], forged, till.journal[2]])
    assert (found.taken, found.bad_at) == (1, 2)
    assert journals.receive(till.id, till.journal).taken == 2


def test_case_27_two_tills_spend_150_each_and_the_balance_is_nothing() -> None:
    a, b = both_know_300()
    a.redeem(150, START + timedelta(minutes=1))
    b.redeem(150, START + timedelta(minutes=2))
    fold = folded(a, b)
    assert (balance(fold), fold.risk(LEDGER), fold.anomalies) == (0, 0, ())


@pytest.mark.parametrize(
    ("overspend", "risk", "debt"), [(Overspend.STORE, 50, 0), (Overspend.MEMBER, 0, 50)]
)
def test_case_27_an_override_beyond_the_lease_is_the_stores_loss_or_the_members_debt(
    overspend: Overspend, risk: int, debt: int
) -> None:
    a, b = both_know_300()
    a.redeem(200, START + timedelta(minutes=1))
    b.redeem(150, START + timedelta(minutes=2))
    fold = folded(a, b, overspend=overspend)
    assert (balance(fold), fold.risk(LEDGER), fold.debt(LEDGER)) == (0, risk, debt)
    (found,) = fold.anomalies
    assert (found.anomaly, found.store, found.amount) == (Anomaly.OVERSPENT, "B", 50)
    redeemed = fold.accounts[Account(LEDGER, AccountKind.REDEEMED)]
    assert redeemed == 350  # what was promised at the counters stands


def test_points_taken_back_that_are_spent_elsewhere_become_a_debt() -> None:
    a = Till("A")
    earned = a.earn(95, START)
    b = Till("B", lots=a.lots)
    b.redeem(90, START + timedelta(minutes=1))
    plan = a.plan(START + timedelta(minutes=2))
    plan.postings(a.state()).reverse(earned, 95, policy=NegativePolicy.NEGATIVE)
    a.write(plan, START + timedelta(minutes=2))
    fold = folded(a, b)
    assert (balance(fold), fold.debt(LEDGER), fold.risk(LEDGER)) == (0, 90, 0)


def test_a_debt_that_two_tills_repay_from_later_points_is_repaid_once() -> None:
    a = Till("A")
    earned = a.earn(95, START)
    a.redeem(95, START + timedelta(minutes=1))
    plan = a.plan(START + timedelta(minutes=2))
    plan.postings(a.state()).reverse(earned, 95, policy=NegativePolicy.NEGATIVE)
    a.write(plan, START + timedelta(minutes=2))
    owing = (("club/points", 95),)
    b = Till("B")
    for till, minutes in ((a, 3), (b, 4)):
        at = START + timedelta(minutes=minutes)
        plan = till.plan(at)
        state = replace(till.state(), debts=owing)
        plan.postings(state).earn(LEDGER, 100, usable_from=at.date(), last_day=None)
        till.append(plan.event_id, plan.consequences(), at)
    fold = folded(a, b)
    assert (balance(fold), fold.debt(LEDGER)) == (105, 0)


def test_points_that_run_out_at_two_tills_run_out_once_and_take_no_others() -> None:
    a = Till("A")
    plan = a.plan(START)
    plan.postings(a.state()).earn(
        LEDGER, 188, usable_from=START.date(), last_day=START.date() + timedelta(days=3)
    )
    a.write(plan, START)
    a.earn(49, START + timedelta(minutes=1))
    b = Till("B", lots=a.lots)
    for till, days in ((a, 5), (b, 6)):
        at = START + timedelta(days=days)
        plan = till.plan(at)
        plan.postings(till.state()).expire(LEDGER)
        till.write(plan, at)
    fold = folded(a, b)
    assert (balance(fold), fold.anomalies) == (49, ())


def voucher(till: Till) -> Right:
    plan = till.plan(START)
    right = plan.issue(kind="voucher", of="welcome", owner=ANNA)
    till.append(plan.event_id, plan.consequences(), START)
    return right


def test_case_45_a_voucher_honoured_at_two_tills_is_used_once_and_the_second_is_named() -> None:
    a, b = Till("A"), Till("B")
    right = voucher(a)
    for till, minutes in ((a, 1), (b, 2)):
        at = START + timedelta(minutes=minutes)
        plan = till.plan(at)
        plan.use(right)
        till.append(plan.event_id, plan.consequences(), at)
    for order in ((0, 1), (1, 0)):
        fold = folded(a, b, order=order)
        assert [one.left for one in fold.rights] == [0]
        (found,) = fold.anomalies
        assert (found.anomaly, found.store) == (Anomaly.RIGHT_USED_TWICE, "B")


def test_a_use_that_two_tills_give_back_comes_back_once() -> None:
    a, b = Till("A"), Till("B")
    right = voucher(a)
    for till, minutes, gives in ((a, 1, False), (a, 2, True), (b, 3, True)):
        at = START + timedelta(minutes=minutes)
        plan = till.plan(at)
        (plan.give_back if gives else plan.use)(right)
        till.append(plan.event_id, plan.consequences(), at)
    (own,) = folded(a, b).rights
    assert (own.used, own.left) == (0, 1)


@pytest.mark.parametrize("split", range(9))
def test_a_fold_that_goes_on_comes_to_the_same_as_one_from_the_start(split: int) -> None:
    a = Till("A")
    voucher(a)
    a.earn(100, START)
    b = Till("B", lots=a.lots)
    for n in range(1, 7):
        till = (a, b)[n % 2]
        till.redeem(20, START + timedelta(minutes=n))
    filed = received((a, a.journal), (b, b.journal)).filed()
    whole = fold_member(ANNA, filed)
    first = fold_member(ANNA, filed[:split])
    debts = {k: n for k, n in first.accounts.items() if k.kind is AccountKind.MEMBER_DEBT}
    assert first.debts == debts
    stands = Checkpoint(member_id=ANNA, lots=first.lots, rights=first.rights, debts=debts)
    after = fold_on(stands, filed[split:])
    assert (after.lots, after.rights) == (whole.lots, whole.rights)
    assert (*first.transfers, *after.transfers) == whole.transfers
    assert (*first.anomalies, *after.anomalies) == whole.anomalies
    assert whole.risk(LEDGER) == 20


def standing(first: MemberFold, later: Sequence[Filed]) -> Checkpoint:
    """Of where a fold stood, what the later events look at and nothing else."""
    looks = asked_before(ANNA, later)
    named = {lot.id: lot for lot in first.lots if lot.id in looks.lots}
    all_left = looks.spends and not named_lots_hold(ANNA, later, named)
    debts = {k: n for k, n in first.accounts.items() if k.kind is AccountKind.MEMBER_DEBT}
    return Checkpoint(
        member_id=ANNA,
        lots=tuple(
            lot for lot in first.lots if (all_left and lot.remaining) or lot.id in looks.lots
        ),
        rights=tuple(right for right in first.rights if right.id in looks.rights),
        debts=debts if looks.repays else {},
    )


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 60)), min_size=1, max_size=14),
    st.integers(0, 14),
    st.sampled_from(Overspend),
)
def test_a_fold_needs_of_what_came_before_only_what_its_events_look_at(
    steps: list[tuple[int, int]], split: int, bearer: Overspend
) -> None:
    a = Till("A")
    right = voucher(a)
    b = Till("B")
    for n, (kind, amount) in enumerate(steps, 1):
        at, till = START + timedelta(minutes=n), (a, b)[kind % 2]
        if kind < 2:
            till.earn(amount, at)
        elif kind < 4:
            till.lots = a.lots
            till.redeem(min(amount, sum(lot.remaining for lot in till.lots)), at)
        else:
            plan = till.plan(at)
            (plan.use if kind == 4 else plan.give_back)(right)
            till.append(plan.event_id, plan.consequences(), at)
    filed = received((a, a.journal), (b, b.journal)).filed()
    first = fold_member(ANNA, filed[:split], overspend=bearer)
    whole = fold_member(ANNA, filed, overspend=bearer)
    after = fold_on(standing(first, filed[split:]), filed[split:], overspend=bearer)
    assert (*first.transfers, *after.transfers) == whole.transfers
    assert (*first.anomalies, *after.anomalies) == whole.anomalies
    stands = {lot.id: lot for lot in first.lots} | {lot.id: lot for lot in after.lots}
    assert stands == {lot.id: lot for lot in whole.lots}
    rights = {one.id: one for one in first.rights} | {one.id: one for one in after.rights}
    assert rights == {one.id: one for one in whole.rights}


ISSUED, REDEEMED = (Account(LEDGER, k) for k in (AccountKind.ISSUED, AccountKind.REDEEMED))
MINE, DEBT = (Account(LEDGER, k, ANNA) for k in (AccountKind.MEMBER, AccountKind.MEMBER_DEBT))
LOT_1 = b"1" * 16


@pytest.mark.parametrize(
    ("code", "debit", "credit", "uses", "wanted"),
    [
        ("earn", ISSUED, MINE, (), Before()),
        ("redeem", MINE, REDEEMED, (LotUse(LOT_1, 5),), Before(lots={LOT_1}, spends=True)),
        ("redeem", MINE, REDEEMED, (), Before(spends=True)),
        ("restore", REDEEMED, MINE, (LotUse(LOT_1, -5),), Before(lots={LOT_1})),
        ("repay", MINE, DEBT, (LotUse(LOT_1, 5),), Before({LOT_1}, set(), True, True)),
        ("debt", DEBT, ISSUED, (), Before()),
    ],
)
def test_what_a_transfer_looks_at(
    code: str, debit: Account, credit: Account, uses: tuple[LotUse, ...], wanted: Before
) -> None:
    till = Till("A")
    till.earn(5, START)
    (one,) = received((till, till.journal)).filed()
    moved = Transfer(
        id=b"t" * 16,
        code=TransferCode(code),
        debit=debit,
        credit=credit,
        amount=5,
        event_id=one.event_id,
        uses=uses,
    )
    assert (
        asked_before(ANNA, [structs.replace(one, does=Consequences(transfers=(moved,)))]) == wanted
    )
    assert (
        asked_before(b"b" * 16, [structs.replace(one, does=Consequences(transfers=(moved,)))])
        == Before()
    )


@pytest.mark.parametrize(
    ("uses", "remaining", "holds"),
    [
        (((LOT_1, 5),), 5, True),
        (((LOT_1, 5),), 4, False),  # another till took some of it meanwhile
        (((LOT_1, 4),), 9, False),  # the till said of a part alone whence it came
        ((), 9, False),
        (((b"2" * 16, 5),), 9, False),  # a lot that nobody heard of yet
        (((LOT_1, 6), (LOT_1, -1)), 9, False),
    ],
)
def test_no_other_lot_is_looked_at_where_those_that_were_named_hold_what_was_spent(
    uses: tuple[tuple[bytes, int], ...], remaining: int, holds: bool
) -> None:
    till = Till("A")
    till.earn(9, START)
    (one,) = received((till, till.journal)).filed()
    (own,) = till.lots
    moved = Transfer(
        id=b"t" * 16,
        code=TransferCode.REDEEM,
        debit=MINE,
        credit=REDEEMED,
        amount=5,
        event_id=one.event_id,
        uses=tuple(LotUse(*use) for use in uses),
    )
    spent = structs.replace(one, does=Consequences(transfers=(moved,)))
    lots = {LOT_1: structs.replace(own, id=LOT_1, remaining=remaining)}
    assert named_lots_hold(ANNA, [one, spent], lots) is holds
    other = Account("other/points", AccountKind.MEMBER, ANNA)
    assert not named_lots_hold(ANNA, [spent], {LOT_1: structs.replace(lots[LOT_1], account=other)})
    assert not named_lots_hold(ANNA, [spent] * 3, lots)


def test_a_till_whose_clock_went_back_keeps_its_own_order() -> None:
    till = Till("A")
    till.earn(100, START)
    till.redeem(100, START - timedelta(minutes=30))
    fold = folded(till)
    assert (balance(fold), fold.anomalies) == (0, ())


steps = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 60), st.integers(0, 50)),
    max_size=14,
)


@settings(max_examples=80, deadline=None)
@given(steps, st.randoms(), st.sampled_from(Overspend))
def test_any_order_of_arrival_gives_the_same_and_every_point_is_somewhere(
    acts: list[tuple[int, bool, int, int]], order: Random, overspend: Overspend
) -> None:
    tills = [Till(name) for name in "ABC"]
    tills[0].earn(100, START)
    tills[1].lots = tills[2].lots = tills[0].lots
    redeemed = 0
    earned = 100
    at = START
    for who, earns, points, minutes in acts:
        at += timedelta(minutes=minutes)
        till = tills[who]
        if earns:
            till.earn(points, at)
            earned += points
        elif points <= sum(lot.remaining for lot in till.lots):
            till.redeem(points, at)
            redeemed += points
    shuffled = [0, 1, 2]
    order.shuffle(shuffled)
    fold = folded(*tills, overspend=overspend)
    assert fold == folded(*tills, overspend=overspend, order=shuffled)
    assert sum(fold.accounts.values()) == 0
    assert fold.debts == {
        k: n for k, n in fold.accounts.items() if k.kind is AccountKind.MEMBER_DEBT
    }
    assert balance(fold) == fold.accounts.get(Account(LEDGER, AccountKind.MEMBER, ANNA), 0)
    assert balance(fold) == earned - redeemed + fold.risk(LEDGER) + fold.debt(LEDGER)
    assert fold.accounts.get(Account(LEDGER, AccountKind.REDEEMED), 0) == redeemed
