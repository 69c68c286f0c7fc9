"""The smallest of a till's services, for tests: the drawer, what a programme declares, cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class FakeDrawer:
    """Counts how often it was opened."""

    opened: int = 0

    def open(self) -> None:
        self.opened += 1


@dataclass
class FakeProgrammes:
    """A programme that declares nothing to do beside buying, unless the test says so."""

    declared: frozenset[type] = frozenset()

    def declares(self, kinds: Iterable[type]) -> frozenset[type]:
        return self.declared & frozenset(kinds)


@dataclass
class FakeAboutCards:
    """Says of each card that it is asked about what the test says; nothing, out of reach."""

    says: object = None
    asked: list[str] = field(default_factory=list)

    def ask(self, token: str) -> object:
        self.asked.append(token)
        return self.says
