"""Which of the scenarios that ship the suite plays: so many that every word is played.

A word is a key of any table, a step, and each word that the language lets one choose from. Whoever
is played says as many words as possible that nobody before said, so the sample is the same until a
scenario is written; `make prove` plays all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import resources

_KEY: Final = re.compile(r"^\s*([a-z_]+) ?=|[{,] *([a-z_]+) ?=", re.MULTILINE)
_TABLE: Final = re.compile(r"^\[+([a-z_.]+)\]", re.MULTILINE)
_STEP: Final = re.compile(r'^step = "([a-z_]+)"', re.MULTILINE)
_TEXT: Final = re.compile(r'"([a-z_]+)"')


def sampled(files: Mapping[str, Path]) -> frozenset[str]:
    """The names of the files that the suite plays."""
    chosen = frozenset(_enumerated(json.loads(resources.read("programme.schema.json"))))
    words = {
        name: words_of(file.read_text(encoding="utf-8"), chosen) for name, file in files.items()
    }
    return frozenset(saying_all(words))


def saying_all(words: Mapping[str, frozenset[str]]) -> list[str]:
    """Those of some names that say all words between them, each what nobody before said."""
    left = frozenset[str]().union(*words.values())
    found = []
    while left:
        best = max(words, key=lambda name: len(words[name] & left))
        found.append(best)
        left -= words[best]
    return found


def words_of(text: str, chosen: frozenset[str]) -> frozenset[str]:
    """What a scenario says: keys, tables, steps, and the words among those to choose from."""
    keys = {one or other for one, other in _KEY.findall(text)}
    steps = {f"step {name}" for name in _STEP.findall(text)}
    return frozenset({*keys, *_TABLE.findall(text), *steps, *(chosen & set(_TEXT.findall(text)))})


def _enumerated(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (str(one) for one in schema.get("enum", ()) if isinstance(schema["enum"], list))
        for value in schema.values():
            yield from _enumerated(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _enumerated(value)
