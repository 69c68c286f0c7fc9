"""Exact division with every named rounding, against Python's own decimal module."""

import decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.rounding import Rounding, divide

DECIMAL_NAMES = {
    Rounding.FLOOR: decimal.ROUND_FLOOR,
    Rounding.CEILING: decimal.ROUND_CEILING,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
}


@pytest.mark.parametrize("rounding", list(Rounding))
@given(half_units=st.integers(-(10**12), 10**12))
def test_halves_round_as_the_decimal_module_rounds_them(
    rounding: Rounding, half_units: int
) -> None:
    exact = decimal.Decimal(half_units) * decimal.Decimal("0.5")
    expected = int(exact.quantize(decimal.Decimal(1), rounding=DECIMAL_NAMES[rounding]))
    assert divide(half_units, 2, rounding) == expected


@pytest.mark.parametrize("rounding", list(Rounding))
@given(numerator=st.integers(), denominator=st.integers().filter(bool))
def test_a_rounded_quotient_is_next_to_the_exact_one(
    rounding: Rounding, numerator: int, denominator: int
) -> None:
    quotient = divide(numerator, denominator, rounding)
    distance = abs(Fraction(numerator, denominator) - quotient)
    nearest = rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN)
    assert distance <= Fraction(1, 2) if nearest else distance < 1


@given(numerator=st.integers(), denominator=st.integers().filter(bool))
def test_symmetric_roundings_mirror_at_zero(numerator: int, denominator: int) -> None:
    for rounding in (Rounding.DOWN, Rounding.UP, Rounding.HALF_UP, Rounding.HALF_DOWN):
        assert divide(-numerator, denominator, rounding) == -divide(
            numerator, denominator, rounding
        )


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounding", "expected"),
    [
        (2350 * 1, 100, Rounding.FLOOR, 23),  # LOYALTY case 38: 1 % of 23.50
        (2350 * 1, 100, Rounding.HALF_UP, 24),
        (12345, 10, Rounding.HALF_UP, 1235),  # case 17: 10 % of KWD 12.345
        (12345, 10, Rounding.HALF_EVEN, 1234),
        (29999 * 5, 100, Rounding.HALF_UP, 1500),  # case 15: 14.9995
        (1, 2, Rounding.DOWN, 0),
        (1, 2, Rounding.UP, 1),
        (1, 2, Rounding.HALF_UP, 1),
        (1, 2, Rounding.HALF_DOWN, 0),
        (-1, 2, Rounding.DOWN, 0),
        (-1, 2, Rounding.UP, -1),
        (-1, 2, Rounding.HALF_DOWN, 0),
        (1, 3, Rounding.CEILING, 1),
        (0, 3, Rounding.UP, 0),
        (-5, 2, Rounding.FLOOR, -3),
        (-5, 2, Rounding.DOWN, -2),
        (5, -2, Rounding.HALF_EVEN, -2),
        (7, -2, Rounding.HALF_EVEN, -4),
    ],
)
def test_named_roundings(
    numerator: int, denominator: int, rounding: Rounding, expected: int
) -> None:
    assert divide(numerator, denominator, rounding) == expected


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        divide(1, 0, Rounding.FLOOR)
