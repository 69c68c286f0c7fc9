"""Facts filled into a message, set apart as Chinese sets figures and Latin apart from characters.

A message is written once, what is filled in differs: a day is "11 月 28 日" on a screen and
"2026-11-28" in a file, a programme is "咖啡会" or "Coffee Club". Where a fact meets a character of
the message, a space stands between them if the fact has a Latin letter or a figure there, and none
behind a count or a day that ends in its own unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Final

# Kept are the messages that were filled in lately; there are fewer than this in a language's areas
# that a till shows.
KEPT: Final = 4096
_Piece = tuple[str, str]


def filled(text: str, facts: Mapping[str, object], *, apart: bool) -> str:
    """A message with its facts; `apart` in a language of characters. KeyError for a missing one."""
    if not apart or "{" not in text:
        return text.format(**facts)
    said = ""
    for literal, field in _pieces(text):
        said = _behind_fact(said, literal) if said else literal
        if field:
            said = _before_fact(said, field.format(**facts))
    return said


def _before_fact(said: str, fact: str) -> str:
    if said and fact and _is_character(said[-1]) and _is_latin(fact[0]):
        return f"{said} {fact}"
    return said + fact


def _behind_fact(said: str, literal: str) -> str:
    """What follows a fact; `said` ends with it."""
    if not literal:
        return said
    if _is_latin(said[-1]) and _is_character(literal[0]):
        return f"{said} {literal}"
    spaced = len(literal) > 1 and literal[0] == " " and _is_character(literal[1])
    if spaced and _ends_in_its_unit(said):
        return said + literal[1:]
    return said + literal


def _ends_in_its_unit(said: str) -> bool:
    """Whether the last word is a unit, as the 日 of "28 日" and the 分 of "300 分" are."""
    before, space, unit = said.rpartition(" ")
    return bool(space) and 0 < len(unit) <= 2 and _all_characters(unit) and before[-1:].isdigit()


def _all_characters(text: str) -> bool:
    return all(_is_character(one) for one in text)


def _is_character(one: str) -> bool:
    return "\u3400" <= one <= "\u9fff"


def _is_latin(one: str) -> bool:
    return one.isascii() and one.isalnum()


@lru_cache(maxsize=KEPT)
def _pieces(text: str) -> tuple[_Piece, ...]:
    """The message taken apart: literal text, and the field behind it as a message of its own."""
    return tuple(
        (literal, "" if name is None else _field(name, spec or "", conversion))
        for literal, name, spec, conversion in Formatter().parse(text)
    )


def _field(name: str, spec: str, conversion: str | None) -> str:
    told = f"!{conversion}" if conversion else ""
    return f"{{{name}{told}{':' + spec if spec else ''}}}"
