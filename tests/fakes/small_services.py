"""The smallest of a till's services, for tests: the drawer, what a programme declares, cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from posloyalty.domain.members.member import Identifier


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
class FakeAboutMembers:
    """Finds whom the test says, once each; `finds` puts them into the till's members."""

    finds: dict[Identifier, Callable[[], None]] = field(default_factory=dict)
    asked: list[Identifier] = field(default_factory=list)

    def asks(self, whom: Identifier) -> bool:
        return whom not in self.asked

    def ask(self, whom: Identifier) -> bool:
        self.asked.append(whom)
        if whom in self.finds:
            self.finds[whom]()
        return whom in self.finds


@dataclass
class FakeAboutCards:
    """Says of each card that it is asked about what the test says; nothing, out of reach."""

    says: object = None
    asked: list[str] = field(default_factory=list)

    def ask(self, token: str) -> object:
        self.asked.append(token)
        return self.says
