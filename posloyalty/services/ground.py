"""What the services of one till stand on, in one record; and how a service takes it.

Shape: `Ground` holds ports and `rules`, a question about the shop's settings that is asked whenever
it matters, because a manager may change them while the till runs. A service that derives from
`Grounded` finds each part under its own name; what else it needs its `__init__` asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posloyalty.services.check_out import CounterRules
    from posloyalty.services.ports import Book, Chance, Clock, Ids
    from posloyalty.services.programmes import Programmes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The book with its clock, ids and chance, the programmes in it, and the counter's rules."""

    book: Book
    clock: Clock
    ids: Ids
    chance: Chance
    programmes: Programmes
    rules: Callable[[], CounterRules]


class Grounded:
    """A service that stands on a `Ground`."""

    def __init__(self, ground: Ground) -> None:
        self._book = ground.book
        self._clock = ground.clock
        self._ids = ground.ids
        self._chance = ground.chance
        self._programmes = ground.programmes
        self._rules = ground.rules
