"""A tax of so much a piece or kilogram, beside a rate or without one, inside prices or on top."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import Taxing, fixed_tax
from posloyalty.domain.values.ratio import Ratio

INCLUSIVE, EXCLUSIVE = TaxMode.INCLUSIVE, TaxMode.EXCLUSIVE
BAG = TaxClass("bag", "Bag levy", Ratio(0), EXCLUSIVE, 10)
SUGAR = TaxClass("sugar", "VAT and sugar", Ratio(13, 100), INCLUSIVE, 24)
BOTH = TaxClass("both", "Added and levy", Ratio(10, 100), EXCLUSIVE, 50)
CLASSES = {one.code: one for one in (BAG, SUGAR, BOTH)}


@pytest.mark.parametrize(
    ("tax_class", "amount", "milli", "tax"),
    [
        (BAG, 500, 3_000, 30),
        (BAG, 0, 1_000, 10),
        (SUGAR, 500, 2_000, 48),
        (SUGAR, 20, 1_000, 20),
        (SUGAR, 0, 1_000, 0),
        (BAG, 500, 437, 4),
        (TaxClass("none", "none", Ratio(0), INCLUSIVE), 500, 3_000, 0),
    ],
)
def test_it_is_of_the_quantity_and_inside_a_price_never_more_than_that(
    tax_class: TaxClass, amount: int, milli: int, tax: int
) -> None:
    assert fixed_tax(amount, milli, tax_class) == tax


@pytest.mark.parametrize(
    ("code", "amounts", "milli", "base", "tax", "added", "shares"),
    [
        # 3 bags at 0.50: 0.10 each on top.
        ("bag", [150], [3_000], 150, 30, 30, (30,)),
        # 2 x 11.54 with 0.24 each and 13 % of the rest inside: 22.60 is 20.00 and 2.60.
        ("sugar", [2_308], [2_000], 2_000, 308, 0, (308,)),
        ("sugar", [1_154, 1_154], [1_000, 1_000], 2_000, 308, 0, (154, 154)),
        # 10 % of 10.00 and 0.50 on top; the other line was given for nothing and bears its levy.
        ("both", [1_000, 0], [1_000, 1_000], 1_000, 200, 200, (150, 50)),
    ],
)
def test_rate_and_fixed_tax_are_one_row_and_every_line_bears_its_own(
    code: str,
    amounts: list[int],
    milli: list[int],
    base: int,
    tax: int,
    added: int,
    shares: tuple[int, ...],
) -> None:
    found = Taxing([code] * len(amounts), "abc"[: len(amounts)], CLASSES, milli).of(amounts)
    (one,) = found.classes
    assert (one.base_minor, one.tax_minor, one.added_minor) == (base, tax, added)
    assert found.shares == shares


@given(
    st.lists(
        st.tuples(
            st.integers(0, 100_000), st.integers(1, 20_000), st.sampled_from(sorted(CLASSES))
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_lines_add_up_to_their_classes_and_inclusive_prices_to_base_and_tax(
    lines: list[tuple[int, int, str]],
) -> None:
    amounts = [amount for amount, _, _ in lines]
    codes = [code for _, _, code in lines]
    keys = [(place,) for place in range(len(lines))]
    found = Taxing(codes, keys, CLASSES, [milli for _, milli, _ in lines]).of(amounts)
    assert sum(found.shares) == sum(one.tax_minor for one in found.classes)
    for one in found.classes:
        own = [n for n, code in enumerate(codes) if code == one.tax_class.code]
        assert one.tax_minor == sum(found.shares[n] for n in own)
        whole = sum(amounts[n] for n in own)
        inside = one.tax_minor if one.tax_class.mode is INCLUSIVE else 0
        assert one.base_minor + inside == whole
        assert one.base_minor >= 0
