"""The checker of the fleet says what is wrong, and nothing where nothing is."""

from __future__ import annotations

import pytest

from tests.fleet.checking import of_points, of_sales
from tests.fleet.history import History, Tried
from tests.fleet.shop import PRICE_MINOR, SPENDERS, member

ROUNDS = 2
POINTS = ROUNDS * PRICE_MINOR


def told(*sold: str, refused: tuple[str, ...] = ()) -> History:
    tried = {one: Tried(one, member(9).hex(), 500, 0) for one in (*sold, *refused)}
    return History(
        tried=tried, sold={one: f"N{one}" for one in sold}, refused=dict.fromkeys(refused, "R")
    )


SALES = [
    (told("a", "b"), {"a": 1, "b": 1}, ""),
    (told("a", "b"), {"a": 1}, "acknowledged and is there 0"),
    (told("a"), {"a": 2}, "acknowledged and is there 2"),
    (told("a"), {"a": 1, "z": 1}, "sale z was never rung"),
    (told("a", refused=("b",)), {"a": 1, "b": 1}, "sale b was refused and is there"),
]


@pytest.mark.parametrize(("history", "kept", "fault"), SALES)
def test_each_acknowledged_sale_is_there_once_and_no_other_is(
    history: History, kept: dict[str, int], fault: str
) -> None:
    found = of_sales([history], history.tried, kept)
    assert (fault in "".join(found)) if fault else not found


def test_a_number_is_given_once() -> None:
    one, other = told("a"), told("b")
    other.sold["b"] = one.sold["a"]
    assert of_sales([one, other], one.tried | other.tried, {"a": 1, "b": 1}) == [
        "number Na was given 2×"
    ]


def filled() -> dict[str, Tried]:
    """The spenders have earned what they begin with."""
    return {
        f"{number}/{n}": Tried(f"{number}/{n}", member(number).hex(), PRICE_MINOR, 0)
        for number in range(SPENDERS)
        for n in range(ROUNDS)
    }


def spent(count: int) -> dict[str, Tried]:
    """The first spender spent so often."""
    return {f"s{n}": Tried(f"s{n}", member(0).hex(), 0, PRICE_MINOR) for n in range(count)}


@pytest.mark.parametrize(("times", "left", "faults"), [(0, 2, 0), (2, 0, 0), (1, 2, 1), (3, 0, 2)])
def test_balances_are_what_was_earned_less_what_was_spent(
    times: int, left: int, faults: int
) -> None:
    tried = filled() | spent(times)
    balances = {member(number).hex(): POINTS for number in range(1, SPENDERS)}
    balances[member(0).hex()] = left * PRICE_MINOR
    assert len(of_points(tried, list(tried), balances, ROUNDS)) == faults
