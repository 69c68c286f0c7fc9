"""As much of JSON Schema, draft 7, as the programme schema uses: `faults(value, schema)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
}
SAID_ONLY = {"$schema", "title", "description", "default", "format", "definitions", "then"}


def as_json(value: Any) -> Any:
    """A TOML value as an editor hands it to a schema: days and hours are texts."""
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def faults(value: Any, schema: Any, root: Mapping[str, Any], place: str = "") -> list[str]:
    """Where a value is not as a schema wants it; empty when it is."""
    if schema is True:
        return []
    if schema is False:
        return [f"{place}: not allowed here"]
    found: list[str] = []
    for word, wanted in schema.items():
        if word not in SAID_ONLY:
            found += WORDS[word](value, wanted, schema, root, place)
    return found


def _ref(value: Any, wanted: str, schema: Any, root: Any, place: str) -> list[str]:
    target: Any = root
    for step in wanted.removeprefix("#/").split("/"):
        target = target[step]
    return faults(value, target, root, place)


def _type(value: Any, wanted: str, schema: Any, root: Any, place: str) -> list[str]:
    good = type(value) is TYPES[wanted]
    return [] if good else [f"{place}: {value!r} is no {wanted}"]


def _properties(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    each = [
        faults(value[key], wanted[key], root, f"{place}.{key}") for key in wanted if key in value
    ]
    return [fault for one in each for fault in one]


def _additional(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    more = [key for key in value if key not in schema.get("properties", {})]
    each = [faults(value[key], wanted, root, f"{place}.{key}") for key in more]
    return [fault for one in each for fault in one]


def _items(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    if not isinstance(value, list):
        return []
    each = [faults(one, wanted, root, f"{place}[{n}]") for n, one in enumerate(value)]
    return [fault for one in each for fault in one]


def _required(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [f"{place}.{key}: missing" for key in wanted if key not in value]


def _if(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    return [] if faults(value, wanted, root) else faults(value, schema["then"], root, place)


def _all(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    return [fault for one in wanted for fault in faults(value, one, root, place)]


def _any(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    each = [faults(value, one, root, place) for one in wanted]
    return [] if any(not one for one in each) else [fault for one in each for fault in one]


def _one(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    good = sum(not faults(value, one, root) for one in wanted)
    return [] if good == 1 else [f"{place}: {good} of {len(wanted)} hold"]


def _not(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
    return [] if faults(value, wanted, root) else [f"{place}: must not hold"]


def _bound(name: str) -> Any:
    def check(value: Any, wanted: Any, schema: Any, root: Any, place: str) -> list[str]:
        measured = {
            "minimum": lambda: type(value) is not int or value >= wanted,
            "maximum": lambda: type(value) is not int or value <= wanted,
            "minLength": lambda: not isinstance(value, str) or len(value) >= wanted,
            "maxLength": lambda: not isinstance(value, str) or len(value) <= wanted,
            "minItems": lambda: not isinstance(value, list) or len(value) >= wanted,
            "minProperties": lambda: not isinstance(value, dict) or len(value) >= wanted,
            "pattern": lambda: not isinstance(value, str) or re.search(wanted, value),
            "enum": lambda: value in wanted,
            "const": lambda: value == wanted,
        }
        return [] if measured[name]() else [f"{place}: {value!r} against {name} {wanted!r}"]

    return check


WORDS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "required": _required,
    "if": _if,
    "allOf": _all,
    "anyOf": _any,
    "oneOf": _one,
    "not": _not,
    **{
        name: _bound(name)
        for name in (
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "minProperties",
            "pattern",
            "enum",
            "const",
        )
    },
}


def parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema inside a schema, itself first."""
    if isinstance(schema, dict):
        yield schema
        for one in schema.values():
            yield from parts(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from parts(one)
