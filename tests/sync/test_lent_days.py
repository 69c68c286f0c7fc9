"""What head office lends a sale at a till whose day is another one: for the till's day, within a
week, and never twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.leases import DAY_AHEAD, Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.telling import Grant
from tests.sync.fleet import LEDGER, OTHER, START, Fleet, SmallTill, member

DAY: Final = timedelta(days=1)
TODAY: Final = START.date()
ANNA: Final = member("member-0")
POINTS: Final = Asset(AssetKind.POINTS, LEDGER, ANNA)


class Reached(Fleet):
    """Two tills in reach of a head office whose clock stands still."""

    def __init__(self) -> None:
        super().__init__(0, tills=2, lending=True)
        self._asked = 0
        self.gives(self.tills[0], 100)
        self.say()

    def gives(
        self, till: SmallTill, points: int, *, at: datetime = START, ledger: str = LEDGER
    ) -> None:
        def do(plan: EventPlan, state: MemberState) -> None:
            plan.postings(state).earn(ledger, points, usable_from=plan.day, last_day=None)

        till.act(ANNA, at, do)

    def goes_on(self, till: SmallTill, at: datetime) -> None:
        """A till's journal is known up to an instant."""
        self.gives(till, 1, at=at, ledger=OTHER)
        self.send_new(till)

    def say(self) -> None:
        """What is new goes up and comes down."""
        for till in (*self.tills, *self.tills):
            self.send_new(till)
            assert till.apply(self.office.answer(till.id, self.at), self.at)

    def asks(self, till: SmallTill, day: date | None, wanted: int = 100) -> Lease | Denied:
        """A sale of a till asks."""
        self._asked += 1
        rid = derive_id("asks", self._asked)
        return self.office.reserve(rid, till.id, POINTS, wanted, at=self.at, zone=UTC, day=day)

    def ends(self, found: Lease | Denied) -> date | None:
        """Through which day something was lent."""
        assert isinstance(found, Lease), found
        return self.office.archive.shelf.last_day(found.id)


@pytest.fixture
def fleet() -> Reached:
    return Reached()


@pytest.mark.parametrize(
    ("day", "through"),
    [
        (None, TODAY),  # an earlier till does not say
        (TODAY, TODAY),
        (TODAY + DAY, TODAY + DAY),
        (TODAY + 7 * DAY, TODAY + 7 * DAY),
        (TODAY - DAY, TODAY),
    ],
)
def test_a_sale_is_lent_for_its_tills_day(fleet: Reached, day: date | None, through: date) -> None:
    found = fleet.asks(fleet.tills[0], day)
    assert fleet.ends(found) == through
    assert isinstance(found, Lease)
    assert found.amount == 100


def test_a_till_that_is_ahead_by_more_than_a_week_is_lent_nothing(fleet: Reached) -> None:
    one, other = fleet.tills
    assert fleet.asks(one, TODAY + 8 * DAY) == Denied(DAY_AHEAD)
    fleet.goes_on(one, START + 8 * DAY)
    # Whatever it says: its journal is there already.
    assert fleet.asks(one, TODAY) == Denied(DAY_AHEAD)
    assert fleet.ends(fleet.asks(other, TODAY)) == TODAY


def test_of_two_tills_with_other_days_one_is_lent_the_points(fleet: Reached) -> None:
    one, other = fleet.tills
    assert fleet.ends(fleet.asks(one, TODAY + DAY)) == TODAY + DAY
    assert isinstance(fleet.asks(other, TODAY), Denied)
    assert isinstance(fleet.asks(other, TODAY + 2 * DAY), Denied)


def test_a_lease_of_a_till_that_is_ahead_is_free_once_its_journal_is_past_that_day(
    fleet: Reached,
) -> None:
    one, other = fleet.tills
    assert fleet.ends(fleet.asks(one, TODAY + DAY)) == TODAY + DAY
    fleet.goes_on(one, START + DAY)
    fleet.at += 3 * DAY  # no other clock frees it
    assert isinstance(fleet.asks(other, None), Denied)
    fleet.goes_on(one, START + 2 * DAY)
    assert fleet.ends(fleet.asks(other, None)) == TODAY + 3 * DAY


def test_what_a_till_gave_ahead_is_lent_to_it_and_to_nobody_else(fleet: Reached) -> None:
    one, other = fleet.tills
    fleet.gives(one, 50, at=START + DAY)
    fleet.send_new(one)
    assert isinstance(found := fleet.asks(other, TODAY + DAY, 150), Lease)
    assert found.amount == 100  # what it says of its day proves nothing
    assert isinstance(found := fleet.asks(one, TODAY + DAY, 150), Lease)
    assert found.amount == 50


def test_a_till_of_an_earlier_release_is_lent_for_the_day_of_its_journal(fleet: Reached) -> None:
    one = fleet.tills[0]
    fleet.goes_on(one, START + DAY)
    assert fleet.ends(fleet.asks(one, None)) == TODAY + DAY


def test_a_book_that_was_put_back_to_an_earlier_day_is_lent_nothing_that_is_over(
    fleet: Reached,
) -> None:
    one, other = fleet.tills
    fleet.goes_on(one, START + DAY)
    # Its clock is right again, and its book knows nothing of tomorrow.
    wished = fleet.office.lease(
        derive_id("wish"), one.id, POINTS, 1, at=fleet.at, last_day=TODAY, zone=UTC
    )
    assert isinstance(wished, Denied)
    found = fleet.asks(one, TODAY)
    assert fleet.ends(found) == TODAY + DAY
    assert isinstance(found, Lease)
    last_day = TODAY + DAY
    grant = Grant(lease_id=found.id, asset=POINTS, amount=found.amount, last_day=last_day)
    one.hold(grant, START)
    fleet.send_new(one)
    assert isinstance(fleet.asks(other, TODAY), Denied)  # nothing of it is free
