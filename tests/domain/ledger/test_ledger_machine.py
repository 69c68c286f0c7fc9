"""A member's wallet under random events, beside a naive model that keeps single points.

The model holds one entry per point: which lot it is of, its days, and where it went. Whatever the
ledger says is compared with a count over those points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from posloyalty.domain.ledger.balance import balance_on, fold
from posloyalty.domain.ledger.lots import SpendRefusal
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.reversal import NegativePolicy, ReversalRefusal
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode

LEDGER = "club/points"
MEMBER = b"member-number-01"
ACCOUNT = Account(LEDGER, AccountKind.MEMBER, MEMBER)
POINTS = st.integers(1, 12)


@dataclass
class Point:
    """One point. `usable` and `last` are its days; `gone` once it left the wallet."""

    lot: bytes
    usable: date
    last: date | None
    gone: bool = False

    def spendable(self, day: date) -> bool:
        fresh = self.last is None or day <= self.last
        return not self.gone and self.usable <= day and fresh


class Wallet(RuleBasedStateMachine):
    """Days pass; points are earned, spent, given back, taken back and run out."""

    def __init__(self) -> None:
        super().__init__()
        self.day = date(2026, 1, 30)
        self.transfers: list[Transfer] = []
        self.points: list[Point] = []
        self.debt = 0
        self.events = 0

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(points=POINTS, wait=st.integers(0, 9), lasts=st.none() | st.integers(0, 60))
    def earn(self, points: int, wait: int, lasts: int | None) -> None:
        last = None if lasts is None else self.day + timedelta(days=wait + lasts)
        usable = self.day + timedelta(days=wait)
        event = self.event()
        lot = event.earn(LEDGER, points, usable_from=usable, last_day=last)
        assert lot is not None
        self.book(event)
        repaid = min(self.debt, points)
        self.debt -= repaid
        self.points += [Point(lot.id, usable, last, gone=n < repaid) for n in range(points)]

    @rule(points=POINTS)
    def redeem(self, points: int) -> None:
        event = self.event()
        ready = [p for p in self.points if p.spendable(self.day)]
        missing = points - (len(ready) - self.debt)
        if missing > 0:
            with pytest.raises(SpendRefusal) as refusal:
                event.redeem(LEDGER, points)
            assert refusal.value.missing == missing
            return
        event.redeem(LEDGER, points)
        self.book(event)
        lots = {lot.id: lot for lot in fold(self.transfers).lots.values()}
        ready.sort(key=lambda p: (p.last or date.max, lots[p.lot].earned_on, p.lot))
        for point in ready[:points]:
            point.gone = True

    @rule()
    def expire(self) -> None:
        event = self.event()
        amount = event.expire(LEDGER)
        self.book(event)
        assert amount == self.lapse()

    @rule(points=POINTS, random=st.randoms(use_true_random=False))
    def restore(self, points: int, random: Random) -> None:
        spent = self.some(random, TransferCode.REDEEM)
        if spent is None:
            return
        before = [t for t in self.transfers if t.link == spent.id]
        left = spent.amount - sum(t.amount for t in before)
        event = self.event()
        if points > left:
            with pytest.raises(ReversalRefusal) as refusal:
                event.restore(spent, points, restored=before)
            assert refusal.value.excess == points - left
            return
        event.restore(spent, points, restored=before)
        self.book(event)
        given = next(t for t in event.transfers if t.code is TransferCode.RESTORE)
        assert given.amount == points
        for use in given.uses:
            back = [p for p in self.points if p.lot == use.lot_id and p.gone][: -use.amount]
            assert len(back) == -use.amount
            for point in back:
                point.gone = False
        self.lapse()

    @rule(points=POINTS, random=st.randoms(use_true_random=False))
    def reverse(self, points: int, random: Random) -> None:
        earned = self.some(random, TransferCode.EARN)
        if earned is None:
            return
        before = [t for t in self.transfers if t.link == earned.id]
        left = earned.amount - sum(t.amount for t in before)
        event = self.event()
        policy = NegativePolicy.NEGATIVE
        if points > left:
            with pytest.raises(ReversalRefusal) as refusal:
                event.reverse(earned, points, policy=policy, reversed_before=before)
            assert refusal.value.excess == points - left
            return
        done = event.reverse(earned, points, policy=policy, reversed_before=before)
        held = [p for p in self.points if not p.gone]
        assert (done.taken, done.owed) == (min(points, len(held)), max(0, points - len(held)))
        self.book(event)
        self.debt += done.owed
        for transfer in event.transfers:
            for use in transfer.uses:
                for point in [p for p in held if p.lot == use.lot_id and not p.gone][: use.amount]:
                    point.gone = True

    @invariant()
    def the_ledger_agrees_with_the_points(self) -> None:
        state = fold(self.transfers)
        now = balance_on(state.lots_of(ACCOUNT), state.debt(LEDGER, MEMBER), self.day)
        held = [p for p in self.points if not p.gone]
        usable = sum(p.spendable(self.day) for p in held)
        expired = sum(p.last is not None and p.last < self.day for p in held)
        assert (now.usable, now.expired, now.debt) == (usable, expired, self.debt)
        assert now.pending == len(held) - usable - expired
        assert now.spendable == usable - self.debt
        # Balance is the fold of the transfers is the sum of the lots (I2).
        assert state.of(ACCOUNT) == len(held) == sum(lot.remaining for lot in state.lots.values())

    @invariant()
    def every_ledger_sums_to_zero_and_every_lot_is_within_its_bounds(self) -> None:
        state = fold(self.transfers)
        assert sum(state.accounts.values()) == 0
        for lot in state.lots.values():
            uses = [u.amount for t in self.transfers for u in t.uses if u.lot_id == lot.id]
            assert lot.remaining + sum(uses) == lot.original
            assert 0 <= lot.remaining <= lot.original

    @invariant()
    def neither_the_order_of_arrival_nor_a_repeat_changes_the_state(self) -> None:
        state = fold(self.transfers)
        again = [*self.transfers, *self.transfers[:3]]
        Random(len(again)).shuffle(again)
        other = fold(again)
        assert (dict(other.accounts), dict(other.lots)) == (dict(state.accounts), dict(state.lots))

    def event(self) -> EventPostings:
        self.events += 1
        state = fold(self.transfers)
        return EventPostings(
            event_id=self.events.to_bytes(16, "big"),
            member_id=MEMBER,
            day=self.day,
            lots=state.lots_of(ACCOUNT),
            debts=((LEDGER, state.debt(LEDGER, MEMBER)),),
        )

    def book(self, event: EventPostings) -> None:
        self.transfers += event.transfers

    def some(self, random: Random, code: TransferCode) -> Transfer | None:
        found = [t for t in self.transfers if t.code is code]
        return random.choice(found) if found else None

    def lapse(self) -> int:
        late = [p for p in self.points if not p.gone and p.last is not None and p.last < self.day]
        for point in late:
            point.gone = True
        return len(late)


TestWallet = Wallet.TestCase
TestWallet.settings = settings(stateful_step_count=25)
