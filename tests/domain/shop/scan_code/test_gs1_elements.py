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


@pytest.mark.parametrize(
    ("ai", "length_min", "length_max"),
    [
        ("10", 1, 20),
        ("20", 2, 2),
        ("21", 1, 20),
        ("22", 1, 20),
        ("235", 1, 28),
        ("240", 1, 30),
        ("241", 1, 30),
        ("250", 1, 30),
        ("30", 1, 8),
        ("37", 1, 8),
        ("3100", 6, 6),
        ("3165", 6, 6),
        ("3205", 6, 6),
        ("3909", 1, 15),
        ("3910", 4, 18),
        ("3920", 1, 15),
        ("3939", 4, 18),
        ("3943", 4, 4),
        ("3955", 6, 6),
        ("400", 1, 30),
        ("420", 1, 20),
        ("422", 3, 3),
        ("7003", 10, 10),
        ("8005", 6, 6),
        ("8008", 8, 12),
        ("8020", 1, 25),
        ("8200", 1, 70),
        ("90", 1, 30),
        ("91", 1, 90),
        ("99", 1, 90),
    ],
)
def test_values_have_the_lengths_of_the_standard(ai: str, length_min: int, length_max: int) -> None:
    for length in (length_min, length_max):
        value = "1" * length
        assert elements(f"(01){GTIN}({ai}){value}").elements[1] == (ai, value)
    assert scan(f"(01){GTIN}({ai})" + "1" * (length_max + 1)) == Refused(
        reason=ScanReason.WRONG_LENGTH,
        element=ai,
        length=length_max + 1,
        length_expected=length_max,
    )
    assert scan(f"(01){GTIN}({ai})" + "1" * (length_min - 1)) == Refused(
        reason=ScanReason.INCOMPLETE,
        element=ai,
        length=length_min - 1,
        length_expected=length_min,
    )


@pytest.mark.parametrize("ai", ["14", "18", "3106", "317", "3944", "3956", "418", "89"])
def test_identifiers_outside_the_table_are_named_as_unknown(ai: str) -> None:
    found = scan(f"]C101{GTIN}{ai}" + "1" * 20)
    assert found == Refused(reason=ScanReason.UNKNOWN_ELEMENT, position=16)


@pytest.mark.parametrize(
    ("ai", "body"), [("00", "10614141123456789"), ("02", "0950110153000"), ("410", "950110153100")]
)
def test_keys_of_the_standard_are_checked_by_their_last_digit(ai: str, body: str) -> None:
    right = with_check(body)
    assert elements(f"({ai}){right}").elements == ((ai, right),)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert scan(f"({ai}){wrong}") == Refused(
        reason=ScanReason.BAD_CHECK_DIGIT, element=ai, expected=right[-1]
    )


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
