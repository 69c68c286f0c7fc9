"""Nothing of the language is there that no scenario plays: every key, every word but the defaults.

The words are those of the JSON Schema, which is made from the readers; what scenarios say is read
from their programmes as each variant changes them. Tables that one reader reads count as one: the
terms of a voucher are an offer's.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import resources
from posloyalty.scenario.files import scenario_files
from posloyalty.scenario.givens.programme import GivenProgramme
from posloyalty.scenario.load import load
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.steps.programme import ReplaceProgramme

SCHEMA: Final = json.loads(resources.read("programme.schema.json"))
ONE_READER: Final = {
    **dict.fromkeys(("voucher", "reward"), "offer"),
    **dict.fromkeys(("friend", "referrer"), "gives"),
    **dict.fromkeys(("buy_on", "get_on", "contains"), "on"),
    **dict.fromkeys(("base", "levels", "bonus_expiry"), "expiry"),
}
TREE: Final = ("all", "any", "not")
DEPTH_MOST: Final = 7
Place = tuple[str, ...]
Word = tuple[str, str]


def test_every_word_of_the_language_is_played_by_a_scenario_that_ships() -> None:
    assert sorted(words_of_the_language() - words_that_are_played()) == []


def test_a_word_that_nobody_plays_is_found() -> None:
    assert ("wallet", "expiry") in words_of_the_language()
    assert ("offers_win", "=entry") in words_of_the_language()
    assert ("when", "month_days") in words_of_the_language()
    assert not {word for word in words_that_are_played() if word[1] == "=never-heard-of"}
    assert len(words_of_the_language()) > 500


def words_of_the_language() -> set[Word]:
    """Each key by its table; each word that may be said for a key, with "=", unless it is meant
    anyway.
    """
    return set(_schema_words(SCHEMA, (), frozenset()))


@cache
def words_that_are_played() -> frozenset[Word]:
    """The same of all that scenarios say."""
    return frozenset(word for text in _texts() for word in _said(tomllib.loads(text), ()))


def _schema_words(schema: Mapping[str, Any], place: Place, above: frozenset[int]) -> Iterator[Word]:
    for one in _alternatives(schema):
        if id(one) in above or len(place) > DEPTH_MOST:
            continue
        inside = above | {id(one)}
        for key, value in one.get("properties", {}).items():
            yield _word(place, key)
            yield from _schema_words(value, (*place, key), inside)
        if "items" in one:
            yield from _schema_words(one["items"], place, inside)
        for word in one.get("enum", ()):
            if isinstance(word, str) and not word.isdigit() and word != one.get("default"):
                yield place[-1], f"={word}"


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        found: Any = SCHEMA
        for part in schema["$ref"].split("/")[1:]:
            found = found[part]
        schema = found
    yield schema
    for how in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(how, ()):
            yield from _alternatives(one)


def _said(value: Any, place: Place) -> Iterator[Word]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield _word(place, key)
            yield from _said(inner, (*place, key))
    elif isinstance(value, list):
        for one in value:
            yield from _said(one, place)
    elif place:
        yield place[-1], f"={value}"


def _word(place: Place, key: str) -> Word:
    table = place[-1] if place else ""
    if table in TREE:
        table = next((one for one in ("when", "need", "on") if one in place), table)
    return ONE_READER.get(table, table), key


def _texts() -> Iterator[str]:
    """The programmes of every variant of every scenario that ships."""
    for path in scenario_files([resources.path("scenarios")]):
        for data in _programmes(path):
            yield data.decode("utf-8-sig")


def _programmes(path: Path) -> set[bytes]:
    read = load(path.read_bytes(), read_beside=lambda name: (path.parent / name).read_bytes())
    assert isinstance(read, Scenario), path
    given = {
        one.data for case in read.cases for one in case.givens if isinstance(one, GivenProgramme)
    }
    steps = [planned.step for case in read.cases for planned in case.steps]
    return given | {one.data for one in steps if isinstance(one, ReplaceProgramme)}
