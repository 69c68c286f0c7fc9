"""The roll at a till: members of the chain whom its book does not have, found like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.sync.wire.profiles import Item
from posloyalty.sync.wire.roll import RollGiven


class RollFault(Exception):
    """The disk, or a sheet that this release cannot read: the roll is to be heard anew."""


@dataclass(frozen=True, slots=True)
class RollHeld:
    """The roll that members are found by: of a store, or of the chain (`store` empty), and up to
    where of the feed it stands.
    """

    store: str
    cursor: str
    members: int


class RollReads(Protocol):
    """Asking it, from any lane."""

    @property
    def held(self) -> RollHeld | None:
        """The one that is in place."""
        ...

    def by_identifier(self, kind: IdentifierKind, value: str) -> tuple[bytes, ...]:
        """Ids of the members found by exactly this value."""
        ...

    def item(self, member_id: bytes) -> Item | None:
        """All that head office told of a member; None for somebody who is not on it."""
        ...


class RollStore(RollReads, Protocol):
    """Loading one, for the lane that hears. Whatever raises `RollFault` leaves the roll in place
    as it was.
    """

    @property
    def words_form(self) -> str:
        """The form of arranged words (`RollGiven.words`) that is taken."""
        ...

    def begin(self, given: RollGiven, *, store: str) -> int:
        """Load a roll; gives how many of its sheets are there already."""
        ...

    def add(self, sheets: Sequence[bytes]) -> int:
        """The next sheets; gives how many are there now."""
        ...

    def arrange(self) -> bool:
        """Something of what is left to do once all sheets are there; whether there was any."""
        ...

    def put_in_place(self) -> RollHeld:
        """From now on members are found by the roll that was loaded."""
        ...

    def discard(self) -> None:
        """Let go of what was loaded so far."""
        ...

    def strike(self, member_ids: Sequence[bytes]) -> None:
        """These are no more: nothing of them stays on the roll that is in place."""
        ...
