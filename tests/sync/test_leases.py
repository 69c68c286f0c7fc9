"""Leases: what is granted is held aside, and no way of losing messages frees it twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from posloyalty.sync.leases import (
    Asset,
    AssetKind,
    Denied,
    Lease,
    LeaseBook,
    LeaseState,
    MemoryLeases,
    ReclaimRefused,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
END = NOW + timedelta(hours=24)
POINTS = Asset(AssetKind.POINTS, "club/points", b"m" * 16)
BUDGET = Asset(AssetKind.BUDGET, "club/spring")


def lease(
    book: LeaseBook,
    amount: int,
    *,
    rid: bytes = b"1",
    till: bytes = b"A",
    asset: Asset = POINTS,
    owned: int = 300,
) -> Lease | Denied:
    return book.grant(rid, asset, till_id=till, amount=amount, owned=owned, at=NOW, not_after=END)


def granted(book: LeaseBook, amount: int, **more: object) -> Lease:
    found = lease(book, amount, **more)  # type: ignore[arg-type]
    assert isinstance(found, Lease)
    return found


def test_two_tills_share_a_balance_and_a_third_gets_nothing() -> None:
    book = LeaseBook()
    granted(book, 150)
    granted(book, 150, rid=b"2", till=b"B")
    assert lease(book, 1, rid=b"3", till=b"C") == Denied("ASSET_SHORT", 0)
    assert book.held(POINTS) == 300
    assert book.held_where(POINTS) == {b"A": 150, b"B": 150}


def test_a_request_repeated_after_a_lost_answer_gets_the_same_lease() -> None:
    book = LeaseBook()
    first = granted(book, 150)
    assert lease(book, 150) == first
    assert lease(book, 90) == first
    assert book.held(POINTS) == 150


def test_case_34_a_budget_in_two_leases_is_given_out_once() -> None:
    """Budget 100.00, offer 10.00, two tills leased 50.00: each grants five, no sixth."""
    book = LeaseBook()
    given = 0
    for till in (b"A", b"B"):
        own = granted(book, 5000, rid=till, till=till, asset=BUDGET, owned=10_000)
        while book.lease(own.id).left >= 1000:
            assert book.use(own.id, 1000, at=NOW) == 0
            given += 1
        assert book.lease(own.id).left == 0
    assert given == 10
    assert lease(book, 1, rid=b"x", asset=BUDGET, owned=10_000 - 1000 * given) == Denied(
        "ASSET_SHORT", 0
    )


def test_an_ended_lease_is_not_free_before_the_tills_journal_is_known_past_it() -> None:
    book = LeaseBook()
    own = granted(book, 150)
    with pytest.raises(ReclaimRefused):
        book.expire(own.id, journal_seen_to=END)
    assert lease(book, 200, rid=b"2") == Denied("ASSET_SHORT", 150)
    book.use(own.id, 40, at=NOW)
    assert (
        book.expire(own.id, journal_seen_to=END + timedelta(seconds=1)).state is LeaseState.CLOSED
    )
    assert book.held(POINTS) == 0


def test_what_a_lost_till_held_is_free_at_once_and_a_late_use_is_somebodys_loss() -> None:
    book = LeaseBook()
    own = granted(book, 150)
    book.use(own.id, 30, at=NOW)
    (freed,) = book.declare_lost(b"A", at=NOW)
    assert (freed.amount, book.held(POINTS), book.contingent(NOW)) == (120, 0, 120)
    assert book.use(own.id, 50, at=NOW + timedelta(days=3)) == 50
    assert book.contingent(NOW) == 70
    assert book.contingent(NOW + timedelta(days=31)) == 0
    # After thirty days a use is all the store's, and no part of what was contingent.
    assert book.use(own.id, 20, at=NOW + timedelta(days=31)) == 20
    assert book.contingent(NOW + timedelta(days=30)) == 70


def test_more_than_a_lost_till_held_leaves_nothing_contingent() -> None:
    book = LeaseBook()
    own = granted(book, 100)
    other = granted(book, 100, rid=b"2", till=b"B")
    book.declare_lost(b"A", at=NOW)
    book.declare_lost(b"B", at=NOW)
    assert book.use(own.id, 130, at=NOW) == 130
    assert book.contingent(NOW) == 100  # the other till's is its own
    assert book.lease(other.id).left == 0  # and nothing of it may be spent any more


def test_a_use_beyond_a_lease_says_by_how_much() -> None:
    book = LeaseBook()
    own = granted(book, 150)
    assert book.use(own.id, 200, at=NOW) == 50
    assert book.lease(own.id).left == 0
    assert book.open_leases() == ()  # of which nothing is left
    assert book.of_till(b"A") == (book.lease(own.id),)


def test_where_less_is_there_than_lies_at_tills_nothing_is_free() -> None:
    book = LeaseBook()
    granted(book, 150)
    assert lease(book, 1, rid=b"2", owned=100) == Denied("ASSET_SHORT", 0)


def test_what_one_till_holds_in_two_leases_is_told_as_one_sum() -> None:
    book = LeaseBook()
    granted(book, 100)
    granted(book, 50, rid=b"2")
    granted(book, 70, rid=b"3", till=b"B")
    assert book.held_where(POINTS) == {b"A": 150, b"B": 70}


def test_every_change_of_a_lease_is_a_later_generation() -> None:
    book = LeaseBook()
    own = granted(book, 100)
    book.use(own.id, 10, at=NOW)
    assert book.lease(own.id).gen == 2
    assert book.give_back(own.id, 20).gen == 3
    book.declare_lost(b"A", at=NOW)
    assert book.lease(own.id).gen == 4


def test_of_a_lease_that_only_its_till_tells_of_no_more_is_used_than_it_was() -> None:
    shelf = MemoryLeases()
    book = LeaseBook(shelf)
    shelf.put(replace(granted(LeaseBook(), 100), gen=0))
    assert book.use(b"1", 130, at=NOW) == 130  # nothing of it was held aside
    assert book.lease(b"1").used == 100
    assert book.lease(b"1").gen == 0


def told_only(amount: int) -> Lease:
    """A lease of which only its till says that it was lent: it is to give it back."""
    own = granted(LeaseBook(), amount)
    return replace(own, gen=0, state=LeaseState.RECLAIMED)


def test_what_only_a_till_tells_of_is_over_when_it_gives_it_back() -> None:
    shelf = MemoryLeases()
    book = LeaseBook(shelf)
    shelf.put(told_only(100))
    assert (book.held(POINTS), shelf.said()) == (0, [told_only(100)])
    over = book.give_back(b"1")
    assert (over.state, over.returned, over.gen) == (LeaseState.CLOSED, 100, 2)
    assert shelf.said() == []


def test_what_a_till_told_of_and_turned_out_to_be_lent_is_held_again() -> None:
    shelf = MemoryLeases()
    book = LeaseBook(shelf)
    shelf.put(told_only(100).believed)
    assert (book.held(POINTS), shelf.said()) == (100, [])
    assert book.lease(b"1").gen == 1


@pytest.mark.parametrize("amount", [0, -5])
def test_who_asks_for_nothing_hears_what_is_free_and_is_lent_nothing(amount: int) -> None:
    book = LeaseBook()
    granted(book, 150)
    assert lease(book, amount, rid=b"2") == Denied("NOTHING_ASKED", 150)
    with pytest.raises(KeyError):
        book.lease(b"2")


def test_who_used_all_of_a_lease_holds_nothing() -> None:
    book = LeaseBook()
    own = granted(book, 100)
    book.use(own.id, 100, at=NOW)
    assert (book.held(POINTS), book.held_where(POINTS)) == (0, {})


def test_of_what_a_lost_till_held_a_use_on_the_last_day_is_still_contingent() -> None:
    book = LeaseBook()
    own = granted(book, 100)
    book.declare_lost(b"A", at=NOW)
    last = NOW + timedelta(days=30)
    assert (book.use(own.id, 60, at=last), book.contingent(last)) == (60, 40)


def test_what_is_held_is_told_by_asset_by_owner_and_by_kind() -> None:
    book = LeaseBook()
    stamps = replace(POINTS, key="club/stamps")
    own = granted(book, 100)
    of_stamps = granted(book, 50, rid=b"2", asset=stamps)
    of_ben = granted(book, 30, rid=b"3", asset=replace(POINTS, owner=b"b" * 16))
    budget = granted(book, 20, rid=b"4", asset=BUDGET)
    assert book.held(POINTS) == 100
    assert book.of_owner(POINTS.owner) == (own, of_stamps)
    assert book.open_leases(AssetKind.BUDGET) == (budget,)
    assert book.open_leases() == (own, of_stamps, of_ben, budget)


def test_a_till_is_asked_for_what_it_may_still_hold_and_for_nothing_that_is_over() -> None:
    book = LeaseBook()
    book.give_back(granted(book, 100).id)
    granted(book, 50, rid=b"2")
    assert (len(book.of_till(b"A")), book.reclaimed_from(b"A")) == (1, ())
    book.declare_lost(b"A", at=NOW)
    assert book.of_till(b"A") == ()
    assert [one.id for one in book.reclaimed_from(b"A")] == [b"2"]


class Tills(RuleBasedStateMachine):
    """Grants, uses, returns and losses at random: what was granted is always accounted for."""

    leases: Bundle[bytes] = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.book = LeaseBook()
        self.owned = 500
        self.spent = 0
        self.numbers = 0

    @rule(target=leases, till=st.sampled_from([b"A", b"B", b"C"]), amount=st.integers(1, 200))
    def ask(self, till: bytes, amount: int) -> bytes:
        self.numbers += 1
        rid = self.numbers.to_bytes(4, "big")
        free = self.owned - self.spent - self.book.held(POINTS)
        answer = lease(self.book, amount, rid=rid, till=till, owned=self.owned - self.spent)
        assert isinstance(answer, Lease) is (amount <= free)
        return rid

    @rule(rid=leases, amount=st.integers(1, 100))
    def use(self, rid: bytes, amount: int) -> None:
        if not self.known(rid):
            return
        uncovered = self.book.use(rid, amount, at=NOW)
        if self.book.lease(rid).state is not LeaseState.RECLAIMED:
            self.spent += amount - uncovered

    @rule(rid=leases, amount=st.none() | st.integers(1, 100))
    def give_back(self, rid: bytes, amount: int | None) -> None:
        if self.known(rid):
            self.book.give_back(rid, amount)

    @rule(till=st.sampled_from([b"A", b"B", b"C"]))
    def lose(self, till: bytes) -> None:
        self.book.declare_lost(till, at=NOW)

    @invariant()
    def nothing_is_handed_out_twice(self) -> None:
        assert self.spent + self.book.held(POINTS) <= self.owned

    @invariant()
    def every_lease_is_accounted_for(self) -> None:
        for number in range(1, self.numbers + 1):
            rid = number.to_bytes(4, "big")
            if self.known(rid):
                one = self.book.lease(rid)
                assert 0 <= one.used + one.returned + one.left <= one.amount
                if one.state is LeaseState.OPEN:
                    assert one.used + one.returned + one.left == one.amount

    def known(self, rid: bytes) -> bool:
        try:
            self.book.lease(rid)
        except KeyError:
            return False
        return True


TestTills = Tills.TestCase
TestTills.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
