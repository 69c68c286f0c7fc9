"""Check digits: known codes of the standards, and what each check promises to catch."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from posloyalty.domain.values.check_digit import (
    HUMAN_ALPHABET,
    gs1_check_digit,
    gs1_is_valid,
    human_check_character,
    human_is_valid,
    price_verifier_digit,
)

bodies = st.text(HUMAN_ALPHABET, min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("body", "digit"),
    [
        ("37610425002123456", "9"),  # the example of GS1 General Specifications 7.9.1
        ("629104150021", "3"),
        ("950110153100", "0"),
        ("690123456789", "2"),
        ("03600024145", "7"),
        ("9638507", "4"),
        ("978030640615", "7"),
    ],
)
def test_gs1_digits_of_known_codes(body: str, digit: str) -> None:
    assert gs1_check_digit(body) == digit
    assert gs1_is_valid(body + digit)
    assert not any(gs1_is_valid(body + other) for other in "0123456789" if other != digit)


@pytest.mark.parametrize("code", ["", "1", "a", "12a", "１２"])
def test_what_is_no_digits_is_not_valid(code: str) -> None:
    assert not gs1_is_valid(code)


@pytest.mark.parametrize("body", ["", "12a", "²"])
def test_no_check_digit_of_other_text(body: str) -> None:
    with pytest.raises(ValueError, match="digits only"):
        gs1_check_digit(body)


@pytest.mark.parametrize(("field", "digit"), [("2875", "9"), ("14685", "6"), ("0000", "0")])
def test_price_verifier_digits_of_the_standards_examples(field: str, digit: str) -> None:
    assert price_verifier_digit(field) == digit


def weighted(digit: int, factor: int, tens: int) -> int:
    """The rule behind the standard's tables: the product with its tens added or taken away."""
    product = digit * factor
    return (product + tens * (product // 10)) % 10


@given(field=st.text("0123456789", min_size=4, max_size=4))
def test_four_digit_verifiers_follow_the_weighting_rule(field: str) -> None:
    a, b, c, d = map(int, field)
    total = weighted(a, 2, -1) + weighted(b, 2, -1) + weighted(c, 3, 0) + weighted(d, 5, -1)
    assert price_verifier_digit(field) == str(total * 3 % 10)


@given(field=st.text("0123456789", min_size=5, max_size=5))
def test_five_digit_verifiers_follow_the_weighting_rule(field: str) -> None:
    a, b, c, d, e = map(int, field)
    total = weighted(a, 5, 1) + weighted(b, 2, -1) + weighted(c, 5, -1)
    total += weighted(d, 5, 1) + weighted(e, 2, -1)
    verifier = int(price_verifier_digit(field))
    assert (total + weighted(verifier, 5, -1)) % 10 == 0


@pytest.mark.parametrize("field", ["123", "123456", "12a4"])
def test_a_price_verifier_covers_four_or_five_digits(field: str) -> None:
    with pytest.raises(ValueError, match="four or five"):
        price_verifier_digit(field)


@pytest.mark.parametrize("length", [4, 5])
def test_every_single_wrong_price_digit_is_caught(length: int) -> None:
    for number in range(0, 10**length, 37):
        field = f"{number:0{length}d}"
        for place in range(length):
            wrong = field[:place] + str((int(field[place]) + 1) % 10) + field[place + 1 :]
            assert price_verifier_digit(wrong) != price_verifier_digit(field)


@given(body=bodies, data=st.data())
def test_every_single_wrong_character_is_caught(body: str, data: st.DataObject) -> None:
    code = body + human_check_character(body)
    assert human_is_valid(code)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(HUMAN_ALPHABET))
    assume(other != code[place])
    assert not human_is_valid(code[:place] + other + code[place + 1 :])


@given(body=bodies, data=st.data())
def test_every_swap_of_two_characters_is_caught(body: str, data: st.DataObject) -> None:
    code = list(body + human_check_character(body))
    first = data.draw(st.integers(0, len(code) - 1))
    second = data.draw(st.integers(0, len(code) - 1))
    assume(code[first] != code[second])
    code[first], code[second] = code[second], code[first]
    assert not human_is_valid("".join(code))


@pytest.mark.parametrize("body", ["0" * 31, "AIB", "a", "É"])
def test_no_check_character_of_foreign_or_long_text(body: str) -> None:
    with pytest.raises(ValueError, match=r"too long|outside"):
        human_check_character(body)
    assert not human_is_valid(body + "0")
