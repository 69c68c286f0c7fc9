"""Exact ratios, against Python's fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.domain.values.rounding import Rounding

ratios = st.builds(Ratio, st.integers(-(10**9), 10**9), st.integers(1, 10**6))


def fraction(ratio: Ratio) -> Fraction:
    return Fraction(ratio.numerator, ratio.denominator)


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("1.2", 6, 5),
        ("3/2", 3, 2),
        ("12.5%", 1, 8),
        ("13 %", 13, 100),
        ("-0.5", -1, 2),
        ("-3/6", -1, 2),
        ("0", 0, 1),
        ("1", 1, 1),
        ("１．２", 6, 5),
        ("0.1", 1, 10),
    ],
)
def test_ratios_are_read_exactly(text: str, numerator: int, denominator: int) -> None:
    assert Ratio.parse(text) == Ratio(numerator, denominator)


@pytest.mark.parametrize(
    "text",
    ["", "%", "1/0", "1//2", "1.2/3", "1/-2", "a", "1.", ".5", "1e3", "--1", "1,2", "²", "9" * 65],
)
def test_what_is_no_ratio_is_refused(text: str) -> None:
    with pytest.raises(BadRatio):
        Ratio.parse(text)


@given(text=st.text())
def test_any_text_is_a_ratio_or_refused(text: str) -> None:
    try:
        ratio = Ratio.parse(text)
    except BadRatio:
        ratio = Ratio(0)
    assert ratio.denominator > 0


@pytest.mark.parametrize("value", [1.2, True, "1", None])
def test_only_integers_make_a_ratio(value: object) -> None:
    with pytest.raises(TypeError):
        Ratio(value)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Ratio(1, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, True])
def test_a_ratio_meets_no_float(value: object) -> None:
    for meet in (
        lambda: Ratio(1) * value,  # type: ignore[operator]
        lambda: Ratio(1) + value,  # type: ignore[operator]
        lambda: Ratio(1) - value,  # type: ignore[operator]
        lambda: Ratio(1) < value,  # type: ignore[operator]
        lambda: Ratio(1).apply(value, Rounding.FLOOR),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            meet()


def test_a_zero_denominator_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        Ratio(1, 0)
    with pytest.raises(ZeroDivisionError):
        Ratio(0).inverse()


@given(numerator=st.integers(), denominator=st.integers().filter(bool), scale=st.integers(1, 99))
def test_equal_ratios_are_one_value(numerator: int, denominator: int, scale: int) -> None:
    left, right = Ratio(numerator, denominator), Ratio(-numerator * scale, -denominator * scale)
    assert left == right
    assert hash(left) == hash(right)
    assert left.denominator > 0


@given(ratio=ratios)
def test_a_ratio_reads_back_from_its_text(ratio: Ratio) -> None:
    assert Ratio.parse(str(ratio)) == ratio


@given(left=ratios, right=ratios)
def test_arithmetic_is_that_of_fractions(left: Ratio, right: Ratio) -> None:
    a, b = fraction(left), fraction(right)
    assert fraction(left * right) == a * b
    assert fraction(left + right) == a + b
    assert fraction(left - right) == a - b
    assert (left < right, left <= right, left > right, left >= right) == (
        a < b,
        a <= b,
        a > b,
        a >= b,
    )


@given(ratio=ratios, number=st.integers(-1000, 1000))
def test_integers_join_in(ratio: Ratio, number: int) -> None:
    exact = fraction(ratio)
    assert fraction(number * ratio) == fraction(ratio * number) == exact * number
    assert fraction(number + ratio) == exact + number
    assert fraction(number - ratio) == number - exact
    assert bool(ratio) == bool(exact)


@given(ratio=ratios, amount=st.integers(-(10**12), 10**12))
def test_a_ratio_of_an_amount_is_rounded_once(ratio: Ratio, amount: int) -> None:
    exact = fraction(ratio) * amount
    assert ratio.apply(amount, Rounding.FLOOR) == exact.__floor__()
    assert ratio.apply(amount, Rounding.CEILING) == exact.__ceil__()


@pytest.mark.parametrize(
    ("rate", "amount", "rounding", "expected"),
    [
        ("1.2", 410, Rounding.FLOOR, 492),  # LOYALTY case 43: 4.10 at 1.2 is 4.92 stars
        ("3%", 129900, Rounding.FLOOR, 3897),  # case 38
        ("1%", 2350, Rounding.FLOOR, 23),
        ("1%", 2350, Rounding.HALF_UP, 24),
        ("100/113", 11300, Rounding.HALF_UP, 10000),  # case 16
        ("100/113", 9900, Rounding.HALF_UP, 8761),
        ("1.10", 6000, Rounding.FLOOR, 6600),  # case 47: floats say 6600.000000000001
    ],
)
def test_worked_rates(rate: str, amount: int, rounding: Rounding, expected: int) -> None:
    assert Ratio.parse(rate).apply(amount, rounding) == expected
