"""Tax that a card bore at its sale is not paid again; base and tax still add up to the price."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.prepaid_tax import less_prepaid_tax
from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.sale import SaleTax
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.ratio import Ratio
from tests.fakes.sold import a_line


def tender(number: int, amount: int) -> Tender:
    return Tender(number=number, kind=TenderKind.GIFT_CARD, amount_minor=amount, given_minor=amount)


@pytest.mark.parametrize(
    ("paid", "prepaid", "tax"),
    [
        ((11_900,), {1}, 0),
        ((11_900,), set(), 1_900),
        ((5_950, 5_950), {1}, 950),
        ((5_950, 5_950), {1, 2}, 0),
        ((1, 11_899), {1}, 1_900),
    ],
)
def test_the_share_that_the_card_pays_bears_none(
    paid: tuple[int, ...], prepaid: set[int], tax: int
) -> None:
    tenders = [tender(number, amount) for number, amount in enumerate(paid, 1)]
    shares = tuple(enumerate(paid, 1)) if len(paid) > 1 else ()
    line = a_line(1, "Lamp", gross_minor=11_900, net_minor=11_900, tax_minor=1_900, paid=shares)
    whole = SaleTax(
        tax_class="A",
        rate=Ratio(19, 100),
        mode=TaxMode.INCLUSIVE,
        base_minor=10_000,
        tax_minor=1_900,
    )
    (after,), (sum_of,) = less_prepaid_tax((line,), (whole,), tenders, prepaid)
    assert (after.tax_minor, sum_of.tax_minor) == (tax, tax)
    assert sum_of.base_minor + sum_of.tax_minor == 11_900


def test_tax_on_top_of_the_price_is_no_part_of_what_the_card_was_sold_for() -> None:
    line = a_line(1, "Lamp", tax_mode=TaxMode.EXCLUSIVE)
    (after,), _ = less_prepaid_tax((line,), (), [tender(1, 1_000)], {1})
    assert after.tax_minor == line.tax_minor
