"""What a step left to look at, and what an expectation says when something else was found.

Shape: a `Seen` holds things by their class (the quote, the sale, the member's state, the books);
an expectation is about one class of thing and answers with `Difference`s, none when all is well.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import StoredCard
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import Account
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.payment import Payment
from posloyalty.services.selling.hold_sale import HeldRow

Thing = TypeVar("Thing")
Value = TypeVar("Value")
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something else than expected: at a place of the file, a wording code of area "scenario"."""

    path: Path
    code: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether a step went through; what it was refused with, when not."""

    refusal: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeen:
    """A member as some books know them, on a day of the programme in effect.

    `identified`: there is a name, or something to find them by.
    """

    state: MemberState
    programme: Programme
    day: date
    identified: bool = False


class Books(ABC):
    """What a till, or head office, knows: members and accounts as of an instant."""

    programme: Programme
    day: date

    @abstractmethod
    def state(self, member: str) -> MemberState | None:
        """A member by the name in the file; None when these books do not know them."""

    @abstractmethod
    def accounts(self) -> Mapping[Account, int]:
        """Every account's balance, credits less debits."""

    def gift_card(self, card: bytes) -> StoredCard | None:
        """A gift card by its id; None when these books do not know it."""
        return None

    def held(self) -> Iterable[HeldRow]:
        """The baskets that were put aside; head office has none."""
        return ()

    def open_payments(self) -> Iterable[Payment]:
        """The payments that somebody has to look after; head office has none."""
        return ()

    @abstractmethod
    def counts(self, owner: bytes) -> Iterable[MeterEntry]:
        """Everything that was counted under an owner who need not be a member."""

    def member(self, member: str) -> MemberSeen | None:
        """A member with the programme and day by which they are looked at."""
        state = self.state(member)
        if state is None:
            return None
        return MemberSeen(
            state=state,
            programme=self.programme,
            day=self.day,
            identified=self.identified(member),
        )

    def identified(self, member: str) -> bool:
        """Whether these books know who a member is; head office does not."""
        return False


class Surroundings(ABC):
    """The world around a step, for expectations that look further than the step itself."""

    seen: dict[str, Seen]
    """What the steps so far left, by their ids."""

    @abstractmethod
    def till_books(self, code: str) -> Books:
        """What a till knows now."""

    @abstractmethod
    def head_office_books(self) -> Books:
        """What head office knows now."""


class Seen:
    """Things by their class."""

    def __init__(self, *things: object) -> None:
        self._things = things

    def of(self, shape: type[Thing]) -> Thing | None:
        """The first thing of a class."""
        return next((thing for thing in self._things if isinstance(thing, shape)), None)

    def has(self, shape: type[Any]) -> bool:
        """Whether there is anything of a class."""
        return any(isinstance(thing, shape) for thing in self._things)

    @property
    def books(self) -> Books | None:
        """The books that were asked."""
        return next((thing for thing in self._things if isinstance(thing, Books)), None)

    @property
    def world(self) -> Surroundings | None:
        """What is around."""
        return next((thing for thing in self._things if isinstance(thing, Surroundings)), None)


Check = Callable[[Seen], Iterable[Difference]]


def differs(path: Path, wanted: str, got: str) -> Difference:
    """One figure that is another."""
    return Difference(path, "DIFFERS", (("wanted", wanted), ("got", got)))


def compared(
    path: Path, wanted: Value, got: Value, write: Callable[[Value], str] = str
) -> Iterator[Difference]:
    """Nothing when they are equal, else the difference as people write it."""
    if wanted != got:
        yield differs(path, write(wanted), write(got))


def compared_by_name(
    path: Path,
    wanted: Mapping[str, int],
    got: Mapping[str, int],
    write: Callable[[str, int], str],
) -> Iterator[Difference]:
    """Figures by name, all of them: what is not stated must not be there, or be nothing."""
    for name in sorted({*wanted, *got}):
        here, there = wanted.get(name), got.get(name)
        if (here or 0) != (there or 0):
            yield differs(
                (*path, name),
                NOTHING if here is None else write(name, here),
                NOTHING if there is None else write(name, there),
            )
