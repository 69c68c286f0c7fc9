"""Amounts: typed, written, added; never mixed and never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.fixed_point import VALUE_MAX, NumberFault
from posloyalty.domain.values.money import (
    CURRENCIES,
    BadAmount,
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    currency,
    format_amount,
    parse_amount,
)

CNY, JPY, KWD, TWD, USD = (currency(code) for code in ("CNY", "JPY", "KWD", "TWD", "USD"))


@pytest.mark.parametrize(
    ("code", "exponent", "symbol"),
    [
        ("CNY", 2, "¥"),
        ("TWD", 2, "NT$"),
        ("HKD", 2, "HK$"),
        ("USD", 2, "$"),
        ("EUR", 2, "€"),
        ("GBP", 2, "£"),
        ("JPY", 0, "¥"),
        ("KRW", 0, "₩"),
        ("KWD", 3, "KD"),
        ("BHD", 3, "BD"),
        ("CLP", 0, "CL$"),
    ],
)
def test_exponents_are_those_of_iso_4217(code: str, exponent: int, symbol: str) -> None:
    assert (currency(code).exponent, currency(code).symbol) == (exponent, symbol)


def test_the_currency_table_is_whole_and_well_formed() -> None:
    assert len(CURRENCIES) > 150
    for code, entry in CURRENCIES.items():
        assert entry.code == code
        assert len(code) == 3
        assert code.isupper()
        assert 0 <= entry.exponent <= 3
        assert entry.symbol


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        currency("XQQ")
    assert refusal.value.code == "XQQ"


@pytest.mark.parametrize(
    ("text", "unit", "minor"),
    [
        ("12.30", CNY, 1230),
        ("1,234.50", CNY, 123450),
        ("12", CNY, 1200),
        ("12.3", CNY, 1230),
        (".5", CNY, 50),
        ("12.", CNY, 1200),
        ("0", CNY, 0),
        ("-3.10", CNY, -310),
        ("−3.10", CNY, -310),
        ("+3.10", CNY, 310),
        (" 7 ", CNY, 700),
        ("7\u3000", CNY, 700),
        ("10,000,000,000,000.00", CNY, 10**15),
        ("１２．３０", CNY, 1230),
        ("１，２３４。５", CNY, 123450),
        ("¥12.30", CNY, 1230),
        ("￥12.30", CNY, 1230),
        ("-¥1.00", CNY, -100),
        ("NT$5", TWD, 500),
        ("1980", JPY, 1980),
        ("1,980", JPY, 1980),
        ("12.345", KWD, 12345),
    ],
)
def test_typed_amounts_are_read_exactly(text: str, unit: object, minor: int) -> None:
    assert parse_amount(text, unit) == minor  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("", CNY, NumberFault.EMPTY),
        ("   ", CNY, NumberFault.EMPTY),
        ("abc", CNY, NumberFault.NOT_A_NUMBER),
        (".", CNY, NumberFault.NOT_A_NUMBER),
        ("-", CNY, NumberFault.NOT_A_NUMBER),
        ("--1", CNY, NumberFault.NOT_A_NUMBER),
        ("-¥-1", CNY, NumberFault.NOT_A_NUMBER),
        ("1e5", CNY, NumberFault.NOT_A_NUMBER),
        ("1.2.3", CNY, NumberFault.NOT_A_NUMBER),
        ("12²", CNY, NumberFault.NOT_A_NUMBER),
        ("١٢", CNY, NumberFault.NOT_A_NUMBER),
        ("nan", CNY, NumberFault.NOT_A_NUMBER),
        ("1,23.45", CNY, NumberFault.BAD_GROUPING),
        (",123", CNY, NumberFault.BAD_GROUPING),
        ("1234,567", CNY, NumberFault.BAD_GROUPING),
        ("12.345", CNY, NumberFault.TOO_MANY_DECIMALS),
        ("12.30", JPY, NumberFault.TOO_MANY_DECIMALS),
        ("12.0", JPY, NumberFault.TOO_MANY_DECIMALS),
        ("12.3456", KWD, NumberFault.TOO_MANY_DECIMALS),
        ("10,000,000,000,000.01", CNY, NumberFault.TOO_LARGE),
        ("99999999999999999", CNY, NumberFault.TOO_LARGE),
        ("9" * 500, CNY, NumberFault.TOO_LARGE),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(
    text: str, unit: object, reason: NumberFault
) -> None:
    with pytest.raises(BadAmount) as refusal:
        parse_amount(text, unit)  # type: ignore[arg-type]
    assert refusal.value.reason is reason
    assert len(refusal.value.text) <= 40


@pytest.mark.parametrize(
    ("minor", "unit", "symbol", "grouping", "text"),
    [
        (1230, CNY, False, True, "12.30"),
        (5, CNY, False, True, "0.05"),
        (123450, CNY, True, True, "¥1,234.50"),
        (123450, CNY, True, False, "¥1234.50"),
        (-70, CNY, True, True, "−¥0.70"),
        (1980, JPY, True, True, "¥1,980"),
        (0, JPY, False, True, "0"),
        (12345, KWD, False, True, "12.345"),
        (123400, TWD, True, True, "NT$1,234"),
        (123400, TWD, False, False, "1234.00"),
        (-2550, TWD, True, True, "−NT$25.50"),
        (0, TWD, False, True, "0"),
        (1, KWD, False, True, "0.001"),
    ],
)
def test_amounts_are_written_with_the_currencys_decimals(
    minor: int, unit: object, symbol: bool, grouping: bool, text: str
) -> None:
    written = format_amount(minor, unit, symbol=symbol, grouping=grouping)  # type: ignore[arg-type]
    assert written == text


@given(
    minor=st.integers(-VALUE_MAX, VALUE_MAX),
    unit=st.sampled_from(sorted(CURRENCIES.values(), key=lambda entry: entry.code)),
    symbol=st.booleans(),
    grouping=st.booleans(),
)
def test_what_is_written_reads_back(minor: int, unit: object, symbol: bool, grouping: bool) -> None:
    text = format_amount(minor, unit, symbol=symbol, grouping=grouping)  # type: ignore[arg-type]
    assert parse_amount(text, unit) == minor  # type: ignore[arg-type]


@given(minor=st.integers(-VALUE_MAX, VALUE_MAX))
def test_no_yen_amount_ever_shows_decimals(minor: int) -> None:
    assert "." not in format_amount(minor, JPY, symbol=True)


@given(text=st.text())
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        minor = parse_amount(text, CNY)
    except BadAmount:
        minor = 0
    assert abs(minor) <= VALUE_MAX


@given(left=st.integers(), right=st.integers())
def test_money_adds_and_compares_as_its_minor_units_do(left: int, right: int) -> None:
    a, b = Money(left, CNY), Money(right, CNY)
    assert (a + b).minor == left + right
    assert (a - b).minor == left - right
    assert (-a).minor == -left
    assert (a < b, a <= b, a > b, a >= b) == (
        left < right,
        left <= right,
        left > right,
        left >= right,
    )


def test_currencies_do_not_mix() -> None:
    yuan, dollar = Money(1, CNY), Money(1, USD)
    for mix in (
        lambda: yuan + dollar,
        lambda: yuan - dollar,
        lambda: yuan < dollar,
        lambda: yuan >= dollar,
    ):
        with pytest.raises(CurrencyMismatch) as refusal:
            mix()
        assert (refusal.value.left, refusal.value.right) == (CNY, USD)
    assert yuan != dollar
