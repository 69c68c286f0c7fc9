"""What values look like in JSON Schema: texts that are amounts, rates, days and hours.

A pattern is never narrower than the reader of that value; where it is wider, the reader has the
last word.
"""

from __future__ import annotations

from typing import Any, Final

from posloyalty.domain.programme.section import TEXT_LENGTH_MAX

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string", "minLength": 1, "maxLength": TEXT_LENGTH_MAX}
_DECIMAL: Final = r"\d+(\.\d+)?"


def _ref(name: str) -> Json:
    return {"$ref": f"#/definitions/{name}"}


TEXT: Final = _ref("text")
NAMES: Final = _ref("names")
RATE: Final = _ref("rate")
SHARE: Final = _ref("share")
MONEY: Final = _ref("money")
DAY: Final = _ref("day")
HOUR: Final = _ref("hour")
FLAG: Final[Json] = {"type": "boolean"}
NAMES_LIST: Final[Json] = {"type": "array", "items": NAMES}

DEFINITIONS: Final[dict[str, Json]] = {
    "text": _TEXT,
    "names": {
        "description": 'A name: one text, or one for each language: { en = "...", zh_CN = "..." }.',
        "anyOf": [_TEXT, {"type": "object", "minProperties": 1, "additionalProperties": _TEXT}],
    },
    "rate": {
        "description": 'A number of at least zero: whole, or in quotes "1.2", "12.5%" or "3/2".',
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": rf"^\s*({_DECIMAL}\s*%?|\d+\s*/\s*\d+)\s*$"},
        ],
    },
    "share": {
        "description": 'A share from 0 to 1, in quotes: "0.15", "15%" or "3/20".',
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": 1},
            {
                "type": "string",
                "pattern": r"^\s*((0*100(\.0+)?|0*\d{1,2}(\.\d+)?)\s*%"
                r"|0+(\.\d+)?|0*1(\.0+)?|\d+\s*/\s*\d+)\s*$",
            },
        ],
    },
    "money": {
        "description": 'An amount in the programme\'s currency, in quotes: "12.50".',
        "type": "string",
        "pattern": rf"^\s*\+?[^\d\s.+-]{{0,4}}\s*[\d, ]*{_DECIMAL}\s*$",
    },
    "day": {
        "description": "A date without quotes: 2026-11-11.",
        "type": "string",
        "format": "date",
        "pattern": r"^\d{4}-\d\d-\d\d$",
    },
    "hour": {
        "description": 'A time of day: "07:30".',
        "type": "string",
        "pattern": r"^([01]\d|2[0-3])(:?[0-5]\d){0,2}.*$",
    },
}


def whole(least: int, most: int) -> Json:
    """A whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most}


def one_of_words(words: tuple[str, ...]) -> Json:
    """One word of a list."""
    return {"enum": list(words)}


def words(known: tuple[str, ...]) -> Json:
    """A list of texts, or one alone; only those that are known where they are."""
    one = one_of_words(known) if known else TEXT
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]}
