"""How much of a sale an invoice may be asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.donation import UNTAXED
from posloyalty.domain.shop.invoiceable import invoiceable_minor
from posloyalty.domain.shop.tender import Tender, TenderKind
from tests.fakes.sold import a_line, a_sale


def paid(kind: TenderKind, amount: int, *, stored: bool = False) -> Tender:
    account = b"C" * 16 if stored else None
    return Tender(number=1, kind=kind, amount_minor=amount, given_minor=amount, account_id=account)


@pytest.mark.parametrize(
    ("tenders", "rounding", "amount"),
    [
        ((paid(TenderKind.CASH, 11_276),), -6, 11_270),
        ((paid(TenderKind.CARD, 11_276),), 0, 11_276),
        ((paid(TenderKind.GIFT_CARD, 5_000, stored=True), paid(TenderKind.CASH, 6_276)), -6, 6_270),
        ((paid(TenderKind.WALLET, 276, stored=True), paid(TenderKind.CARD, 11_000)), 0, 11_000),
        ((paid(TenderKind.GIFT_CARD, 11_276, stored=True),), 0, 0),
    ],
)
def test_it_is_what_was_paid_less_what_stored_value_paid(
    tenders: tuple[Tender, ...], rounding: int, amount: int
) -> None:
    sale = replace(a_sale(), tenders=tenders, payable_minor=11_276, rounding_minor=rounding)
    assert invoiceable_minor(sale) == amount


def test_what_was_given_to_a_cause_is_no_price_of_goods() -> None:
    gift = replace(a_line(9, "Rounding up", net_minor=24), sku="cause/trees", tax_class=UNTAXED)
    assert gift.donation
    sale = replace(
        a_sale(),
        lines=(*a_sale().lines, gift),
        tenders=(paid(TenderKind.CARD, 11_300),),
        payable_minor=11_300,
        rounding_minor=0,
    )
    assert invoiceable_minor(sale) == 11_276


def test_a_sale_is_never_invoiceable_below_nothing() -> None:
    card = paid(TenderKind.GIFT_CARD, 1_000, stored=True)
    sale = replace(a_sale(), tenders=(card,), payable_minor=1_000, rounding_minor=-5)
    assert invoiceable_minor(sale) == 0
