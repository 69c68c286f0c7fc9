"""A part of a world: something that people do beside the acts of every world."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.restored import RestorableTill


class Part:
    """Does nothing by itself; each part says in which kinds of worlds it does something."""

    def greet(self, till: RestorableTill) -> None:
        """A till joins."""

    def happens(self, till: RestorableTill) -> None:
        """Somebody was at a till; something more may happen there."""

    def settled(self) -> bool:
        """All is said; whether nothing more is to be done for that reason."""
        return True

    def check(self) -> None:
        """Once all is said; raises AssertionError where something does not hold."""
