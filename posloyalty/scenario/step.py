"""Steps: what may happen in a scenario, and the registry that finds the kinds.

A step is read from one `[[when]]` by a reader registered with `step`; it is a value with a `run`
that does the thing on the real services of a till and answers what is to be looked at. `gives`
names the classes of those things, so that an expectation that cannot be met is found on reading.

    @step("sale", gives=(Quote, Sale, Consequences))
    def read_sale(block: Block) -> Step: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from posloyalty.scenario.block import Block
from posloyalty.scenario.seen import Difference

if TYPE_CHECKING:
    from posloyalty.scenario.scene import Scene


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step gave: things to look at, and what it found wrong by itself."""

    things: tuple[object, ...] = ()
    differences: tuple[Difference, ...] = ()


NOTHING_SEEN = Outcome()


class Step(Protocol):
    """One thing that happens. `member` is the member it is about, "" for nobody."""

    @property
    def member(self) -> str: ...  # noqa: D102

    def run(self, scene: Scene) -> Outcome:
        """Do it. Refusals of the services pass through: the runner compares them."""
        ...


StepReader = Callable[[Block], Step]


@dataclass(frozen=True, slots=True)
class StepKind:
    """A kind: its word in files, what its steps give, and the reader of one table."""

    key: str
    gives: tuple[type[Any], ...]
    read: StepReader


STEPS: dict[str, StepKind] = {}


def step(key: str, *, gives: tuple[type[Any], ...] = ()) -> Callable[[StepReader], StepReader]:
    """Register a reader under the word that files use: `step = "sale"`."""

    def register(reader: StepReader) -> StepReader:
        STEPS[key] = StepKind(key, gives, reader)
        return reader

    return register
