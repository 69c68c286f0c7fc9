"""The words by which a name is found: its own, its pinyin and its initials.

Shape: "王小雨" gives 王小雨 小雨 雨 wangxiaoyu xiaoyu yu wxy xy; "Anna Lopez" gives anna lopez
annalopez al. Every tail of a Chinese name is a word, so that a prefix search finds any part of it,
two characters as well as one. A search word is folded the same way (`folded`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

WORDS_MAX: Final = 40
WORDS_AS: Final = 1
"""Which release of this rule it is: words made by another one find nobody. It goes up with every
change of what `name_words` gives.
"""

# Characters read otherwise as a family name; the dictionary gives the common reading.
FAMILY_READINGS: Final = {
    "曾": "zeng",
    "单": "shan",
    "單": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "任": "ren",
    "朴": "piao",
    "区": "ou",
    "區": "ou",
    "盖": "ge",
    "尉": "yu",
    "翟": "zhai",
    "缪": "miao",
    "乐": "yue",
    "樂": "yue",
}
_HAN: Final = re.compile("[\u4e00-\u9fff]+")
"""Characters that have one form, no accent and no case, as nearly every Chinese name has alone."""
_ASCII: Final = {code: " " for code in range(128) if not chr(code).isalnum()}


def folded(text: str) -> str:
    """Text as it is compared: one form of each letter, no accents, lower case, no marks."""
    if text.isascii():
        return text.translate(_ASCII).lower()
    plain = unicodedata.normalize("NFKD", text)
    kept = (ch for ch in plain if not unicodedata.combining(ch))
    return "".join(ch if ch.isalnum() else " " for ch in kept).lower()


def name_words(name: str) -> list[str]:
    """The words of a name, without doubles, the longest forms first; bounded to `WORDS_MAX`."""
    if _HAN.fullmatch(name):
        return list(dict.fromkeys(_chinese_words(name)))[:WORDS_MAX]
    words: dict[str, None] = {}
    parts = folded(name).split()
    latin = [part for part in parts if not _chinese(part)]
    for part in parts:
        for word in _chinese_words(part) if _chinese(part) else [part]:
            words[word] = None
    if len(latin) > 1:
        words["".join(latin)] = None
        words["".join(part[0] for part in latin)] = None
    return list(words)[:WORDS_MAX]


def _chinese_words(part: str) -> list[str]:
    readings = [_reading(ch) for ch in part]
    readings[0] = FAMILY_READINGS.get(part[0], readings[0])
    tails = range(len(part))
    words = [part[i:] for i in tails]
    pinyin, at = "".join(readings), 0
    for reading in readings:
        words.append(pinyin[at:])
        at += len(reading)
    initials = "".join([reading[:1] for reading in readings])
    words += [initials[i:] for i in tails[:-1]]
    return words


def _chinese(part: str) -> bool:
    return any("\u2e80" <= ch <= "\u9fff" or ch >= "\U00020000" for ch in part)


@cache
def _reading(character: str) -> str:
    # Imported late: the dictionary takes a tenth of a second, and only names need it.
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(character, errors="ignore")
    return found[0] if found else character
