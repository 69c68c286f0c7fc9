"""GS1 element strings, as scanners send them and as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.scan_code import Gs1Elements, Refused, ScanReason, ScanRules
from tests.domain.shop.scan_code.texts import digits, scan, with_check

GTIN = "09501101530003"
GS = "\x1d"


def elements(text: str, **settings: int) -> Gs1Elements:
    found = scan(text, rules=ScanRules(**settings))  # type: ignore[arg-type]
    assert isinstance(found, Gs1Elements), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"]C101{GTIN}1726123110AB-123{GS}3103000437",
        f"]d201{GTIN}1726123110AB-123{GS}3103000437",
        f"]Q3{GS}01{GTIN}1726123110AB-123{GS}3103000437\r\n",
        f"]e001{GTIN}1726123110AB-123{GS}3103000437",
        f"01{GTIN}1726123110AB-123{GS}3103000437",
        f"(01){GTIN}(17)261231(10)AB-123(3103)000437",
        f"(01) {GTIN}".replace(" ", "") + "(17)261231(10)AB-123(3103)000437",
    ],
)
def test_every_way_of_sending_gives_the_same_elements(text: str) -> None:
    found = elements(text)
    assert found.elements == (
        ("01", GTIN),
        ("17", "261231"),
        ("10", "AB-123"),
        ("3103", "000437"),
    )
    assert (found.gtin, found.batch, found.expiry) == (GTIN, "AB-123", date(2026, 12, 31))
    assert (found.quantity_milli, found.unit) == (437, "kg")


@pytest.mark.parametrize(
    ("element", "field", "value"),
    [
        ("(3100)000012", "quantity_milli", 12000),
        ("(3101)000012", "quantity_milli", 1200),
        ("(3105)123456", "quantity_milli", 1235),  # half up at the thousandth
        ("(3202)000150", "quantity_milli", 1500),
        ("(3202)000150", "unit", "lb"),
        ("(30)24", "quantity_milli", 24000),
        ("(37)6", "quantity_milli", 6000),
        ("(37)6", "unit", "each"),
        ("(3922)1990", "price_digits", 1990),
        ("(3922)1990", "price_decimals", 2),
        ("(3932)1561990", "price_digits", 1990),
        ("(3932)1561990", "price_currency", "156"),
        ("(21)SER(1)9", "serial", "SER(1)9"),
        ("(15)260200", "best_before", date(2026, 2, 28)),
        ("(17)240200", "expiry", date(2024, 2, 29)),
        ("(17)760101", "expiry", date(2076, 1, 1)),
        ("(17)770101", "expiry", date(1977, 1, 1)),
    ],
)
def test_elements_are_read_into_their_fields(element: str, field: str, value: object) -> None:
    assert getattr(elements(f"(01){GTIN}{element}"), field) == value


def test_the_century_is_the_nearest_one_to_the_given_year() -> None:
    text = f"(01){GTIN}(17)050101"
    assert elements(text).expiry == date(2005, 1, 1)
    assert elements(text, century_year=2060).expiry == date(2105, 1, 1)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (
            "(01)09501101530004",
            Refused(reason=ScanReason.BAD_CHECK_DIGIT, element="01", expected="3"),
        ),
        (
            "]C1010950110153",
            Refused(reason=ScanReason.INCOMPLETE, element="01", length=10, length_expected=14),
        ),
        (
            f"(01){GTIN}(10)" + "A" * 21,
            Refused(reason=ScanReason.WRONG_LENGTH, element="10", length=21, length_expected=20),
        ),
        (f"(01){GTIN}(17)261331", Refused(reason=ScanReason.BAD_ELEMENT, element="17")),
        (f"(01){GTIN}(17)26x231", Refused(reason=ScanReason.BAD_ELEMENT, element="17")),
        (f"(01){GTIN}(10)A B", Refused(reason=ScanReason.BAD_ELEMENT, element="10")),
        (f"]C101{GTIN}5512", Refused(reason=ScanReason.UNKNOWN_ELEMENT, position=16)),
        ("]C1", Refused(reason=ScanReason.EMPTY, length=0)),
        (
            f"]C101{GTIN}01{GTIN}",
            Refused(reason=ScanReason.TWO_SCANS, position=16),
        ),
        (
            f"(01){GTIN}(01){GTIN}",
            Refused(reason=ScanReason.TWO_SCANS, position=18),
        ),
        (
            f"]C101{GTIN}310300043",
            Refused(reason=ScanReason.INCOMPLETE, element="3103", length=5, length_expected=6),
        ),
    ],
)
def test_broken_element_strings_are_refused_with_the_element(text: str, refused: Refused) -> None:
    assert scan(text) == refused


@given(
    gtin=digits(13).map(with_check),
    batch=st.text("ABCxyz019-/", min_size=1, max_size=20),
    grams=st.integers(0, 999_999),
    order=st.permutations(["gtin", "batch", "weight"]),
)
def test_elements_read_back_in_any_order(
    gtin: str, batch: str, grams: int, order: list[str]
) -> None:
    parts = {"gtin": f"01{gtin}", "batch": f"10{batch}{GS}", "weight": f"3103{grams:06d}"}
    found = elements("]C1" + "".join(parts[name] for name in order))
    assert (found.gtin, found.batch, found.quantity_milli) == (gtin, batch, grams)
