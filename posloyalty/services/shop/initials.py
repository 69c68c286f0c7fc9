"""Pinyin initials of a product's name, so that "cnn" finds 纯牛奶 without an input method."""

from __future__ import annotations

from typing import Final

LENGTH_MOST: Final = 32


def initials(name: str) -> str:
    """The first letter of each Chinese character and of each Latin word, lower case.

    "纯牛奶 Whole 250ml" becomes "cnnw2".
    """
    if name.isascii():
        parts = [name]
    else:
        # 20 ms to load: only when a Chinese name is saved.
        from pypinyin import Style, lazy_pinyin

        parts = lazy_pinyin(name, style=Style.FIRST_LETTER)
    letters = [word[0] for part in parts for word in part.split()]
    return "".join(letters).lower()[:LENGTH_MOST]
