"""Spreading a total by largest remainder: exact, fair, and blind to the order of scanning."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.allocation import NothingToAllocateTo, allocate

lines = st.lists(
    st.tuples(st.integers(0, 10**6), st.text("abc", max_size=2)), min_size=1, max_size=12
).filter(lambda pairs: any(weight for weight, _ in pairs))
totals = st.integers(-(10**6), 10**6)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (2, (99, 99, 99), (1, 1, 0)),  # LOYALTY case 1: the points of three lines at 0.99
        (1000, (3333, 3333, 3334), (333, 333, 334)),  # case 12
        (500, (1990, 990, 20), (332, 165, 3)),
        (600, (2800, 1800), (365, 235)),  # P26: a bundle's discount
        (500, (6000, 4000), (300, 200)),  # case 6
        (2000, (7000, 5000), (1167, 833)),  # case 48
        (95, (5700, 3800), (57, 38)),  # case 46
        (-2, (99, 99, 99), (-1, -1, 0)),
        (7, (0, 5, 0), (0, 7, 0)),
        (0, (0, 0), (0, 0)),
        (0, (), ()),
    ],
)
def test_worked_allocations(total: int, weights: tuple[int, ...], shares: tuple[int, ...]) -> None:
    assert allocate(total, weights, range(len(weights))) == shares


def test_a_tie_goes_by_key_and_not_by_place() -> None:
    assert allocate(1, (5, 5), ("b", "a")) == (0, 1)
    assert allocate(1, (5, 5), ("a", "b")) == (1, 0)
    assert allocate(-1, (5, 5), ("b", "a")) == (0, -1)


@given(total=totals, pairs=lines)
def test_shares_sum_to_the_total_and_lie_next_to_the_exact_share(
    total: int, pairs: list[tuple[int, str]]
) -> None:
    weights, keys = [w for w, _ in pairs], [k for _, k in pairs]
    shares = allocate(total, weights, keys)
    assert sum(shares) == total
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * whole - total * weight) < whole
        assert weight or share == 0


@given(total=totals, pairs=lines, seed=st.integers(0, 2**32))
def test_the_order_of_the_lines_changes_no_lines_share(
    total: int, pairs: list[tuple[int, str]], seed: int
) -> None:
    shuffled = pairs.copy()
    Random(seed).shuffle(shuffled)

    def outcome(order: list[tuple[int, str]]) -> list[tuple[int, str, int]]:
        shares = allocate(total, [w for w, _ in order], [k for _, k in order])
        return sorted((w, k, share) for (w, k), share in zip(order, shares, strict=True))

    assert outcome(pairs) == outcome(shuffled)


@given(total=totals, pairs=lines)
def test_taking_back_mirrors_giving(total: int, pairs: list[tuple[int, str]]) -> None:
    weights, keys = [w for w, _ in pairs], [k for _, k in pairs]
    given_out = allocate(total, weights, keys)
    assert allocate(-total, weights, keys) == tuple(-share for share in given_out)


def test_a_total_without_any_weight_is_refused() -> None:
    with pytest.raises(NothingToAllocateTo) as refusal:
        allocate(5, (0, 0), "ab")
    assert refusal.value.total == 5


@pytest.mark.parametrize(("weights", "keys"), [((1, -1), "ab"), ((1, 1), "a")])
def test_wrong_weights_are_refused(weights: tuple[int, ...], keys: str) -> None:
    with pytest.raises(ValueError, match=r"negative|one key"):
        allocate(1, weights, keys)
