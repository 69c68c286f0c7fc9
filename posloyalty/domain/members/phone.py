"""Phone numbers as they are kept and compared: digits only, national, as members say them."""

from __future__ import annotations

from typing import Final

DIGITS_LEAST: Final = 5
DIGITS_MOST: Final = 15
WHOLE_LEAST: Final = 8
"""What somebody types who means a whole number has so many digits."""
# A mainland number with its country code in front is the number without it.
_MAINLAND_CODE: Final = "86"
_MAINLAND_LENGTH: Final = 11


def phone_digits(text: str) -> str:
    """The digits of a typed phone number; full-width digits count, anything else is dropped.

    "+86 138 1234 6021" and "138-1234-6021" are the same number. Other country codes stay.
    """
    digits = "".join(str(int(ch)) for ch in text if ch.isdecimal())
    if digits.startswith("00"):
        digits = digits[2:]
    if len(digits) == len(_MAINLAND_CODE) + _MAINLAND_LENGTH and digits.startswith(_MAINLAND_CODE):
        return digits[len(_MAINLAND_CODE) :]
    return digits


def phone_is_plausible(digits: str) -> bool:
    """Whether it is as long as a phone number can be (E.164: at most 15 digits)."""
    return DIGITS_LEAST <= len(digits) <= DIGITS_MOST
