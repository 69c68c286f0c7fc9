"""The characters and words of one way of writing, by reading, the most used first.

Shape of `resources/lexicon/<language>.txt`, in parts under headings:

    [family]      family names in one line, the most borne first
    [given]       characters of given names in one line, the most used first
    [syllables]   a syllable in pinyin (ü as v), a tab, the same in zhuyin or nothing
    [characters]  a syllable, a tab, its characters as 小3177: sign, tone (5 is light), weight
    [words]       syllables as xiao'yu, a tab, its words as 小雨93: word, weight; keys in order

A weight is ten times the binary logarithm of how often the word was counted. Lines are kept as they
stand and taken apart when they are asked for: reading a file takes a tenth of a second, away from
the GUI thread. `tools/make_lexicon.py` makes the files.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import resources

SCRIPTS: Final = {"zh_CN": "zh_CN", "zh_TW": "zh_TW", "en": "zh_CN"}
HEADINGS: Final = ("[family]", "[given]", "[syllables]", "[characters]", "[words]")
LINES_KEPT: Final = 512
FIRST_MOST: Final = 12
_WORD: Final = re.compile(r"([^\d ]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Sign:
    """One character in one reading; `tone` is 1 to 5."""

    text: str
    tone: int
    weight: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word of two characters or more."""

    text: str
    weight: int


class Lexicon:
    """What one file says; made by `read_lexicon`."""

    def __init__(self, lines: list[str]) -> None:
        family, given, syllables, characters, words = (lines.index(head) for head in HEADINGS)
        self.family = _places(lines[family + 1 : given])
        self.given = _places(lines[given + 1 : syllables])
        self.zhuyin = dict(_parted(lines[syllables + 1 : characters]))
        self._signs = dict(_parted(lines[characters + 1 : words]))
        self._words = dict(_parted(line for line in lines[words + 1 :] if line))
        self._keys = list(self._words)
        self.signs = lru_cache(LINES_KEPT)(self._read_signs)
        self.first_signs = lru_cache(LINES_KEPT)(self._read_first)
        self.words = lru_cache(LINES_KEPT)(self._read_words)

    @property
    def syllables(self) -> Iterable[str]:
        """Every syllable that has characters."""
        return self._signs.keys()

    def _read_signs(self, syllable: str) -> tuple[Sign, ...]:
        """The characters of a syllable, in order of use; none for what is no syllable."""
        return _signs(self._signs.get(syllable, "").split(" "))

    def _read_first(self, syllable: str) -> tuple[Sign, ...]:
        """The most used characters of a syllable, without looking at the hundreds behind them."""
        return _signs(self._signs.get(syllable, "").split(" ", FIRST_MOST)[:FIRST_MOST])

    def _read_words(self, key: str) -> tuple[Word, ...]:
        """The words whose syllables are exactly these, such as "xiao'yu", in order of use."""
        found = _WORD.findall(self._words.get(key, ""))
        return tuple(Word(text, int(weight)) for text, weight in found)

    def longer(self, key: str, most: int) -> tuple[Word, ...]:
        """The `most` weightiest words that go on after these syllables."""
        begin = bisect_left(self._keys, f"{key}'")
        end = bisect_left(self._keys, f"{key}(")  # the sign after the apostrophe
        found = [word for at in range(begin, end) for word in self.words(self._keys[at])]
        return tuple(sorted(found, key=lambda word: -word.weight)[:most])


def read_lexicon(language: str) -> Lexicon:
    """Read what the screens' language writes with; English offers Simplified characters."""
    return Lexicon(resources.text(f"lexicon/{SCRIPTS[language]}.txt").split("\n"))


def _signs(told: list[str]) -> tuple[Sign, ...]:
    return tuple(Sign(sign[0], int(sign[1]), int(sign[2:])) for sign in told if sign)


def _places(lines: list[str]) -> dict[str, int]:
    return {sign: place for place, sign in enumerate("".join(lines))}


def _parted(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        key, _, told = line.partition("\t")
        yield key, told
