"""From what a scanner or a keyboard delivered to clean text, or the reason why it is none.

Line ends, framing characters, byte order marks and full-width characters of an input method go;
an AIM symbology identifier (ISO/IEC 15424) in front is taken off. What is left is printable ASCII
and the group separator of GS1 codes.
"""

from dataclasses import dataclass

from posloyalty.domain.shop.scan_code.recognised import Refused, ScanReason
from posloyalty.domain.values.fixed_point import narrow

TEXT_LENGTH_MAX = 400
GROUP_SEPARATOR = "\x1d"
DIGITS = frozenset("0123456789")

_FRAMING = " \t\r\n\0\x02\x03\x04\ufeff\u200b"
_BETWEEN_SCANS = frozenset("\t\r\n\x02\x03")


@dataclass(frozen=True, slots=True)
class Reading:
    """Clean text and the symbology identifier, such as "]C1", when the scanner sends one."""

    text: str
    aim: str | None = None

    @property
    def digits(self) -> str | None:
        """The text when it is nothing but digits."""
        return self.text if DIGITS.issuperset(self.text) else None


def read(raw: str, aim: str | None = None) -> Reading | Refused:
    """Clean a scan; refuses what is empty, too long, unreadable or two lines."""
    if len(raw) > TEXT_LENGTH_MAX:
        return Refused(reason=ScanReason.TOO_LONG, length=len(raw), length_expected=TEXT_LENGTH_MAX)
    text = narrow(raw).strip(_FRAMING)
    if len(text) >= 3 and text[0] == "]" and text[1].isascii() and text[1].isalpha():
        aim, text = aim or text[:3], text[3:].strip(_FRAMING)
    if not text:
        return Refused(reason=ScanReason.EMPTY, length=0)
    for position, character in enumerate(text):
        if character in _BETWEEN_SCANS:
            return Refused(reason=ScanReason.TWO_SCANS, position=position + 1)
        if not (" " <= character <= "~" or character == GROUP_SEPARATOR):
            return Refused(reason=ScanReason.UNREADABLE, position=position)
    return Reading(text, aim)
