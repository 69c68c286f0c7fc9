"""A count is blind, made once more when it is not near enough, and then it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.shift import CashCount, CountStage, stage_of, total_of, usual_pieces
from posloyalty.domain.shop.shift_sums import SumKey, SumKind, Sums

COUNT = CashCount(
    id=b"C" * 16,
    shift_id=b"S" * 16,
    at=datetime(2026, 11, 22, 22, tzinfo=UTC),
    operator_id=b"O" * 16,
    turn=1,
    pieces=((10_000, 14), (50, 3)),
    due_minor=140_100,
    within=True,
)
FAR = replace(COUNT, within=False)

STAGES = [
    ("nothing was counted", (), CountStage.COUNT),
    ("it is near enough", (COUNT,), CountStage.LOCKED),
    ("it is not: once more", (FAR,), CountStage.RECOUNT),
    ("the recount is near enough", (FAR, replace(COUNT, turn=2)), CountStage.LOCKED),
    ("nor is the recount", (FAR, replace(FAR, turn=2)), CountStage.LOCKED),
]


@pytest.mark.parametrize(("_case", "counts", "stage"), STAGES)
def test_what_comes_next_follows_from_the_counts(
    _case: str, counts: tuple[CashCount, ...], stage: CountStage
) -> None:
    assert stage_of(counts) is stage


def test_a_count_is_worth_its_pieces_and_tells_what_is_missing() -> None:
    assert COUNT.total_minor == 140_150
    assert COUNT.difference_minor == 50
    assert replace(COUNT, due_minor=140_200).difference_minor == -50


def test_a_currency_of_which_nothing_is_known_is_counted_by_ones_twos_and_fives() -> None:
    assert usual_pieces(10, 2) == (
        10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10,
    )  # fmt: skip
    assert usual_pieces(1, 0) == (100, 50, 20, 10, 5, 2, 1)


PIECES = st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 999)), max_size=9)


@given(PIECES, PIECES)
def test_two_piles_are_worth_what_both_are_worth(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    assert total_of([*one, *other]) == total_of(one) + total_of(other)


KEYS = st.builds(
    SumKey,
    operator=st.sampled_from(("a", "b")),
    kind=st.sampled_from((SumKind.FLOAT, SumKind.TENDER, SumKind.TENDER_BACK, SumKind.CASH_OUT)),
    of=st.sampled_from(("cash", "card")),
)


@given(st.lists(st.tuples(KEYS, st.integers(0, 10**6))))
def test_the_drawer_is_the_float_and_every_piece_of_cash_that_moved(
    entries: list[tuple[SumKey, int]],
) -> None:
    sums = Sums()
    for key, amount in entries:
        sums.add(key, amount)
    signs = {SumKind.FLOAT: 1, SumKind.TENDER: 1, SumKind.TENDER_BACK: -1, SumKind.CASH_OUT: -1}
    paid = (SumKind.TENDER, SumKind.TENDER_BACK)
    moved = [
        signs[key.kind] * amount
        for key, amount in entries
        if key.kind not in paid or key.of == "cash"
    ]
    assert sums.drawer_minor == sum(moved)


@given(st.lists(st.tuples(KEYS, st.integers(0, 10**6))))
def test_operators_sums_add_up_to_the_shifts(entries: list[tuple[SumKey, int]]) -> None:
    sums = Sums()
    for key, amount in entries:
        sums.add(key, amount)
    for kind in SumKind:
        whole = sums.total(kind)
        parts = [sums.total(kind, operator) for operator in ("a", "b")]
        assert whole.amount == sum(part.amount for part in parts)
        assert whole.count == sum(part.count for part in parts)
