"""The member's short code, as it is made, typed, misread and printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.members.short_code import format_short_code, parse_short_code, short_code
from posloyalty.domain.values.check_digit import HUMAN_ALPHABET

draws = st.binary(min_size=5, max_size=5)


@pytest.mark.parametrize(
    ("random", "code", "printed"),
    [
        (bytes(5), "M00000000V", "M000-0000-0V"),
        (b"\xff" * 5, "MZZZZZZZZR", "MZZZ-ZZZZ-ZR"),
        (b"abcde", "MC5H66S35S", "MC5H-66S3-5S"),
    ],
)
def test_codes_are_frozen(random: bytes, code: str, printed: str) -> None:
    assert short_code(random) == code
    assert format_short_code(code) == printed


@given(random=draws)
def test_a_code_reads_back_however_it_is_typed(random: bytes) -> None:
    code = short_code(random)
    printed = format_short_code(code)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in printed)
    misread = printed.replace("0", "O").replace("1", "l")
    for typed in (code, printed, printed.lower(), code + "\r\n", f" {code} ", wide, misread):
        assert parse_short_code(typed) == code


@given(left=draws, right=draws)
def test_different_draws_make_different_codes(left: bytes, right: bytes) -> None:
    assert (short_code(left) == short_code(right)) == (left == right)


@given(random=draws)
def test_a_code_is_never_bare_digits(random: bytes) -> None:
    code = short_code(random)
    assert not code.isdigit()
    assert len(code) == 10
    assert set(HUMAN_ALPHABET).issuperset(code)


@given(random=draws, place=st.integers(0, 9), other=st.sampled_from(HUMAN_ALPHABET))
def test_one_wrong_character_is_noticed(random: bytes, place: int, other: str) -> None:
    code = short_code(random)
    wrong = code[:place] + other + code[place + 1 :]
    assert parse_short_code(wrong) == (code if wrong == code else None)


@given(text=st.text())
def test_any_text_is_a_code_or_none(text: str) -> None:
    code = parse_short_code(text)
    assert code is None or parse_short_code(code) == code


@pytest.mark.parametrize("text", ["", "M", "6901234567892", "M" * 40, "MC5H66S35", "MC5H66S35SS"])
def test_other_texts_are_no_codes(text: str) -> None:
    assert parse_short_code(text) is None


def test_a_code_takes_five_random_bytes() -> None:
    with pytest.raises(ValueError, match="5 random"):
        short_code(b"1234")
