"""Runs become a schema: what a table may hold, what it must, and what one answer rules out.

Shape: JSON Schema, draft 7, which editors know. Every table refuses keys that no run asked for. A
key that depends on a word, on a kind or on another key is allowed or forbidden by an "if" on that.
A schema is at least as wide as the readers: what only they can know stays theirs, such as names of
things that must be declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from inspect import getmodule
from typing import Any, Final

from posloyalty.domain.programme import earn_rule, offer, tier_scheme, wallet
from posloyalty.domain.programme.condition import CONDITIONS
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.programme.load import read_table
from posloyalty.domain.programme.schema.explore import explore
from posloyalty.domain.programme.schema.recording import Learned, Place, Question, Recording, Run
from posloyalty.domain.programme.schema.typed import DEFINITIONS, Json

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_TABLES: Final = {
    "wallet": wallet,
    "tier_scheme": tier_scheme,
    "earn": earn_rule,
    "multiplier": earn_rule,
    "offer": offer,
}


def programme_schema() -> Json:
    """The schema of a programme file, with all kinds that are registered now."""
    learned, whole_files = Learned(), list[Run]()

    def start(run: Run) -> object:
        if not run.focus:
            whole_files.append(run)  # the first of all, again whenever it learned something
        else:
            run.levels = dict(whole_files[-1].levels)
        return read_table(Recording({}, (), run), run, b"")

    runs = explore(start, learned)
    whole = _Tables(runs).table(())
    described(whole["properties"], _file_docs())
    definitions: dict[str, Json] = dict(DEFINITIONS)
    while set(learned.shared) - set(definitions):
        for name in sorted(set(learned.shared) - set(definitions)):
            definitions[name] = _definition(name, runs[0], learned)
    described(definitions["conditions"]["properties"], _docs(CONDITIONS))
    return {
        "$schema": DRAFT,
        "title": "POS Loyalty programme",
        **whole,
        "definitions": {name: definitions[name] for name in sorted(definitions)},
    }


def _definition(name: str, base: Run, learned: Learned) -> Json:
    reader, place = learned.shared[name], f"#{name}"

    def start(run: Run) -> object:
        run.scales, run.levels = dict(base.scales), dict(base.levels)
        return reader(Recording({}, (place,), run))

    return _Tables(explore(start, learned)).table((place,))


def described(properties: Json, docs: dict[str, str]) -> None:
    """Give properties what is said of them, where something is."""
    for key, text in docs.items():
        if isinstance(properties.get(key), dict) and text:
            properties[key] = {"description": text, **_whole_ref(properties[key])}


def _whole_ref(schema: Json) -> Json:
    # Beside "$ref" everything else is ignored in draft 7.
    return {"allOf": [schema]} if "$ref" in schema else schema


def _file_docs() -> dict[str, str]:
    docs = {key: _first_line(module.__doc__) for key, module in _TABLES.items()}
    return docs | _docs({key: one.read for key, one in DECLARATIONS.items()})


def _docs(readers: dict[str, Any]) -> dict[str, str]:
    return {key: _first_line(getattr(getmodule(r), "__doc__", "")) for key, r in readers.items()}


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n\n")[0].replace("\n", " ")


@dataclass(slots=True)
class _Tables:
    """The tables of some runs, which are sorted by place once: there are a thousand of them."""

    runs: Sequence[Run]
    _at: dict[Place, list[Run]] = field(init=False, default_factory=dict)
    _asked: dict[Place, dict[Question, list[Run]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for run in self.runs:
            for place in filter(run.is_about, run.seen):
                self._at.setdefault(place, []).append(run)
            for question in (one for one in run.asked if run.is_about(one.place)):
                self._asked.setdefault(question.place, {}).setdefault(question, []).append(run)

    def table(self, place: Place) -> Json:
        """The schema of a table, with those below it."""
        runs = self._at.get(place, [])
        ref = next((run.refs[place] for run in runs if place in run.refs), None)
        if ref is not None:
            return {"$ref": f"#/definitions/{ref}"}
        keys = list(dict.fromkeys(key for run in runs for key in run.seen[place]))
        schema: Json = {
            "type": "object",
            "additionalProperties": False,
            "properties": {key: self._property(runs, place, key) for key in keys},
        }
        required = _required(runs, place)
        if required:
            schema["required"] = sorted(required, key=keys.index)
        rules = [*self._kinds(runs, place), *self._ruled_out(runs, place)]
        if rules:
            schema["allOf"] = rules
        return schema

    def _property(self, runs: Iterable[Run], place: Place, key: str) -> Json:
        found: list[Json] = []
        for run in runs:
            seen = run.seen[place].get(key)
            if seen is not None and seen.schema not in found:
                found.append(seen.schema)
        if len(found) > 1:
            # A default that depends on something else is no default.
            plain = [{k: v for k, v in one.items() if k != "default"} for one in found]
            found = [one for n, one in enumerate(plain) if one not in plain[:n]]
        typed = [self._below(one) for one in found if one] or [{}]
        return typed[0] if len(typed) == 1 else {"anyOf": typed}

    def _below(self, schema: Json) -> Json:
        if "$place" in schema:
            return self.table(schema["$place"])
        if "$place" in schema.get("items", ()):
            return {**schema, "items": self.table(schema["items"]["$place"])}
        if any("$place" in str(one) for one in schema.get("anyOf", ())):
            return {"anyOf": [self._below(one) for one in schema["anyOf"]]}
        return schema

    def _kinds(self, runs: Sequence[Run], place: Place) -> Iterator[Json]:
        """Exactly one key of those that name a kind, where there always must be one."""
        for question, asked in self._questions(place, "kind"):
            if len(asked) == len(runs):
                yield {"oneOf": [{"required": [key]} for key in question.key.split()]}

    def _questions(self, place: Place, *sorts: str) -> Iterator[tuple[Question, list[Run]]]:
        """What was asked at a place, each with the runs that asked it."""
        for question, runs in self._asked.get(place, {}).items():
            if question.sort in sorts:
                yield question, runs

    def _ruled_out(self, runs: Sequence[Run], place: Place) -> Iterator[Json]:
        """What each answer forbids and asks for."""
        seen = {id(run): _Seen.of(run, place) for run in runs}
        whole = _Seen.joined(seen.values())
        for question, asked in self._questions(place, "kind", "word", "flag", "in"):
            options = asked[0].asked[question][0]
            answered = {id(run) for run in asked}
            silent = [one for key, one in seen.items() if key not in answered]
            own = {question.key, *(question.key.split() if question.sort == "kind" else ())}
            for option in options:
                # A run that was not asked says something about files with every answer.
                under = [seen[id(run)] for run in asked if run.asked[question][1] == option]
                left = _Seen.joined([*silent, *under])
                then: Json = {}
                if whole.keys - left.keys - own:
                    then["properties"] = dict.fromkeys(sorted(whole.keys - left.keys - own), False)
                if left.required - whole.required - own:
                    then["required"] = sorted(left.required - whole.required - own)
                if then:
                    vacuous = option == options[0] and question.key not in whole.required
                    yield {"if": _is(question, option, vacuous), "then": then}


@dataclass(frozen=True, slots=True)
class _Seen:
    """The keys that runs ask for at a place, and those that all of them must have."""

    keys: frozenset[str]
    required: frozenset[str]

    @classmethod
    def of(cls, run: Run, place: Place) -> _Seen:
        """What one run asks for."""
        seen = run.seen[place]
        return cls(frozenset(seen), frozenset(key for key, one in seen.items() if one.required))

    @classmethod
    def joined(cls, seen: Iterable[_Seen]) -> _Seen:
        """What several ask for together; nobody must have what nobody asks for."""
        different = set(seen)
        if not different:
            return cls(frozenset(), frozenset())
        keys = frozenset().union(*(one.keys for one in different))
        required = frozenset.intersection(*(one.required for one in different))
        return cls(keys, required)


def _required(runs: Sequence[Run], place: Place) -> set[str]:
    """What must be there in every run."""
    each = [{key for key, seen in run.seen[place].items() if seen.required} for run in runs]
    return set.intersection(*each) if each else set()


def _is(question: Question, option: object, vacuous: bool) -> Json:
    """The test whether an answer is given; `vacuous` where it also is without the key."""
    if question.sort == "kind":
        return {"required": [str(option)]}
    if question.sort == "in":
        there: Json = {"required": [question.key]}
        return there if option is True else {"not": there}
    test: Json = {"properties": {question.key: {"const": option}}}
    return test if vacuous else {**test, "required": [question.key]}
