"""What head office says of leases, and asks back, until tills' journals show that they heard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from posloyalty.sync.leases import Asset, AssetKind, Lease, LeaseState
from posloyalty.sync.office.lending import MemoryShelf, OfficeLending

POINTS = Asset(AssetKind.POINTS, "club/points", b"a" * 16)
WISH, TILL = b"a-wish-16-bytes!", b"a-till-16-bytes!"
AT = datetime(2026, 2, 1, 9, tzinfo=UTC)
ENDS = AT + timedelta(days=14)
DAY = date(2026, 2, 14)


@pytest.fixture
def lending() -> OfficeLending:
    """A till was lent 60 of 100 points."""
    found = OfficeLending(MemoryShelf())
    lease = found.lease(WISH, TILL, POINTS, 60, owned=100, at=AT, last_day=DAY, not_after=ENDS)
    assert isinstance(lease, Lease)
    return found


def test_a_till_is_told_of_a_lease_until_its_journal_shows_that_it_heard(
    lending: OfficeLending,
) -> None:
    held = lending.held_by(TILL)
    (grant,) = lending.grants_for(held, {})
    assert (grant.lease_id, grant.amount, grant.last_day) == (WISH, 60, DAY)
    assert lending.grants_for(held, {WISH: True}) == ()


def test_a_lease_ends_behind_its_last_instant_and_not_at_it(lending: OfficeLending) -> None:
    lending.expire(TILL, ENDS)
    assert lending.book.lease(WISH).left == 60
    lending.expire(TILL, ENDS + timedelta(microseconds=1))
    assert (lending.book.lease(WISH).returned, lending.book.held(POINTS)) == (60, 0)


@pytest.mark.parametrize(("used", "same"), [(0, False), (40, True)])
def test_a_wish_is_lent_again_only_where_nothing_of_its_lease_was_used(
    lending: OfficeLending, used: int, same: bool
) -> None:
    if used:
        lending.book.use(WISH, used, at=AT)
    lending.book.give_back(WISH)
    assert (lending.anew(WISH) == WISH) is same


def test_what_was_reclaimed_is_asked_back_also_of_a_till_that_was_restored(
    lending: OfficeLending,
) -> None:
    lending.book.declare_lost(TILL, at=AT)
    lending.forgotten(TILL, {})
    assert lending.book.lease(WISH).state is LeaseState.RECLAIMED
    assert lending.recalls_for(lending.held_by(TILL), {WISH: True}) == (WISH,)
    assert lending.book.contingent(AT) == 60
