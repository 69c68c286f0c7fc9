"""The shop's invoice-request link: filled in for one sale, checked before it is kept."""

from __future__ import annotations

import pytest

from posloyalty.services.papers.invoice_link import LINK_MOST, invoice_request, is_invoice_link
from tests.fakes.sold import a_sale


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("https://fp.example/r", "https://fp.example/r"),
        (
            "https://fp.example/r?n={number}&a={amount}&d={date}",
            f"https://fp.example/r?n={a_sale().number}&a=112.70&d={a_sale().day}",
        ),
    ],
)
def test_the_link_says_which_sale_and_how_much(link: str, text: str) -> None:
    assert invoice_request(link, a_sale(), 11_270) == text


@pytest.mark.parametrize(
    "link",
    [
        "fp.example/r",
        "ftp://fp.example/r",
        "https://fp.example/a b",
        "https://fp.example/{member}",
        "https://fp.example/{number",
        "https://发票.example",
        "https://" + "x" * LINK_MOST,
    ],
)
def test_a_link_that_no_code_could_carry_is_refused(link: str) -> None:
    assert not is_invoice_link(link)


def test_a_plain_address_may_be_used() -> None:
    assert is_invoice_link("https://fp.example/r?n={number}&a={amount}&d={date}")
