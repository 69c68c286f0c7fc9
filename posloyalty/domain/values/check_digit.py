"""Check digits: GS1 modulo 10 for trade codes, and a GF(32) check for codes that people read out.

GS1 modulo 10 (GS1 General Specifications, 7.9.1) catches every single wrong digit and most, not
all, swaps of neighbours. Our own human codes use the totally anti-symmetric operation
`x * y = 2x + y` over the field GF(32) (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004,
for fields of order 2**k): one check character catches every single wrong character and every swap
of two neighbours; since 2 has order 31 there, any swap within 31 characters.
"""

from collections.abc import Sequence

# Crockford's alphabet: no I, L, O, U, so nothing in a code is mistaken for a digit.
HUMAN_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HUMAN_LENGTH_MAX = 31
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_HUMAN_VALUES = {character: value for value, character in enumerate(HUMAN_ALPHABET)}
_DIGITS = frozenset("0123456789")

# Weighted products of the price verifier digit, by digit (GS1 General Specifications, 7.9.3).
_TWO_MINUS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_PLUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_MINUS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


def gs1_check_digit(body: str) -> str:
    """The GS1 modulo 10 check digit of a digit string; raises `ValueError` for other text."""
    if not body or not _DIGITS.issuperset(body):
        raise ValueError("a GS1 check digit is of digits only")
    weighted = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(body)))
    return str(-weighted % 10)


def gs1_is_valid(code: str) -> bool:
    """Whether the last digit is the GS1 check digit of those before it."""
    if len(code) < 2 or not _DIGITS.issuperset(code):
        return False
    return gs1_check_digit(code[:-1]) == code[-1]


def price_verifier_digit(field: str) -> str:
    """The verifier digit inside a price or weight label, for a field of four or five digits.

    GS1 General Specifications 7.9.3: 2875 has 9, 14685 has 6.
    """
    if len(field) not in (4, 5) or not _DIGITS.issuperset(field):
        raise ValueError("a verifier digit is of four or five digits")
    if len(field) == 4:
        weights = (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)
        return str(3 * _weighted(field, weights) % 10)
    total = _weighted(field, (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS))
    return str(_FIVE_MINUS.index(-total % 10))


def human_check_character(body: str) -> str:
    """The check character of a string over `HUMAN_ALPHABET`, at most 30 characters long.

    Raises `ValueError` for a character outside the alphabet or too long a string.
    """
    if len(body) >= HUMAN_LENGTH_MAX:
        raise ValueError("too long for one check character")
    state = 0
    for character in body:
        value = _HUMAN_VALUES.get(character)
        if value is None:
            raise ValueError("a character outside the alphabet")
        state = _double(state ^ value)
    return HUMAN_ALPHABET[state]


def human_is_valid(code: str) -> bool:
    """Whether the last character is the check character of those before it."""
    if not 2 <= len(code) <= HUMAN_LENGTH_MAX or not set(HUMAN_ALPHABET).issuperset(code):
        return False
    return human_check_character(code[:-1]) == code[-1]


def _weighted(field: str, weights: Sequence[Sequence[int]]) -> int:
    return sum(weight[int(digit)] for digit, weight in zip(field, weights, strict=True))


def _double(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 0b100000 else doubled
