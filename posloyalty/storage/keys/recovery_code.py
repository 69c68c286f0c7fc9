"""The recovery code: 120 bits in eight groups of four characters, each group checked by itself.

    7K2M-QX9R-...        32 characters of Crockford's alphabet, without I, L, O, U

The fourth character of a group is the check character of the group's number and its other three
(see `values/check_digit`), so that a typing mistake is found at once and named by its group, and
two groups that changed places are found too. The code never leaves memory but on paper.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.values.check_digit import HUMAN_ALPHABET, human_check_character
from posloyalty.services.book.book_keys import MistypedCode

GROUPS: Final = 8
SECRET_BYTES: Final = 15
_BODY: Final = 3
_READ_AS: Final = str.maketrans("ILO", "110")


def write_code(secret: bytes) -> str:
    """The code of 15 random bytes."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a recovery secret has {SECRET_BYTES} bytes")
    value = int.from_bytes(secret, "big")
    characters = ""
    for _ in range(GROUPS * _BODY):
        value, digit = divmod(value, len(HUMAN_ALPHABET))
        characters = HUMAN_ALPHABET[digit] + characters
    groups = [characters[i : i + _BODY] for i in range(0, len(characters), _BODY)]
    return "-".join(body + _check(number, body) for number, body in enumerate(groups))


def read_code(text: str) -> bytes:
    """The secret of a typed code, whatever its case, dashes and blanks; raises `MistypedCode`."""
    plain = "".join(ch for ch in text.upper() if ch.isalnum()).translate(_READ_AS)
    if len(plain) != GROUPS * (_BODY + 1):
        raise MistypedCode(0)
    value = 0
    for number in range(GROUPS):
        group = plain[number * (_BODY + 1) : (number + 1) * (_BODY + 1)]
        body = group[:_BODY]
        if not set(HUMAN_ALPHABET).issuperset(group) or _check(number, body) != group[_BODY]:
            raise MistypedCode(number + 1)
        for character in body:
            value = value * len(HUMAN_ALPHABET) + HUMAN_ALPHABET.index(character)
    return value.to_bytes(SECRET_BYTES, "big")


def _check(number: int, body: str) -> str:
    return human_check_character(HUMAN_ALPHABET[number] + body)
