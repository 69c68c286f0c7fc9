"""Labels that a scale printed, by the shop's table."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.scan_code import (
    EmbeddedCode,
    EmbedKind,
    EmbedRule,
    PlainCode,
    ProductCode,
    Refused,
    ScanReason,
    ScanRules,
)
from posloyalty.domain.values.check_digit import price_verifier_digit
from tests.domain.shop.scan_code.texts import RULES, scan, with_check


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("210004201234", EmbeddedCode(plu="42", price_minor=1234)),
        ("220004200437", EmbeddedCode(plu="42", quantity_milli=437)),
        ("210077700005", EmbeddedCode(plu="00777", price_minor=5)),  # known with its zeros
        ("219999999999", EmbeddedCode(plu="99999", price_minor=99999)),  # not known
        ("210000000000", EmbeddedCode(plu="0", price_minor=0)),
        (
            "230042" + price_verifier_digit("14685") + "14685",
            EmbeddedCode(plu="42", price_minor=14685),
        ),
        ("26000420123400437", EmbeddedCode(plu="42", price_minor=1234, quantity_milli=437)),
    ],
)
def test_labels_give_their_plu_and_value(body: str, found: EmbeddedCode) -> None:
    assert scan(with_check(body)) == found


@given(plu=st.integers(1, 99999), price=st.integers(0, 99999))
def test_every_price_label_reads_back(plu: int, price: int) -> None:
    rules = ScanRules(embeds=RULES.embeds)
    label = with_check(f"21{plu:05d}{price:05d}")
    assert scan(label, rules=rules) == EmbeddedCode(plu=str(plu), price_minor=price)


@given(price=st.integers(0, 99999), other=st.integers(0, 9))
def test_the_verifier_digit_inside_is_checked(price: int, other: int) -> None:
    field = f"{price:05d}"
    right = price_verifier_digit(field)
    found = scan(with_check(f"230042{other}{field}"))
    if str(other) == right:
        assert found == EmbeddedCode(plu="42", price_minor=price)
    else:
        assert found == Refused(reason=ScanReason.BAD_CHECK_DIGIT, position=6, expected=right)


@pytest.mark.parametrize(
    ("exponent", "decimals", "price_minor"),
    [(2, 2, 1234), (0, 0, 1234), (3, 2, 12340), (2, 1, 12340), (0, 2, 12), (2, 3, 123)],
)
def test_a_labels_decimals_are_brought_to_the_currencys(
    exponent: int, decimals: int, price_minor: int
) -> None:
    rule = EmbedRule(prefix="21", item_digits=5, kind=EmbedKind.PRICE, decimals=decimals)
    rules = ScanRules(embeds=(rule,), currency_exponent=exponent)
    found = scan(with_check("210004201234"), rules=rules)
    assert found == EmbeddedCode(plu="42", price_minor=price_minor)


def test_a_label_with_a_wrong_check_digit_is_refused() -> None:
    right = with_check("210004201234")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert scan(wrong) == Refused(
        reason=ScanReason.BAD_CHECK_DIGIT, position=12, expected=right[-1]
    )


def test_other_prefixes_and_lengths_are_no_labels() -> None:
    assert scan(with_check("240004201234")) == ProductCode(with_check("240004201234").zfill(14))
    assert scan("2100042") == PlainCode("2100042")


@pytest.mark.parametrize(
    "layout",
    [
        {"prefix": ""},
        {"prefix": "2x"},
        {"item_digits": 0},
        {"item_digits": 11},
        {"inner_check_digit": True, "item_digits": 2},
        {"kind": EmbedKind.WEIGHT, "weight_digits": 2},
        {"decimals": 7},
        {"decimals": -1},
    ],
)
def test_a_layout_that_cannot_be_is_refused(layout: dict[str, Any]) -> None:
    whole = {"prefix": "21", "item_digits": 5, "kind": EmbedKind.PRICE, "decimals": 2} | layout
    with pytest.raises(ValueError, match=r"label|digit"):
        EmbedRule(**whole)
