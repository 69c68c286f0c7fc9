"""Looking a message up by language, area and key, and filling its facts in."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import cache
from string import Formatter
from typing import Final

import resources
from posloyalty.wording.filling import filled

LANGUAGES: Final = ("zh_CN", "zh_TW", "en")
FALLBACK: Final = "en"
_MANY: Final = 1000
_ABSENT: Final = "\0"
"""What a catalogue says of a key that it lacks; the key itself may be a good message ("yes")."""


class MissingWording(KeyError):
    """No language has a message of this code."""


class Words:
    """Messages of one language. Cheap to make; the catalogues are read once per process."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no wording in {language!r}; there is {', '.join(LANGUAGES)}")
        self.language = language

    def __call__(self, code: str, /, **facts: object) -> str:
        """The message of a code, such as "pay.change", with its facts filled in.

        One with plural forms goes by its fact `n` or `count`, else by its first fact.
        Raises `MissingWording` when no language has it, and KeyError when a fact is not given.
        """
        area, key = _split(code)
        for language in (self.language, FALLBACK):
            count = _count_fact(language, area, key)
            if count is None:
                text = _catalogue(language, area).gettext(key)
            else:
                text = _catalogue(language, area).ngettext(key, key, _number(facts[count]))
            if text != _ABSENT:
                return filled(text, facts, apart=language != FALLBACK)
        raise MissingWording(code)

    def counted(self, code: str, n: int, /, **facts: object) -> str:
        """The message of a code for `n` things; `{n}` is filled in."""
        area, key = _split(code)
        for language in (self.language, FALLBACK):
            text = _catalogue(language, area).ngettext(key, key, n)
            if text != _ABSENT:
                return filled(text, {"n": n, **facts}, apart=language != FALLBACK)
        raise MissingWording(code)

    def has(self, code: str, /) -> bool:
        """Whether this language itself (not the fallback) has a message of this code."""
        area, key = _split(code)
        catalogue = _catalogue(self.language, area)
        return {catalogue.gettext(key), catalogue.ngettext(key, key, 1)} != {_ABSENT}

    def listed(self, names: Iterable[str], /) -> str:
        """Names one after the other, parted as the language parts them."""
        return self("app.between").join(names)


def _split(code: str) -> tuple[str, str]:
    area, dot, key = code.partition(".")
    if not dot:
        raise MissingWording(code)
    return area, key


@cache
def _catalogue(language: str, area: str) -> gettext.NullTranslations:
    try:
        place = resources.path(f"translations/{language}/{area}.mo")
    except FileNotFoundError:
        return _Nothing()
    with place.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    catalogue.add_fallback(_Nothing())
    return catalogue


@cache
def _count_fact(language: str, area: str, key: str) -> str | None:
    """The fact that a message with plural forms goes by; None for any other message."""
    text = _catalogue(language, area).ngettext(key, key, _MANY)
    names = [name for _, name, _, _ in Formatter().parse(text) if name]
    if text == _ABSENT or not names:
        return None
    return next((name for name in ("n", "count") if name in names), names[0])


def _number(fact: object) -> int:
    """A count as it is written; what is no whole number has the form of many."""
    digits = str(fact).replace(",", "")
    return int(digits) if digits.isdecimal() else _MANY


class _Nothing(gettext.NullTranslations):
    """Has no message."""

    def gettext(self, message: str) -> str:
        """Absent."""
        return _ABSENT

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Absent."""
        return _ABSENT
