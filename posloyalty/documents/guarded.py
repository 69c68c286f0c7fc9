"""Texts that a spreadsheet would take for something else, kept by an apostrophe before them.

Shape: `guarded(text)` is how a table writes a code or a name, `unguarded(text)` what it says. A
spreadsheet opens the file, shows the apostrophe or takes it for its own mark, and saves the file
again: either way the same text is read back. Without it 001 comes back as 1, 3-4 as a day, and
=cmd is run.
"""

from __future__ import annotations

import re
from typing import Final

FORMULA_SIGNS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\t",
    "\r",
    "\n",
)
"""What a formula begins with, also as Chinese input methods write it: spreadsheets there take a
full-width sign for the narrow one.
"""
_APOSTROPHE: Final = "'"
_MONTH: Final = (
    "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    "|oct(ober)?|nov(ember)?|dec(ember)?)"
)
_MONEY: Final = "(nt|hk|us|mop|rmb|cn|[sacr])?[$\xa3\xa5€₩₹₫฿₱\uff04\uffe1\uffe5\uffe6]"
_INSIDE: Final = r"[\d\s.,:/+%e\uff05\uff0c\uff0e\uff0f\uff1a-]*"
_TAKEN_FOR_ANOTHER: Final = re.compile(
    rf"[(\uff08]?\s*({_MONEY})?\s*[(\uff08+\u2212-]?\s*\.?\d{_INSIDE}([ap]m?)?[)\uff09]?\s*({_MONEY})?"
    rf"|\d+[\s/.-]*{_MONTH}([\s/.-]*\d+)*|{_MONTH}[\s/.-]*\d+([\s/.,-]*\d+)*"
    r"|(上午|下午)?\s*\d[\d\s:年月日时時分秒]*|true|false",
    re.IGNORECASE,
)
"""A number (also with an exponent, as 1E5, or in brackets, where it is below nothing), money, a day
or time (as 3-4, MAR1 or 3月4日), or a truth.
"""

_PLAIN_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,10}")
"""What comes back as it went: with twelve digits a spreadsheet writes 6.9E+11."""


def guarded(text: str) -> str:
    """A code or a name as a table has it."""
    return _APOSTROPHE + text if _would_change(text) else text


def unguarded(text: str) -> str:
    """What a cell says that may have been guarded, also by somebody who marks each number so."""
    meant = text.removeprefix(_APOSTROPHE)
    return meant if _would_change(meant) or _PLAIN_NUMBER.fullmatch(meant) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it."""
    return text.startswith(FORMULA_SIGNS) or text.lstrip().startswith(FORMULA_SIGNS)


def _would_change(text: str) -> bool:
    # Some programs take an apostrophe at the beginning of any text for the mark, and drop it.
    return (
        is_formula(text)
        or text.startswith(_APOSTROPHE)
        or (
            _PLAIN_NUMBER.fullmatch(text) is None
            and _TAKEN_FOR_ANOTHER.fullmatch(text.strip()) is not None
        )
    )
