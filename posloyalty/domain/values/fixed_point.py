"""Decimal numbers as people type them, read into scaled integers without passing through a float.

Accepts "12.30", "1,234.50", "-5", ".5" and what a Chinese input method leaves behind: full-width
digits and signs, the ideographic full stop. The text is bounded, grouping must be right, and more
decimals than the scale has are refused rather than cut.
"""

from enum import StrEnum

TEXT_LENGTH_MAX = 40
# Amounts and quantities are stored in 64-bit columns and summed there: keep three digits of room.
VALUE_MAX = 10**15

MINUS = "\N{MINUS SIGN}"
_ASCII_DIGITS = frozenset("0123456789")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH |= {0x3000: 0x20, 0x3002: 0x2E, 0xFF61: 0x2E, 0x2212: 0x2D, 0xFFE5: 0xA5}


class NumberFault(StrEnum):
    """Why a typed number was not accepted."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    BAD_GROUPING = "bad_grouping"
    TOO_MANY_DECIMALS = "too_many_decimals"
    TOO_LARGE = "too_large"


class BadNumber(ValueError):
    """A typed number that cannot be read; `decimals_max` is what the scale allows."""

    def __init__(self, reason: NumberFault, *, text: str, decimals_max: int) -> None:
        super().__init__(f"{reason.value}: {text[:TEXT_LENGTH_MAX]!r}")
        self.reason = reason
        self.text = text[:TEXT_LENGTH_MAX]
        self.decimals_max = decimals_max


def parse_fixed(text: str, *, decimals: int) -> int:
    """Read `text` as an integer scaled by 10**decimals; raises `BadNumber`."""
    fault = _Fault(text, decimals)
    if len(text) > TEXT_LENGTH_MAX:
        raise fault(NumberFault.TOO_LARGE)
    plain = narrow(text).strip()
    if not plain:
        raise fault(NumberFault.EMPTY)
    negative = plain[0] == "-"
    whole, point, fraction = plain.lstrip("+-").partition(".")
    if len(plain) - len(plain.lstrip("+-")) > 1 or not (whole or fraction):
        raise fault(NumberFault.NOT_A_NUMBER)
    if not (_ASCII_DIGITS | {","}).issuperset(whole) or not _ASCII_DIGITS.issuperset(fraction):
        raise fault(NumberFault.NOT_A_NUMBER)
    if not _grouped_rightly(whole):
        raise fault(NumberFault.BAD_GROUPING)
    if len(fraction) > decimals or (point and decimals == 0):
        raise fault(NumberFault.TOO_MANY_DECIMALS)
    value = int((whole.replace(",", "") or "0") + fraction.ljust(decimals, "0"))
    if value > VALUE_MAX:
        raise fault(NumberFault.TOO_LARGE)
    return -value if negative else value


def format_fixed(value: int, *, decimals: int, grouping: bool) -> str:
    """Write a scaled integer with exactly `decimals` places and a true minus sign."""
    whole, fraction = divmod(abs(value), 10**decimals)
    text = f"{whole:,}" if grouping else str(whole)
    if decimals:
        text = f"{text}.{fraction:0{decimals}d}"
    return MINUS + text if value < 0 else text


def narrow(text: str) -> str:
    """Full-width ASCII, as input methods type it, to plain ASCII; everything else stays.

    Narrower than NFKC on purpose: NFKC would also read a superscript two as a digit.
    """
    return text.translate(_FULL_WIDTH)


def _grouped_rightly(whole: str) -> bool:
    if "," not in whole:
        return True
    first, *others = whole.split(",")
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in others)


class _Fault:
    """Builds the error for one text, so that the parser reads as a list of rules."""

    def __init__(self, text: str, decimals: int) -> None:
        self._text = text
        self._decimals = decimals

    def __call__(self, reason: NumberFault) -> BadNumber:
        return BadNumber(reason, text=self._text, decimals_max=self._decimals)
