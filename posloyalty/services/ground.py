"""What the services of one till stand on, in one record; and how a service takes it.

Shape: `Ground` holds ports and `rules`, a question about the shop's settings that is asked whenever
it matters, because a manager may change them while the till runs. A service that derives from
`Grounded` finds each part under its own name; what else it needs its `__init__` asks for. What all
of them ask every time stands here: the instant in the shop's zone, and the programme in effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.right_of_way import RightOfWay

if TYPE_CHECKING:
    from posloyalty.domain.programme.definition import Programme
    from posloyalty.services.ports import Book, Chance, Clock, Ids, Reader, UnitOfWork
    from posloyalty.services.programmes.programmes import Programmes
    from posloyalty.services.selling.counter_facts import CounterRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The book with its clock, ids and chance, the programmes in it, the counter's rules, and its
    right of way over what can wait.
    """

    book: Book
    clock: Clock
    ids: Ids
    chance: Chance
    programmes: Programmes
    rules: Callable[[], CounterRules]
    way: RightOfWay = field(default_factory=RightOfWay)


class Grounded:
    """A service that stands on a `Ground`."""

    def __init__(self, ground: Ground) -> None:
        self._book = ground.book
        self._clock = ground.clock
        self._ids = ground.ids
        self._chance = ground.chance
        self._programmes = ground.programmes
        self._rules = ground.rules
        self._way = ground.way

    def _now(self, at: datetime | None = None) -> datetime:
        """Now, or an instant that is given, in the shop's zone."""
        return (self._clock.now() if at is None else at).astimezone(self._rules().zone)

    def _in_effect(self, reader: Reader | UnitOfWork, at: datetime | None = None) -> Programme:
        """The programme in effect now, or at an instant. Raises `ServiceRefusal` NO_PROGRAMME."""
        found = self._programmes.at(reader, self._clock.now() if at is None else at)
        if found is None:
            raise ServiceRefusal("NO_PROGRAMME")
        return found
