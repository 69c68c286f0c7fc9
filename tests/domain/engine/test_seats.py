"""Thirty places: whoever accepts first, and whoever waits longest comes up (LOYALTY P20)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from posloyalty.domain.engine.seats import Seats, seats_of
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.event import Event
from tests.domain.engine.made import rules

(LAUNCH,) = rules(
    '[[event]]\nid = "launch"\non = 2026-05-20\ncapacity = 30\nguests = 3\nwaiting = 5\n'
).of(Event)


def seat(number: int, people: int = 1, *, held: bool = False) -> Right:
    ident = number.to_bytes(16, "big")
    return Right(
        id=ident,
        kind="seat",
        of="launch",
        owner=ident,
        programme="test",
        uses=people,
        held=held,
        origin=ident,
    )


def test_thirty_and_two_who_wait_and_one_who_cancels() -> None:
    rights = [seat(n) for n in range(1, 31)] + [seat(31, held=True), seat(32, held=True)]
    seats = seats_of(LAUNCH, reversed(rights))
    assert (seats.taken, seats.free, seats.queue, seats.next_up()) == (30, 0, 2, None)
    left = seats.without(rights[6])
    up = left.next_up()
    assert up is not None
    assert up.owner == rights[30].owner
    after = Seats(LAUNCH, (*left.without(up).rights, replace(up, released=1)))
    assert (after.taken, after.queue, after.next_up()) == (30, 1, None)


def test_who_waits_for_more_places_than_are_free_lets_the_next_one_pass() -> None:
    rights = [seat(n) for n in range(1, 30)] + [seat(40, 2, held=True), seat(41, held=True)]
    up = seats_of(LAUNCH, rights).next_up()
    assert up is not None
    assert up.owner == seat(41).owner


@given(order=some.permutations([seat(n, held=n > 30) for n in range(1, 34)]))
def test_the_order_of_arrival_does_not_matter(order: list[Right]) -> None:
    seats = seats_of(LAUNCH, order)
    assert [one.owner for one in seats.waiting] == [seat(n).owner for n in (31, 32, 33)]
