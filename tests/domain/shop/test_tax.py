"""Tax by class: inside the price or on top of it, rounded once, spread over the lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import UnknownTaxClass, tax_lines, tax_of
from posloyalty.domain.values.ratio import Ratio

CLASSES = {
    "std13": TaxClass("std13", "13 %", Ratio(13, 100), TaxMode.INCLUSIVE),
    "low9": TaxClass("low9", "9 %", Ratio(9, 100), TaxMode.INCLUSIVE),
    "zero": TaxClass("zero", "0 %", Ratio(0), TaxMode.INCLUSIVE),
    "added": TaxClass("added", "8.875 % added", Ratio.parse("8.875%"), TaxMode.EXCLUSIVE),
}


@pytest.mark.parametrize(
    ("code", "amount", "tax"),
    [
        ("std13", 11300, 1300),
        ("std13", 9900, 1139),
        ("std13", 0, 0),
        ("std13", 4, 0),
        ("std13", 5, 1),
        ("low9", 10900, 900),
        ("zero", 12345, 0),
        ("added", 10000, 888),
        ("added", 1, 0),
    ],
)
def test_a_tax_is_found_in_or_put_on_an_amount_half_up(code: str, amount: int, tax: int) -> None:
    assert tax_of(amount, CLASSES[code]) == tax


def test_classes_are_rounded_once_and_their_lines_add_up() -> None:
    found = tax_lines([333, 333, 334, 500], ["std13", "std13", "std13", "added"], "abcd", CLASSES)
    std, added = found.classes[1], found.classes[0]
    assert (std.tax_class.code, std.base_minor, std.tax_minor, std.added_minor) == (
        "std13",
        885,
        115,
        0,
    )
    assert (added.base_minor, added.tax_minor, added.added_minor) == (500, 44, 44)
    assert found.shares == (38, 38, 39, 44)


def test_a_class_that_the_shop_does_not_have_is_an_error() -> None:
    with pytest.raises(UnknownTaxClass) as fault:
        tax_lines([100], ["gone"], "a", CLASSES)
    assert fault.value.code == "gone"


@given(
    st.lists(
        st.tuples(st.integers(0, 100_000), st.sampled_from(sorted(CLASSES))), min_size=1, max_size=9
    )
)
def test_base_and_tax_make_up_the_amount_and_shares_make_up_the_tax(
    lines: list[tuple[int, str]],
) -> None:
    amounts, codes = [amount for amount, _ in lines], [code for _, code in lines]
    found = tax_lines(amounts, codes, range(len(lines)), CLASSES)
    assert sum(found.shares) == sum(part.tax_minor for part in found.classes)
    for part in found.classes:
        whole = sum(a for a, c in lines if c == part.tax_class.code)
        inside = part.tax_class.mode is TaxMode.INCLUSIVE
        assert part.base_minor + (part.tax_minor if inside else 0) == whole
    assert all(0 <= share <= amount for share, amount in zip(found.shares, amounts, strict=True))
