"""Pinyin initials of a product's name, so that "cnn" finds 纯牛奶 without an input method."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTH_MOST: Final = 32
WORDS_KEPT: Final = 8_192
"""Of a word of a name; a shop's articles are made of some thousands."""


def initials(name: str) -> str:
    """The first letter of each Chinese character and of each Latin word, lower case.

    "纯牛奶 Whole 250ml" becomes "cnnw2".
    """
    if name.isascii():
        parts = [name]
    else:
        parts = [part for word in _words_of()(name) for part in _read(word)]
    letters = [word[0] for part in parts for word in part.split()]
    return "".join(letters).lower()[:LENGTH_MOST]


@cache
def _words_of() -> Callable[[str], list[str]]:
    """How pypinyin cuts a name; 20 ms to load, so only when a Chinese name is saved."""
    from pypinyin.seg.simpleseg import seg

    cut: Callable[[str], list[str]] = seg
    return cut


@lru_cache(WORDS_KEPT)
def _read(word: str) -> tuple[str, ...]:
    """The letters of a word as it was cut: how it is read hangs on nothing around it."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.FIRST_LETTER))
