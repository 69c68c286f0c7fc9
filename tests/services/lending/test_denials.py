"""What head office did not lend is known for each event that is being rung, and for a while."""

from __future__ import annotations

from datetime import timedelta

from posloyalty.services.lending.denials import KEPT, Denials
from posloyalty.sync.leases import AGAIN_MS, Asset, AssetKind
from tests.fakes.time import SetClock

POINTS = Asset(AssetKind.POINTS, "cafe/points", b"m" * 16)
CARD = Asset(AssetKind.CARD, "cards", b"c" * 16)


def test_each_event_has_its_own_last_answer() -> None:
    denials = Denials(SetClock())
    denials.keep(b"sale", [POINTS, CARD])
    denials.keep(b"return", [CARD])
    denials.keep(b"sale", [POINTS])
    assert denials.of(b"sale") == {POINTS}
    assert denials.of(b"return") == {CARD}
    assert denials.of(b"another") == denials.now(b"another") == frozenset()


def test_a_quote_goes_by_it_for_a_while_and_the_booking_always() -> None:
    clock = SetClock()
    denials = Denials(clock)
    denials.keep(b"sale", [POINTS])
    clock.pass_time(timedelta(milliseconds=AGAIN_MS - 1))
    assert denials.now(b"sale") == {POINTS}
    clock.pass_time(timedelta(milliseconds=1))
    assert denials.now(b"sale") == frozenset()
    assert denials.of(b"sale") == {POINTS}


def test_of_the_last_events_only_is_anything_kept() -> None:
    denials = Denials(SetClock())
    for number in range(KEPT + 1):
        denials.keep(bytes([number]), [POINTS])
    known = [bool(denials.of(bytes([number]))) for number in range(KEPT + 1)]
    assert known == [False, *[True] * KEPT]
