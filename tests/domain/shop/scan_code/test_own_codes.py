"""Our own codes, foreign member codes, and plain ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.members.short_code import format_short_code, short_code
from posloyalty.domain.shop.scan_code import (
    Charset,
    ForeignMemberCode,
    ForeignRule,
    GiftCardCode,
    MemberShortCode,
    MemberTokenCode,
    OperatorBadge,
    PlainCode,
    ReceiptCode,
    Recognised,
    Refused,
    ScanReason,
    VoucherCode,
)
from posloyalty.domain.values.identifiers import base32_encode
from tests.domain.shop.scan_code.texts import scan

TOKEN = "LP1:" + base32_encode(bytes(range(91)))
payloads = st.binary(min_size=1, max_size=150)


def wide(text: str) -> str:
    """As a Chinese input method would type it."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("LV1:", VoucherCode),
        ("LG1:", GiftCardCode),
        ("LR1:", ReceiptCode),
        ("LB1:", OperatorBadge),
    ],
)
@given(payload=payloads)
def test_our_codes_read_back_from_any_keyboard(
    prefix: str, kind: type[VoucherCode], payload: bytes
) -> None:
    text = prefix + base32_encode(payload)
    expected: Recognised = kind(payload)
    for typed in (text, text.lower(), text.swapcase(), wide(text), text + "\r\n", "\x02" + text):
        assert scan(typed) == expected


def test_codes_that_open_something_do_not_show() -> None:
    secret = base32_encode(b"secret payload")
    for prefix in ("LV1:", "LG1:", "LR1:", "LB1:"):
        shown = repr(scan(prefix + secret))
        assert "secret" not in shown
        assert secret not in shown
    assert TOKEN[4:] not in repr(scan(TOKEN))


def test_a_member_token_is_recognised_whole_and_made_canonical() -> None:
    assert scan(TOKEN) == MemberTokenCode(TOKEN)
    assert scan(TOKEN.lower() + "\r") == MemberTokenCode(TOKEN)
    assert scan(wide(TOKEN)) == MemberTokenCode(TOKEN)


@given(cut=st.integers(4, 149))
def test_half_a_member_token_is_incomplete(cut: int) -> None:
    assert scan(TOKEN[:cut]) == Refused(
        reason=ScanReason.INCOMPLETE, length=cut, length_expected=150
    )


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (TOKEN + TOKEN, Refused(reason=ScanReason.TWO_SCANS, position=150)),
        (TOKEN + "\r\n" + TOKEN, Refused(reason=ScanReason.TWO_SCANS, position=151)),
        (TOKEN[:70] + TOKEN, Refused(reason=ScanReason.TWO_SCANS, position=70)),
        ("6901234567892" + TOKEN, Refused(reason=ScanReason.TWO_SCANS, position=13)),
        ("lv1:aelg1:ae", Refused(reason=ScanReason.TWO_SCANS, position=6)),
        (
            TOKEN + "A",
            Refused(reason=ScanReason.WRONG_LENGTH, length=151, length_expected=150),
        ),
        ("LP1:AB1C", Refused(reason=ScanReason.UNREADABLE, position=6)),
        ("LV1:AB-C", Refused(reason=ScanReason.UNREADABLE, position=6)),
        ("LV1:", Refused(reason=ScanReason.INCOMPLETE, length=4)),
        ("LV1:AAA", Refused(reason=ScanReason.INCOMPLETE, length=7)),
        ("LV1:AB", Refused(reason=ScanReason.INCOMPLETE, length=6)),
        (
            "LV1:" + "A" * 264,
            Refused(reason=ScanReason.TOO_LONG, length=268, length_expected=256),
        ),
        ("LX1:AEBA", Refused(reason=ScanReason.UNKNOWN_PREFIX, position=3)),
        ("https://example.org/a", Refused(reason=ScanReason.UNKNOWN_PREFIX, position=5)),
    ],
)
def test_broken_codes_of_ours_are_refused_with_place_and_reason(
    text: str, refused: Refused
) -> None:
    assert scan(text) == refused


@given(random=st.binary(min_size=5, max_size=5))
def test_a_short_code_is_a_member_however_it_is_typed(random: bytes) -> None:
    code = short_code(random)
    printed = format_short_code(code)
    for typed in (code, code.lower(), printed, printed.lower(), wide(printed), code + "\r\n"):
        assert scan(typed) == MemberShortCode(code)


def test_a_misread_short_code_and_two_of_them_are_refused() -> None:
    assert scan("MC5H-66S3-5T") == Refused(reason=ScanReason.BAD_CHECK_DIGIT, position=11)
    assert scan("MC5H66S35SMC5H66S35S") == Refused(reason=ScanReason.TWO_SCANS, position=10)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WXAB12CD34", ForeignMemberCode("mini-program", "AB12CD34")),
        ("mall:00042", ForeignMemberCode("mall", "00042")),
        ("WXAB12", PlainCode("WXAB12")),  # too short for the rule
        ("WXab12cd34", PlainCode("WXab12cd34")),  # outside its characters
        ("mall:12a45", Refused(reason=ScanReason.UNKNOWN_PREFIX, position=4)),
    ],
)
def test_foreign_member_codes_follow_the_shops_table(
    text: str, found: Recognised | Refused
) -> None:
    assert scan(text) == found


@pytest.mark.parametrize(
    ("charset", "inside", "outside"),
    [
        (Charset.DIGITS, "0189", "01a9"),
        (Charset.HEX, "09afAF", "09ag"),
        (Charset.UPPER_ALPHANUMERIC, "AZ09", "Az09"),
        (Charset.ALPHANUMERIC, "aZ09", "a-09"),
        (Charset.URL_SAFE, "a-_.~Z", "a+b"),
    ],
)
def test_charsets_hold_what_they_say(charset: Charset, inside: str, outside: str) -> None:
    assert charset.characters.issuperset(inside)
    assert not charset.characters.issuperset(outside)


def test_a_foreign_rule_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ForeignRule(scheme="x", prefix="", length_min=0, length_max=3, charset=Charset.HEX)


@pytest.mark.parametrize(
    "text", ["TEA-1", "TEA-1TEA-2", "ABAB", "42", "1234567", "13912345678", "SKU 7/8", "a"]
)
def test_short_readable_texts_are_plain_codes(text: str) -> None:
    assert scan(text) == PlainCode(text)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", Refused(reason=ScanReason.EMPTY, length=0)),
        ("\r\n", Refused(reason=ScanReason.EMPTY, length=0)),
        ("AB\x07C", Refused(reason=ScanReason.UNREADABLE, position=2)),
        ("茶", Refused(reason=ScanReason.UNREADABLE, position=0)),
        ("A\U00020bb7", Refused(reason=ScanReason.UNREADABLE, position=1)),
        ("A\ufffdB", Refused(reason=ScanReason.UNREADABLE, position=1)),
        ("A" * 49, Refused(reason=ScanReason.TOO_LONG, length=49, length_expected=48)),
        ("A" * 401, Refused(reason=ScanReason.TOO_LONG, length=401, length_expected=400)),
        ("TEA-1TEA-1", Refused(reason=ScanReason.TWO_SCANS, position=5)),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(text: str, refused: Refused) -> None:
    assert scan(text) == refused
