"""Boards: places from what was counted, in any order of arrival, and whoever comes there first."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as some
from msgspec import structs

from posloyalty.domain.engine.boards import digest, standings
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.kinds.board import Board
from tests.domain.engine.made import rules

A, B, C = (name.encode() * 16 for name in "abc")
DAY = date(2026, 3, 1)
DAYS = (DAY, date(2026, 3, 31))


def bought(owner: bytes, amount: int, hour: int, number: int, day: date = DAY) -> MeterEntry:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    event = number.to_bytes(16, "big")
    return MeterEntry(meter="spend", owner=owner, day=day, at=at, amount=amount, event_id=event)


def places(more: str, *entries: MeterEntry) -> list[tuple[str, int]]:
    programme = rules(
        '[[board]]\nid = "it"\nmetric = "spend"\nwithin = { from = 2026-03-01, '
        f"through = 2026-03-31 }}\n{more}"
    )
    (board,) = programme.of(Board)
    found = standings(programme, board, (A, B, C), entries, DAYS)
    return [(chr(one.member_id[0]), one.place) for one in found]


ENTRIES = (bought(A, 1200, 10, 1), bought(B, 1200, 9, 2), bought(C, 900, 8, 3))


def test_ties_share_a_place_or_go_to_who_was_first() -> None:
    assert places("", *ENTRIES) == [("b", 1), ("a", 1), ("c", 3)]
    assert places('ties = "dense"', *ENTRIES) == [("b", 1), ("a", 1), ("c", 2)]
    assert places('ties = "earliest"', *ENTRIES) == [("b", 1), ("a", 2), ("c", 3)]


def test_a_race_is_won_by_who_comes_there_first_whatever_follows() -> None:
    later = bought(A, 5000, 12, 4)
    assert places('reach = "9.00"', *ENTRIES, later) == [("c", 1), ("b", 2), ("a", 3)]
    assert places('reach = "10.00"', *ENTRIES, later) == [("b", 1), ("a", 2), ("c", 3)]


def test_goods_that_came_back_were_never_bought() -> None:
    back = structs.replace(bought(B, -1200, 9, 5), undoes=ENTRIES[1].event_id)
    again = bought(B, 1200, 20, 6)
    assert places("", *ENTRIES, back) == [("a", 1), ("c", 2)]
    assert places('ties = "earliest"', *ENTRIES, back, again) == [("a", 1), ("b", 2), ("c", 3)]


def test_other_days_and_others_do_not_count() -> None:
    entries = (bought(A, 5, 1, 1, date(2026, 2, 28)), bought(b"x" * 16, 900, 1, 2))
    assert places("", *entries, bought(C, 1, 1, 3, date(2026, 3, 31))) == [("c", 1)]


@given(order=some.permutations([*ENTRIES, bought(A, 300, 8, 4), bought(C, 600, 11, 5)]))
def test_any_order_of_arrival_gives_the_same_places(order: list[MeterEntry]) -> None:
    assert places('ties = "earliest"', *order) == [("a", 1), ("c", 2), ("b", 3)]


def test_the_digest_is_of_the_ids_in_ascending_order() -> None:
    assert digest([B, A]) == digest([A, B]) != digest([A, C])
