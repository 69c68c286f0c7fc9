"""EAN, UPC and GTIN-14: recognised in one canonical form, or refused with the right digit."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from posloyalty.domain.shop.scan_code import (
    Gs1Elements,
    PlainCode,
    ProductCode,
    Refused,
    ScanReason,
    ScanRules,
    canonical_gtin,
    printed_gtin,
)
from posloyalty.domain.shop.scan_code.gtin import expand_upc_e
from tests.domain.shop.scan_code.texts import digits, scan, with_check

NO_RULES = ScanRules()


@pytest.mark.parametrize(
    ("text", "aim", "gtin"),
    [
        ("6901234567892", None, "06901234567892"),
        ("9780306406157", None, "09780306406157"),
        ("036000241457", None, "00036000241457"),
        ("0036000241457", "]E0", "00036000241457"),  # the same article, as a scanner sends UPC-A
        ("96385074", None, "00000096385074"),
        ("96385074", "]E4", "00000096385074"),
        ("04252614", None, "00042100005264"),  # UPC-E
        ("04252614", "]E0", "00042100005264"),
        ("00012348", "]E4", "00000000012348"),  # by the scanner's word no UPC-E
        ("10614141000415", None, "10614141000415"),
        ("09501101530003", "]I1", "09501101530003"),
    ],
)
def test_trade_codes_come_out_as_one_canonical_gtin(text: str, aim: str | None, gtin: str) -> None:
    assert scan(text, aim=aim, rules=NO_RULES) == ProductCode(gtin)


def test_ean_13_and_upc_a_of_one_article_are_equal() -> None:
    assert scan("036000241457") == scan("0036000241457") == scan("00036000241457")


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01234505", "012000003455"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("01234592", "012345000096"),
    ],
)
def test_upc_e_expands_by_its_last_digit(upc_e: str, upc_a: str) -> None:
    expanded = expand_upc_e(upc_e)
    assert expanded is not None
    assert expanded[:11] == upc_a[:11]
    assert with_check(expanded[:11])[:11] == upc_a[:11]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6901234567891", "2"),
        ("036000241450", "7"),
        ("96385070", "4"),
        ("04252613", "4"),
        ("10614141000410", "5"),
    ],
)
def test_a_wrong_check_digit_is_refused_with_the_right_one(text: str, expected: str) -> None:
    assert scan(text) == Refused(
        reason=ScanReason.BAD_CHECK_DIGIT, position=len(text) - 1, expected=expected
    )


@given(body=st.one_of(digits(7), digits(11), digits(12), digits(13)))
def test_every_good_code_of_a_gtins_length_is_a_product(body: str) -> None:
    code = with_check(body)
    found = scan(code, rules=NO_RULES)
    assert isinstance(found, ProductCode)
    assert len(found.gtin) == 14
    # A product that was scanned is found again by its canonical number.
    assert scan(found.gtin, rules=NO_RULES) == found


@given(body=digits(12), wrong=st.integers(1, 9))
def test_no_wrong_check_digit_passes(body: str, wrong: int) -> None:
    right = with_check(body)
    code = body + str((int(right[-1]) + wrong) % 10)
    assert scan(code, rules=NO_RULES) == Refused(
        reason=ScanReason.BAD_CHECK_DIGIT, position=12, expected=right[-1]
    )


def test_what_the_shop_sells_decides_between_ean_8_and_upc_e() -> None:
    # The check digit is right either way: by itself this is the UPC-E of 012345000058.
    text = "01234558"
    ean_8, upc_e = text.zfill(14), "00012345000058"
    assert scan(text, rules=NO_RULES) == ProductCode(upc_e)
    assert scan(text, rules=ScanRules(known_codes={ean_8})) == ProductCode(ean_8)
    assert scan(text, rules=ScanRules(known_codes={ean_8}), aim="]E0") == ProductCode(upc_e)


@pytest.mark.parametrize(
    ("text", "addon"), [("977147396801212", "12"), ("978030640615751999", "51999")]
)
def test_magazines_and_books_keep_their_add_on(text: str, addon: str) -> None:
    assert scan(text) == ProductCode("0" + text[:13], addon)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("69012345678926901234567892", 13),
        ("690123456789296385074", 13),
        ("963850746901234567892", 8),
        ("0360002414576901234567892", 12),
        ("690123456789269", 13),  # one scan and the beginning of the next
        ("6901234567892\r6901234567892", 14),
        ("6901234567892\t96385074", 14),
    ],
)
def test_two_scans_run_together_are_noticed(text: str, position: int) -> None:
    assert scan(text) == Refused(reason=ScanReason.TWO_SCANS, position=position)


@given(first=digits(12), second=digits(12))
@example(first="010004000204", second="030000000000")  # begins like an element string
def test_no_two_ean_13_run_together_pass_as_one_code(first: str, second: str) -> None:
    found = scan(with_check(first) + with_check(second))
    # Some such numbers are whole element strings, article and batch: nobody can tell them apart.
    assume(not isinstance(found, Gs1Elements))
    assert found == Refused(reason=ScanReason.TWO_SCANS, position=13)


@pytest.mark.parametrize(
    ("text", "aim", "length_expected"), [("690123456", "]E0", 13), ("96385", "]E4", 8)]
)
def test_half_a_scan_is_noticed_when_the_scanner_names_the_symbology(
    text: str, aim: str, length_expected: int
) -> None:
    assert scan(text, aim=aim) == Refused(
        reason=ScanReason.INCOMPLETE, length=len(text), length_expected=length_expected
    )


def test_a_number_of_the_shops_own_needs_no_check_digit() -> None:
    assert scan("2000000000007", rules=ScanRules(known_codes={"2000000000007"})) == PlainCode(
        "2000000000007"
    )
    assert scan("6901234567892") == ProductCode("06901234567892")


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("6901234567892", "06901234567892"),
        ("04252614", "00042100005264"),
        ("96385074", "00000096385074"),
        ("6901234567891", None),
        ("690", None),
        ("690123456789x", None),
        ("６９０１２３４５６７８９２", None),
    ],
)
def test_catalogues_bring_codes_to_the_same_form(text: str, gtin: str | None) -> None:
    assert canonical_gtin(text) == gtin


@pytest.mark.parametrize(
    ("canonical", "printed"),
    [
        ("06901234567892", "6901234567892"),
        ("00042100005264", "0042100005264"),
        ("00000096385074", "96385074"),
        ("16901234567899", "16901234567899"),
        ("20001", "20001"),
        ("", ""),
    ],
)
def test_people_see_a_code_as_it_is_printed_and_it_leads_back(canonical: str, printed: str) -> None:
    assert printed_gtin(canonical) == printed
    if len(canonical) == 14:
        assert canonical_gtin(printed) == canonical
