"""Transfers of one event, by the numbers of LOYALTY 6."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.ledger.balance import balance_on, fold
from posloyalty.domain.ledger.lots import SpendRefusal, plan_spend
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.reversal import NegativePolicy, Reversal, ReversalRefusal
from posloyalty.domain.ledger.transfer import (
    LONG_AGO,
    Account,
    AccountKind,
    Lot,
    Transfer,
    TransferCode,
)

LEDGER = "club/points"
MEMBER = b"member-number-01"
ACCOUNT = Account(LEDGER, AccountKind.MEMBER, MEMBER)


class Story:
    """One member's events in turn; every event sees what those before it left."""

    def __init__(self) -> None:
        self.transfers: list[Transfer] = []
        self._events = 0

    def event(self, day: str) -> EventPostings:
        self._events += 1
        state = fold(self.transfers)
        return EventPostings(
            event_id=self._events.to_bytes(16, "big"),
            member_id=MEMBER,
            day=date.fromisoformat(day),
            lots=state.lots_of(ACCOUNT),
            debts=((LEDGER, state.debt(LEDGER, MEMBER)),),
        )

    def book(self, postings: EventPostings) -> None:
        self.transfers += postings.transfers

    def earn(self, day: str, points: int, last: str | None = None) -> Transfer:
        event = self.event(day)
        event.expire(LEDGER)
        start = date.fromisoformat(day)
        end = None if last is None else date.fromisoformat(last)
        event.earn(LEDGER, points, usable_from=start, last_day=end)
        self.book(event)
        return next(t for t in event.transfers if t.code is TransferCode.EARN)

    def redeem(self, day: str, points: int) -> Transfer:
        event = self.event(day)
        event.expire(LEDGER)
        event.redeem(LEDGER, points)
        self.book(event)
        return event.transfers[-1]

    def restore(self, day: str, redeemed: Transfer, points: int, grace: str | None = None) -> None:
        event = self.event(day)
        end = None if grace is None else date.fromisoformat(grace)
        event.restore(redeemed, points, restored=self.linked(redeemed), grace_last_day=end)
        self.book(event)

    def reverse(
        self,
        day: str,
        earned: Transfer,
        points: int,
        policy: NegativePolicy = NegativePolicy.NEGATIVE,
    ) -> Reversal:
        event = self.event(day)
        outcome = event.reverse(earned, points, policy=policy, reversed_before=self.linked(earned))
        self.book(event)
        return outcome

    def linked(self, first: Transfer) -> list[Transfer]:
        return [t for t in self.transfers if t.link == first.id]

    def balance(self, day: str) -> int:
        state = fold(self.transfers)
        debt = state.debt(LEDGER, MEMBER)
        return balance_on(state.lots_of(ACCOUNT), debt, date.fromisoformat(day)).spendable

    def expired(self) -> int:
        return fold(self.transfers).of(Account(LEDGER, AccountKind.BREAKAGE))


def test_lots_are_spent_by_their_last_day_and_what_never_runs_out_goes_last() -> None:
    story = Story()
    march = story.earn("2026-01-01", 100, "2026-03-31")
    february = story.earn("2026-01-02", 50, "2026-02-28")
    never = story.earn("2026-01-03", 200)
    spent = story.redeem("2026-02-10", 120)
    lots = {t.opens.id: t for t in (march, february, never) if t.opens}
    assert [(lots[use.lot_id], use.amount) for use in spent.uses] == [(february, 50), (march, 70)]
    assert story.balance("2026-02-10") == 230
    assert story.balance("2026-04-01") == 200


def test_equal_last_days_are_spent_by_earning_day_then_by_id() -> None:
    def lot(name: bytes, earned: str) -> Lot:
        day = date.fromisoformat(earned)
        return Lot(name, ACCOUNT, 10, 10, day, day, date(2027, 1, 1))

    lots = [lot(b"c", "2026-01-02"), lot(b"b", "2026-01-01"), lot(b"a", "2026-01-02")]
    uses = plan_spend(lots, 25, date(2026, 2, 1))
    assert [(use.lot_id, use.amount) for use in uses] == [(b"b", 10), (b"a", 10), (b"c", 5)]


def test_an_expired_lot_does_not_collapse_the_balance() -> None:
    story = Story()
    story.earn("2026-01-01", 100, "2026-07-01")
    story.redeem("2026-02-01", 80)
    story.earn("2026-06-01", 50, "2026-12-01")
    assert story.balance("2026-07-02") == 50
    event = story.event("2026-07-02")
    assert event.expire(LEDGER) == 20
    story.book(event)
    assert (story.expired(), story.balance("2026-07-02")) == (20, 50)


def test_a_lot_is_good_on_its_last_day_and_gone_the_day_after() -> None:
    story = Story()
    story.earn("2026-01-31", 10, "2026-02-28")
    assert story.balance("2026-02-28") == 10
    assert story.balance("2026-03-01") == 0


def test_a_part_return_restores_what_was_spent_and_takes_back_what_was_earned() -> None:
    story = Story()
    story.earn("2026-01-01", 500, "2026-12-31")
    spent = story.redeem("2026-02-01", 500)
    earned = story.earn("2026-02-01", 95, "2027-02-01")
    story.restore("2026-02-05", spent, 200)
    story.reverse("2026-02-05", earned, 38)
    assert story.balance("2026-02-05") == 257


@pytest.mark.parametrize(("grace", "balance"), [(None, 57), ("2027-02-03", 257)])
def test_what_is_restored_into_an_expired_lot_is_gone_unless_there_is_a_grace(
    grace: str | None, balance: int
) -> None:
    story = Story()
    story.earn("2026-01-01", 500, "2026-12-31")
    spent = story.redeem("2026-12-20", 500)
    earned = story.earn("2026-12-20", 95, "2027-12-20")
    story.restore("2027-01-04", spent, 200, grace)
    story.reverse("2027-01-04", earned, 38)
    assert story.balance("2027-01-04") == balance
    assert story.expired() == (200 if grace is None else 0)


@pytest.mark.parametrize(
    ("policy", "balance", "outcome", "later"),
    [
        (NegativePolicy.WITHIN_BALANCE, 0, Reversal(taken=5, owed=0, short=90), 120),
        (NegativePolicy.NEGATIVE, -90, Reversal(taken=5, owed=90, short=0), 30),
        (NegativePolicy.OFFSET, 0, Reversal(taken=5, owed=0, short=90), 120),
    ],
)
def test_taking_back_more_than_is_left_follows_the_policy(
    policy: NegativePolicy, balance: int, outcome: Reversal, later: int
) -> None:
    story = Story()
    earned = story.earn("2026-01-01", 95)
    story.redeem("2026-01-02", 90)
    assert story.reverse("2026-01-03", earned, 95, policy) == outcome
    assert story.balance("2026-01-03") == balance
    story.earn("2026-01-04", 120)
    assert story.balance("2026-01-04") == later


def test_a_debt_is_repaid_in_parts_when_little_is_earned() -> None:
    story = Story()
    earned = story.earn("2026-01-01", 95)
    story.redeem("2026-01-02", 95)
    story.reverse("2026-01-03", earned, 95)
    for points, balance in ((40, -55), (40, -15), (40, 25)):
        story.earn("2026-01-04", points)
        assert story.balance("2026-01-04") == balance


def test_a_debt_keeps_restored_points_from_being_spent() -> None:
    story = Story()
    earned = story.earn("2026-01-01", 100)
    spent = story.redeem("2026-01-02", 100)
    story.reverse("2026-01-03", earned, 100)
    story.restore("2026-01-03", spent, 100)
    assert story.balance("2026-01-03") == 0
    with pytest.raises(SpendRefusal) as refusal:
        story.redeem("2026-01-04", 1)
    assert refusal.value.missing == 1


def test_three_part_returns_take_back_exactly_what_was_earned() -> None:
    story = Story()
    earned = story.earn("2026-01-01", 95)
    assert [story.reverse("2026-01-02", earned, part).taken for part in (57, 19, 19)] == [
        57,
        19,
        19,
    ]
    assert story.balance("2026-01-02") == 0
    with pytest.raises(ReversalRefusal) as refusal:
        story.reverse("2026-01-02", earned, 1)
    assert refusal.value.excess == 1


def test_points_are_taken_back_from_their_own_lot_before_any_other() -> None:
    story = Story()
    story.earn("2026-01-01", 50, "2026-06-30")
    earned = story.earn("2026-01-02", 30, "2027-01-02")
    story.reverse("2026-01-03", earned, 40 - 10)
    assert earned.opens is not None
    assert fold(story.transfers).lots[earned.opens.id].remaining == 0
    assert story.balance("2026-01-03") == 50


def test_no_more_is_restored_than_was_redeemed_and_the_last_lot_comes_first() -> None:
    story = Story()
    early = story.earn("2026-01-01", 30, "2026-06-30")
    late = story.earn("2026-01-02", 30, "2026-12-31")
    spent = story.redeem("2026-02-01", 50)
    story.restore("2026-02-02", spent, 15)
    story.restore("2026-02-03", spent, 15)
    lots = fold(story.transfers).lots
    assert early.opens is not None
    assert late.opens is not None
    assert (lots[early.opens.id].remaining, lots[late.opens.id].remaining) == (10, 30)
    with pytest.raises(ReversalRefusal) as refusal:
        story.restore("2026-02-04", spent, 21)
    assert refusal.value.excess == 1


def test_pending_points_are_not_spent_but_repay_a_debt() -> None:
    story = Story()
    event = story.event("2026-01-01")
    event.earn(LEDGER, 100, usable_from=date(2026, 1, 15), last_day=None)
    story.book(event)
    assert (story.balance("2026-01-14"), story.balance("2026-01-15")) == (0, 100)
    with pytest.raises(SpendRefusal):
        story.redeem("2026-01-14", 1)


def test_an_opening_balance_is_usable_at_once_and_dated_before_every_tier_window() -> None:
    story = Story()
    event = story.event("2026-01-01")
    opened = event.opening(LEDGER, 250, last_day=date(2026, 12, 31))
    story.book(event)
    assert opened is not None
    assert opened.earned_on == LONG_AGO
    assert story.balance("2026-01-01") == 250
    assert fold(story.transfers).of(Account(LEDGER, AccountKind.OPENING)) == -250


def test_nothing_to_move_adds_no_transfer() -> None:
    event = Story().event("2026-01-01")
    assert event.expire(LEDGER) == 0
    assert event.earn(LEDGER, 0, usable_from=date(2026, 1, 1), last_day=None) is None
    assert event.transfers == ()


def test_the_same_event_planned_again_has_the_same_ids() -> None:
    def planned() -> tuple[bytes, ...]:
        event = Story().event("2026-01-01")
        event.earn(LEDGER, 5, usable_from=date(2026, 1, 1), last_day=None)
        event.earn("club/stamps", 1, usable_from=date(2026, 1, 1), last_day=None)
        return tuple(transfer.id for transfer in event.transfers)

    assert planned() == planned()
    assert len(set(planned())) == 2


def test_spending_more_than_there_is_says_by_how_much() -> None:
    story = Story()
    story.earn("2026-01-01", 100)
    with pytest.raises(SpendRefusal) as refusal:
        story.redeem("2026-01-02", 130)
    assert (refusal.value.reason, refusal.value.missing) == ("NOT_ENOUGH", 30)
