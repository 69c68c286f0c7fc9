"""A draft: a programme that can be read, with its file, so that what is said of it has a line.

Shape: `read_draft(bytes, today)` and `read_draft_at(bytes, now)` give a `Draft`, or the findings of
a file that is refused. A `Rule` is any table of the file with what was read of it, whatever its
kind: whoever adds a kind has nothing to do here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, TypeVar

from posloyalty.domain.programme.condition import AllOf
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.finding import Finding, Path
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.load import Loaded, load_file
from posloyalty.domain.values.calendar import store_day

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Rule:
    """A table of the file: where it stands, what it says, and what was read of it."""

    path: Path
    table: Mapping[str, Any]
    item: object

    @property
    def id(self) -> str:
        """Its id; a single table's key."""
        return str(getattr(self.item, "id", self.path[0]))

    @property
    def when(self) -> AllOf | None:
        """Its conditions."""
        return next(self._parts(AllOf), None)

    @property
    def goods(self) -> LineFilter | None:
        """Its goods."""
        return next(self._parts(LineFilter), None)

    def _parts(self, shape: type[Part]) -> Iterator[Part]:
        values = (getattr(self.item, name) for name in _fields_of(type(self.item)))
        return (value for value in values if isinstance(value, shape))


_FIELDS: Final[dict[type, tuple[str, ...]]] = {}


def _fields_of(shape: type) -> tuple[str, ...]:
    found = _FIELDS.get(shape)
    if found is None:
        names = tuple(field.name for field in fields(shape)) if is_dataclass(shape) else ()
        found = _FIELDS[shape] = names
    return found


@dataclass(frozen=True)
class Draft:
    """A programme as its author sees it, on a day."""

    loaded: Loaded
    today: date

    @property
    def programme(self) -> Programme:
        """What was read."""
        return self.loaded.programme

    @property
    def table(self) -> Mapping[str, Any]:
        """What stands in the file."""
        return self.loaded.file.table

    @property
    def first_day(self) -> date:
        """The first day on which the programme can still do something."""
        first = self.programme.scope.first
        return self.today if first is None else max(first, self.today)

    @property
    def last_day(self) -> date | None:
        """The last such day; None when it does not end."""
        return self.programme.scope.last

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every table with what was read of it, in the order of the kinds."""
        programme = self.programme
        kinds: dict[str, Sequence[object]] = {
            "wallet": programme.wallets,
            "earn": programme.earn_rules,
            "multiplier": programme.multipliers,
            "tier_scheme": programme.tier_schemes,
            "offer": programme.offers,
            **programme.declared,
        }
        return tuple(rule for key, items in kinds.items() for rule in self._rules(key, items))

    @cached_property
    def tables(self) -> tuple[tuple[Path, Mapping[str, Any]], ...]:
        """Every table of the file with its path."""
        return tuple(tables(self.table))

    def _rules(self, key: str, items: Sequence[object]) -> Iterator[Rule]:
        tables = self.table.get(key, [])
        if isinstance(tables, Mapping):
            yield from (Rule((key,), tables, item) for item in items)
            return
        # A good file has one item for each table, in the same order.
        for place, (table, item) in enumerate(zip(tables, items, strict=False)):
            yield Rule((key, place), table, item)


def read_draft(data: bytes, today: date) -> Draft | list[Finding]:
    """The draft in a file as of a day, or every reason why it is none."""
    loaded = load_file(data)
    return Draft(loaded, today) if isinstance(loaded, Loaded) else loaded


def read_draft_at(data: bytes, now: datetime) -> Draft | list[Finding]:
    """The same as of an instant: the day is the one that the programme's own zone has then."""
    loaded = load_file(data)
    if not isinstance(loaded, Loaded):
        return loaded
    return Draft(loaded, store_day(now, loaded.programme.zone))


def tables(value: object, path: Path = ()) -> list[tuple[Path, Mapping[str, Any]]]:
    """Every table of a file with its path."""
    found: list[tuple[Path, Mapping[str, Any]]] = []
    _gather(value, path, found)
    return found


def _gather(value: object, path: Path, found: list[tuple[Path, Mapping[str, Any]]]) -> None:
    if isinstance(value, dict):
        found.append((path, value))
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                _gather(inner, (*path, key), found)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _gather(inner, (*path, place), found)


def leaves(value: object) -> Iterator[tuple[str, object]]:
    """Every single value with the last key above it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            for one in inner if isinstance(inner, list) else (inner,):
                if isinstance(one, dict | list):
                    yield from leaves(one)
                else:
                    yield key, one
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
