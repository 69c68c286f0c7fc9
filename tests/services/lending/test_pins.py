"""What an open sale counts on stays at the till: for a while, as it was, and for that sale only."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from posloyalty.domain.ledger.right import Right
from posloyalty.services.lending.pins import PINNED_MS, Pins
from posloyalty.sync.leases import LEASE
from tests.fakes.time import SetClock

ONE, OTHER = b"a sale", b"another sale"


def lease(key: bytes, uses: int = 100) -> Right:
    return Right(
        id=key, kind=LEASE, of="points:club/points", programme="club", owner=b"member", uses=uses,
        origin=key,
    )  # fmt: skip


def test_a_lease_is_held_for_ten_minutes_and_not_after() -> None:
    clock = SetClock()
    pins = Pins(clock)
    pins.rely(ONE, [lease(b"1")])
    clock.pass_time(timedelta(milliseconds=PINNED_MS - 1))
    assert pins.hold(lease(b"1"))
    assert not pins.hold(lease(b"2"))
    clock.pass_time(timedelta(milliseconds=1))
    assert not pins.hold(lease(b"1"))


def test_what_was_used_since_is_held_for_nobody() -> None:
    pins = Pins(SetClock())
    pins.rely(ONE, [lease(b"1")])
    assert not pins.hold(replace(lease(b"1"), used=40))


def test_a_sale_that_wants_something_else_lets_go_and_others_keep_theirs() -> None:
    pins = Pins(SetClock())
    pins.rely(ONE, [lease(b"1"), lease(b"2")])
    pins.rely(OTHER, [lease(b"2")])
    pins.rely(ONE, [])
    assert [pins.hold(lease(key)) for key in (b"1", b"2")] == [False, True]


def test_what_was_lent_since_is_held_beside_what_lay_there() -> None:
    pins = Pins(SetClock())
    pins.rely(ONE, [lease(b"1")])
    pins.add(ONE, b"2", 100)
    pins.add(OTHER, b"3", 100)
    assert all(pins.hold(lease(key)) for key in (b"1", b"2", b"3"))
