"""What one till dated a day ahead, and another till undoes or uses before that time has come.

Each of `UNDONE` is one kind: `ahead` does it a day ahead of head office, `other`, which has heard
of it, undoes or uses it within the hour, and `left` says what the member has then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.transfer import Transfer
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from tests.sync.books import left_of
from tests.sync.fleet import LEDGER, OFFICE, START, Fleet, SmallTill, member
from tests.sync.small_rules import SmallRules

ANNA: Final = member("member-0")
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
Do = Callable[[EventPlan, MemberState], None]


class Ahead(Fleet):
    """Three tills, the first of which is a day ahead, and a member with 100 points and a voucher.

    `tells` lets everybody tell and hear; `lately` are those that tell nothing until it is said.
    """

    def __init__(self, archive: Archive | None = None) -> None:
        super().__init__(0, tills=3, members=1)
        self.office = HeadOffice(OFFICE, rules=SmallRules(), archive=archive)
        for till in self.tills:
            self.office.enrol(till.id, store=till.store, genesis=till.genesis)
        self.ahead, self.other, self.third = self.tills
        self.lately: tuple[SmallTill, ...] = ()
        self.does(self.other, HOUR * 0, earns(100))
        self.does(self.other, HOUR * 0, lambda plan, _: _issues(plan))

    def does(self, till: SmallTill, after: timedelta, do: Do) -> tuple[Transfer, ...]:
        """Something at a till, of which everybody hears then; the transfers."""
        did = till.act(ANNA, START + after, do)
        self.tells()
        return did.transfers

    def tells(self) -> None:
        """Whoever tells, does; everybody hears, until there is nothing left."""
        for till in (*self.tills, *self.tills):
            if till not in self.lately:
                self.send_new(till)
                assert till.apply(self.office.answer(till.id, self.at), self.at)

    @property
    def fold(self) -> MemberFold:
        """What the member has by head office."""
        return self.office.fold(ANNA)

    @property
    def points(self) -> int:
        """What the member has, less what they owe."""
        return left_of(Belongings.of(self.fold))

    @property
    def uses_left(self) -> list[int | None]:
        """What is left of each right."""
        return [right.left for right in self.fold.rights]


def earns(points: int) -> Do:
    """Points that can be used at once."""

    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).earn(LEDGER, points, usable_from=START.date(), last_day=None)

    return do


def redeems(points: int) -> Do:
    """Points that pay."""

    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).redeem(LEDGER, points)

    return do


def restores(redeemed: Transfer) -> Do:
    """Goods come back, and with them the points that paid."""

    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).restore(redeemed, redeemed.amount)

    return do


def takes_back(earned: Transfer) -> Do:
    """Goods come back, and the points that they earned go."""

    def do(plan: EventPlan, state: MemberState) -> None:
        postings = plan.postings(state)
        postings.reverse(earned, earned.amount, policy=NegativePolicy.NEGATIVE)

    return do


def _issues(plan: EventPlan) -> None:
    plan.issue(kind="voucher", of="welcome", owner=ANNA)


def spent_comes_back(chain: Ahead) -> None:
    """60 of 100 points pay, and come back with the goods."""
    (redeemed,) = chain.does(chain.ahead, DAY, redeems(60))
    chain.does(chain.other, HOUR, restores(redeemed))


def earned_is_taken_back(chain: Ahead) -> None:
    """50 points are earned, and taken back with the goods."""
    (earned,) = chain.does(chain.ahead, DAY, earns(50))
    chain.does(chain.other, HOUR, takes_back(earned))


def given_is_used(chain: Ahead) -> None:
    """A voucher is given, and another till honours it."""
    chain.does(chain.ahead, DAY, lambda plan, _: _issues(plan))
    chain.does(chain.other, HOUR, lambda plan, state: plan.use(state.rights[-1]))


def used_is_given_back(chain: Ahead) -> None:
    """The voucher is used, and the goods come back."""
    chain.does(chain.ahead, DAY, _uses_and_counts)
    used = chain.ahead.journal[-1].event_id

    def back(plan: EventPlan, state: MemberState) -> None:
        plan.give_back(state.rights[0])
        plan.count("visits", ANNA, -1, undoes=used)

    chain.does(chain.other, HOUR, back)


def _uses_and_counts(plan: EventPlan, state: MemberState) -> None:
    plan.use(state.rights[0])
    plan.count("visits", ANNA, 1)


@dataclass(frozen=True, slots=True)
class Undone:
    """What happens, and the points and uses of each right that are left."""

    happens: Callable[[Ahead], None]
    points: int
    uses: tuple[int, ...] = (1,)


UNDONE: Final = {
    "points that paid come back": Undone(spent_comes_back, 100),
    "points that were earned are taken back": Undone(earned_is_taken_back, 100),
    "a voucher that was given is used": Undone(given_is_used, 100, (1, 0)),
    "a use is given back": Undone(used_is_given_back, 100),
}
