"""Meters: what is counted, in which span, and that what is undone was never there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.ledger.meter import MeterEntry, by_day, entries_of, total, total_within

ANNA, BEN = b"a" * 16, b"b" * 16
FIRST = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def visit(day: int, *, owner: bytes = ANNA, amount: int = 1, minute: int = 0) -> MeterEntry:
    at = FIRST + timedelta(days=day - 1, minutes=minute)
    return MeterEntry(
        meter="visits",
        owner=owner,
        day=at.date(),
        at=at,
        amount=amount,
        event_id=bytes([day]) * 16,
    )


VISITS = (visit(1), visit(3), visit(3), visit(8), visit(12), visit(14), visit(14, owner=BEN))


def test_a_total_counts_the_days_of_a_span_both_ends_included() -> None:
    own = list(entries_of(VISITS, "visits", owner=ANNA))
    assert total(own, "visits") == 6
    assert total(own, "visits", since=date(2026, 3, 3)) == 5
    assert total(own, "visits", since=date(2026, 3, 3), through=date(2026, 3, 12)) == 4
    assert total(own, "nights") == 0


def test_distinct_days_count_once_and_a_day_undone_not_at_all() -> None:
    own = [*entries_of(VISITS, "visits", owner=ANNA), visit(8, amount=-1)]
    assert sorted(by_day(own, "visits")) == [date(2026, 3, d) for d in (1, 3, 12, 14)]


def test_the_last_minutes_end_now_and_leave_out_their_own_beginning() -> None:
    visits = [visit(1, minute=m) for m in (0, 20, 59, 60)]
    at = FIRST + timedelta(minutes=60)
    assert total_within(visits, "visits", at=at, minutes=60, owner=ANNA) == 3
    assert total_within(visits, "visits", at=at, minutes=60, owner=BEN) == 0


@given(st.lists(st.builds(visit, st.integers(1, 28), amount=st.integers(-3, 3))), st.randoms())
def test_the_order_of_arrival_changes_nothing(entries: list[MeterEntry], order: Random) -> None:
    shuffled = list(entries)
    order.shuffle(shuffled)
    assert by_day(shuffled, "visits") == by_day(entries, "visits")
    assert total(shuffled, "visits") == sum(by_day(entries, "visits").values())
