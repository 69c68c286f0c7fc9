"""The member's short code: what a person reads out or types when the card cannot be scanned.

`M7K4-QW9D-2X`: the letter M, eight random characters (40 bits) of Crockford's alphabet, one check
character that catches every single wrong character and every swap. It names a member and proves
nothing: what may be done with it is the programme's matter.
"""

from posloyalty.domain.values.check_digit import HUMAN_ALPHABET, human_check_character
from posloyalty.domain.values.own_codes import (
    MEMBER_SHORT_GROUPS,
    MEMBER_SHORT_LEAD,
    member_short_code,
)

RANDOM_BYTES = 5


def short_code(random: bytes) -> str:
    """Make a canonical code of ten characters from five random bytes, which the caller draws.

    40 bits leave one chance in two million of a clash with one of 500,000 members: whoever stores
    the code draws again when it is taken.
    """
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a short code takes {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random, "big")
    digits = [HUMAN_ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5)]
    body = MEMBER_SHORT_LEAD + "".join(digits)
    return body + human_check_character(body)


def parse_short_code(typed: str) -> str | None:
    """The canonical code behind what was typed or scanned; None when it is not a valid one."""
    return member_short_code(typed)


def format_short_code(code: str) -> str:
    """A canonical code in the groups that cards and screens show."""
    groups = []
    start = 0
    for length in MEMBER_SHORT_GROUPS:
        groups.append(code[start : start + length])
        start += length
    return "-".join(groups)
