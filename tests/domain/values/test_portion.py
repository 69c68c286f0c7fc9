"""Taking back in pieces: in proportion, never less than before, and whole at the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.portion import BeyondTheWhole, first_units, so_far

sizes = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


def in_order(parts: tuple[int, ...]) -> list[int]:
    """The units one by one, reckoned from the definition: the part that each belongs to."""
    units = [
        ((2 * i - 1) * (10**9 // part), j)
        for j, part in enumerate(parts)
        for i in range(1, part + 1)
    ]
    return [j for _, j in sorted(units)]


@pytest.mark.parametrize(
    ("count", "parts", "shares"),
    [
        (4000, (5000, 3000), (2500, 1500)),  # LOYALTY case 21: half of 50.00 and 30.00
        (8000, (5000, 3000), (5000, 3000)),
        (1, (1, 1), (1, 0)),
        (2, (1, 1), (1, 1)),
        (1, (10, 16, 14), (0, 1, 0)),
        (0, (7, 8), (0, 0)),
        (0, (), ()),
        (0, (0, 0), (0, 0)),
        (3, (0, 3), (0, 3)),
    ],
)
def test_worked_shares(count: int, parts: tuple[int, ...], shares: tuple[int, ...]) -> None:
    assert first_units(count, parts) == shares


@pytest.mark.parametrize("parts", [(1, 2, 4), (4, 4), (8, 1, 1), (2, 5, 10), (1, 1, 1, 1)])
def test_it_is_the_order_of_the_definition(parts: tuple[int, ...]) -> None:
    order = in_order(parts)
    for count in range(sum(parts) + 1):
        taken = order[:count]
        assert first_units(count, parts) == tuple(taken.count(j) for j in range(len(parts)))


@given(sizes, st.data())
def test_more_back_never_means_less_of_a_part(parts: list[int], data: st.DataObject) -> None:
    whole = sum(parts)
    less, more = sorted(data.draw(st.lists(st.integers(0, whole), min_size=2, max_size=2)))
    before, after = first_units(less, parts), first_units(more, parts)
    assert (sum(before), sum(after)) == (less, more)
    assert all(
        early <= late <= part for early, late, part in zip(before, after, parts, strict=True)
    )


@given(sizes)
def test_at_the_end_every_part_is_whole(parts: list[int]) -> None:
    assert first_units(sum(parts), parts) == tuple(parts)


@given(sizes, st.data())
def test_the_shares_are_in_proportion(parts: list[int], data: st.DataObject) -> None:
    whole = sum(parts)
    count = data.draw(st.integers(0, whole))
    for share, part in zip(first_units(count, parts), parts, strict=True):
        # Never further from the exact share than one unit for each other part.
        assert abs(share * whole - count * part) <= whole * len(parts)


@pytest.mark.parametrize(("count", "parts"), [(-1, (1,)), (4, (1, 2)), (1, ())])
def test_there_is_nothing_beyond_the_whole(count: int, parts: tuple[int, ...]) -> None:
    with pytest.raises(BeyondTheWhole):
        first_units(count, parts)
    with pytest.raises(BeyondTheWhole):
        so_far(10, count, sum(parts))


def test_a_part_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        first_units(0, (1, -1))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 5000), min_size=1, max_size=8))
def test_pieces_of_an_amount_sum_to_it(amount: int, pieces: list[int]) -> None:
    whole, done, total = sum(pieces), 0, 0
    for piece in pieces:
        share = so_far(amount, done + piece, whole) - so_far(amount, done, whole)
        assert share >= 0
        done, total = done + piece, total + share
    assert total == amount
