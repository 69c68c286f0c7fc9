"""Payment codes are refused, and nothing of them is kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.scan_code import (
    EmbeddedCode,
    PlainCode,
    Refused,
    ScanReason,
    ScanScreen,
)
from tests.domain.shop.scan_code.texts import RULES, digits, scan, screens, with_check

wallets = st.one_of(
    st.builds(str.__add__, st.integers(10, 15).map(str), digits(16)),
    st.builds(str.__add__, st.integers(25, 30).map(str), st.integers(14, 22).flatmap(digits)),
    digits(17).map("62".__add__),
)
LABEL_26 = with_check("26000420123400437")  # a scale label that also looks like Alipay


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("100000000000000000", "wechat"),
        ("159999999999999999", "wechat"),
        ("2500000000000000", "alipay"),
        ("300000000000000000000000", "alipay"),
        ("6200000000000000000", "unionpay"),
        ("1345 6789 0123 4567 89", "wechat"),
        ("１３４５６７８９０１２３４５６７８９", "wechat"),
        ("]Q1134567890123456789\r\n", "wechat"),
    ],
)
def test_each_markets_wallet_is_named(text: str, scheme: str) -> None:
    refused = Refused(reason=ScanReason.PAYMENT_CODE, scheme=scheme)
    assert scan(text) == refused
    assert scan(text, screen=ScanScreen.PAYMENT) == refused


@pytest.mark.parametrize(
    "text",
    [
        "99999999999999999",
        "160000000000000000",
        "090000000000000000",
        "10000000000000000",
        "1000000000000000011",
        "2400000000000011",
        "3100000000000012",
        "2500000000000000000000011",
        "620000000000000000",
        "62000000000000000012",
    ],
)
def test_other_long_numbers_are_not_kept_either(text: str) -> None:
    found = scan(text)
    assert found == Refused(reason=ScanReason.WRONG_LENGTH, length=len(text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [("A12345-6789012345", True), ("A12345-67890123456", False), ("12345678901-B1234", True)],
)
def test_up_to_fifteen_digits_in_a_row_are_an_ordinary_code(text: str, kept: bool) -> None:
    refused = Refused(reason=ScanReason.WRONG_LENGTH, length=len(text))
    assert scan(text) == (PlainCode(text) if kept else refused)


@given(code=wallets, screen=screens, noise=st.sampled_from(["", "\r\n", " ", "]Q1", "A", "X:"]))
def test_no_digit_of_a_payment_code_leaves_the_resolver(
    code: str, screen: ScanScreen, noise: str
) -> None:
    found = scan(noise + code, screen=screen)
    if isinstance(found, EmbeddedCode):
        assert code == LABEL_26  # the one wallet-like number that this shop prints itself
        return
    assert isinstance(found, Refused)
    shown = repr(found)
    assert not any(code[at : at + 4] in shown for at in range(len(code) - 3))


@given(code=wallets, other=wallets)
def test_two_payment_codes_run_together_are_refused_too(code: str, other: str) -> None:
    found = scan(code + other)
    assert isinstance(found, Refused)
    assert code not in repr(found)


def test_in_a_sale_the_shops_own_label_wins_and_at_payment_the_wallet() -> None:
    label = EmbeddedCode(plu="42", price_minor=1234, quantity_milli=437)
    wallet = Refused(reason=ScanReason.PAYMENT_CODE, scheme="alipay")
    assert scan(LABEL_26) == label
    assert scan(LABEL_26, screen=ScanScreen.PAYMENT) == wallet
    unknown_plu = with_check("26999990123400437")
    assert scan(unknown_plu) == wallet
    wrong_digit = LABEL_26[:-1] + str((int(LABEL_26[-1]) + 1) % 10)
    assert scan(wrong_digit) == wallet


def test_a_payment_code_is_never_looked_up() -> None:
    class Asked:
        texts: list[str]

        def __init__(self) -> None:
            self.texts = []

        def __contains__(self, text: object) -> bool:
            self.texts.append(str(text))
            return False

    asked = Asked()
    rules = replace(RULES, known_codes=asked)
    for screen in ScanScreen:
        scan("134567890123456789", rules=rules, screen=screen)
    assert asked.texts == []
    scan("TEA-1", rules=rules)
    assert "TEA-1" in asked.texts
