"""Quantities in thousandths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.fixed_point import VALUE_MAX, NumberFault
from posloyalty.domain.values.quantity import (
    BadQuantity,
    format_quantity,
    parse_quantity,
    price_times_quantity,
)
from posloyalty.domain.values.rounding import Rounding


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("1", 1000),
        ("0.437", 437),
        ("2.5", 2500),
        ("-1", -1000),
        ("１．５", 1500),
        ("1,200", 1200000),
    ],
)
def test_quantities_are_read_exactly(text: str, milli: int) -> None:
    assert parse_quantity(text) == milli


@pytest.mark.parametrize(
    ("text", "reason"),
    [("0.4375", NumberFault.TOO_MANY_DECIMALS), ("kg", NumberFault.NOT_A_NUMBER)],
)
def test_what_is_no_quantity_is_refused(text: str, reason: NumberFault) -> None:
    with pytest.raises(BadQuantity) as refusal:
        parse_quantity(text)
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("milli", "text"),
    [(1000, "1"), (437, "0.437"), (2500, "2.5"), (0, "0"), (-1000, "−1"), (10000, "10")],
)
def test_quantities_are_written_without_needless_decimals(milli: int, text: str) -> None:
    assert format_quantity(milli) == text


@given(milli=st.integers(-VALUE_MAX, VALUE_MAX), grouping=st.booleans())
def test_what_is_written_reads_back(milli: int, grouping: bool) -> None:
    assert parse_quantity(format_quantity(milli, grouping=grouping)) == milli


def test_weighed_goods_are_priced_to_the_minor_unit() -> None:
    # LOYALTY case 42: 0.437 kg at 39.80 is 17.3926.
    assert price_times_quantity(3980, 437, Rounding.HALF_UP) == 1739
    assert price_times_quantity(3980, 437, Rounding.CEILING) == 1740


@given(price=st.integers(-(10**9), 10**9), pieces=st.integers(-1000, 1000))
def test_whole_pieces_cost_whole_multiples(price: int, pieces: int) -> None:
    for rounding in Rounding:
        assert price_times_quantity(price, pieces * 1000, rounding) == price * pieces
