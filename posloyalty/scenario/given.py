"""What is given before a scenario begins, and the registry that finds the kinds.

A kind is read table by table by a reader registered with `gives`; each table may be several
`Given`s. They are put into the book of every till, in the order of their stages: first the shop and
the people, then past purchases are rung, then programmes come into effect and members get what they
own. What is put in is journalled as the real thing would be, so that a book always proves itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from posloyalty.scenario.block import Block
from posloyalty.services.ports import UnitOfWork

if TYPE_CHECKING:
    from posloyalty.scenario.placed_till import PlacedTill


class Stage(IntEnum):
    """When it is put into the book."""

    SHOP = 1
    PEOPLE = 2
    PROGRAMMES = 3  # past purchases are rung before this
    OWNED = 4


class Given(Protocol):
    """One thing that is there from the start."""

    @property
    def stage(self) -> Stage: ...  # noqa: D102

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Put it into a till's book; the unit is the stage's, shared with others."""
        ...


@runtime_checkable
class Past(Protocol):
    """One thing that was done before the scenario begins, on a till as in its steps."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def till(self) -> str: ...  # noqa: D102

    def do(self, till: PlacedTill) -> None:
        """Do it; the clock stands at its instant."""
        ...


GivenReader = Callable[[Block], Iterable[Given | Past]]


@dataclass(frozen=True, slots=True)
class GivenKind:
    """A kind: the key of its tables, the key that names one, and the reader of one table."""

    key: str
    name: str
    read: GivenReader


GIVENS: dict[str, GivenKind] = {}


def gives(key: str, *, name: str = "id") -> Callable[[GivenReader], GivenReader]:
    """Register a reader under the key that files use: `[[product]]`, told apart by `name`."""

    def register(reader: GivenReader) -> GivenReader:
        GIVENS[key] = GivenKind(key, name, reader)
        return reader

    return register
