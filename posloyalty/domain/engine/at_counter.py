"""What a declared kind shows at the counter beside a sale, and the registry that finds it.

Shape: a function registered with `shows(Shape, ...)` beside the kind's works gives, for one
declared thing and one member, the rows of the sheet "more for this member": what is read there,
what is asked, and the happening that is recorded. Rows are data: their texts are names out of the
programme file or codes of the wording catalogues, and the till words, previews and books them all
alike (`ui/presenters/doings/declared`). So a kind needs no file of a screen's.

    @shows(Club, heading="doings.of_clubs", place=Place.BELONGS)
    def at_counter(club: Club, at: AtCounter) -> Iterator[Row]: ...

A row says what stands; whether it can be done now is asked by previewing it. A kind that is not of
the product has no words in the catalogues: it brings `Names` instead of codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any, Final, TypeVar

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.standing import Missing
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.declaration import Declared
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import Fact
from posloyalty.domain.shop.operator import Role

Answers = Mapping[str, str]
NOTHING_ASKED: Final[Answers] = {}


@dataclass(frozen=True, slots=True)
class WithWeekday:
    """A day that is written with its weekday: "Sat 12 Dec"."""

    day: date


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the catalogues: its code, such as "doings.through", and its facts, whose names
    say their units as those of a `Reason` do.
    """

    code: str
    facts: tuple[tuple[str, Fact | Names | WithWeekday], ...] = ()


@dataclass(frozen=True, slots=True)
class StillAsked:
    """What a figure still asks for, and until when: "2 days to go, through 3 Dec"."""

    figure: Missing
    through: date | None = None


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a figure is: "3 / 5"."""

    figure: Missing


Text = Names | Said | WithWeekday | StillAsked | HowFar
"""A name out of the programme file, a sentence of the catalogues, a day, a figure on its way."""


def said(code: str, /, **facts: Fact | Names | WithWeekday) -> Said:
    """A sentence with its facts named."""
    return Said(code, tuple(facts.items()))


class AskedAs(StrEnum):
    """How an answer is given: a text, a whole number of at least 0, or one of some options."""

    TEXT = "text"
    NUMBER = "number"
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to be answered; `length_most` in characters, `options` as (value, text)."""

    name: str
    label: Text
    kind: AskedAs = AskedAs.TEXT
    value: str = ""
    hint: Text | None = None
    length_most: int = 40
    options: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """How what was done just now is taken back, by whom at the least.

    `by` makes the happening that does so from what was done; without it the whole act is undone.
    """

    by: Callable[[Consequences], Happening] | None = None
    role: Role = Role.CASHIER


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the sheet; `also` is said behind `sub`. Without a `verb` it is only read.

    `sample` are the answers with which it is previewed before anybody answered, None where that
    would say nothing. `does` makes the happening from the answers. `role` records it at least.
    `quiet`: what it would give is said by the row already; only why it is refused is asked.
    """

    id: str
    icon: str
    title: Text
    sub: Text | None = None
    also: tuple[Text, ...] = ()
    amount: Text | None = None
    verb: Text | None = None
    role: Role = Role.CASHIER
    asks: tuple[Ask, ...] = ()
    sample: Answers | None = field(default=None, hash=False)
    does: Callable[[Answers], Happening] | None = None
    back: WayBack | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCounter:
    """A member at a till on a day of the programme's zone.

    `under` reads everybody's rights by a code, `counts` what an owner counted since a day; both
    only while rows are made.
    """

    programme: Programme
    state: MemberState
    day: date
    store: StoreContext
    under: Callable[[str], tuple[Right, ...]]
    counts: Callable[[bytes, date], Iterable[MeterEntry]]

    @property
    def member_id(self) -> bytes:
        """Whose rows they are."""
        return self.state.member_id

    def held(self, kind: str) -> tuple[Right, ...]:
        """The member's own rights of a kind that hold on the day."""
        return tuple(r for r in self.state.rights if r.kind == kind and r.good_on(self.day))


class Place(IntEnum):
    """Where a group stands on the sheet; inside a place it goes by its id."""

    BROUGHT = 1  # what the member has in their hand
    PROVES = 2  # who they are
    USES = 3  # what they own
    DOES = 4
    SAYS = 5
    WINS = 6
    BELONGS = 7
    BY_HAND = 8  # what only the shop's people do


def whole(answers: Answers, name: str) -> int:
    """A whole number that was typed or chosen; 0 for nothing."""
    text = answers.get(name, "")
    return int(text) if text.isdecimal() else 0


Heading = Names | Said
Item = TypeVar("Item", bound=Declared)
Showing = Callable[[Any, AtCounter], Iterable[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """How one kind is shown: its heading and the function that makes its rows."""

    shape: type[Any]
    heading: Heading
    place: Place
    rows: Showing


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """The rows of the kinds that share a heading."""

    heading: Heading
    place: Place
    rows: tuple[Row, ...]


SHOWN: dict[type[Any], Shows] = {}


def order_of(heading: Heading) -> str:
    """By what headings of one place go: the same in every language."""
    return heading.text if isinstance(heading, Names) else heading.code


def shows(
    shape: type[Item], *, heading: Heading, place: Place
) -> Callable[
    [Callable[[Item, AtCounter], Iterable[Row]]], Callable[[Item, AtCounter], Iterable[Row]]
]:
    """Register how things of a shape are shown at the counter; raises ValueError for a shape that
    another function shows: which of them held would hang on the order of imports.
    """

    def register(
        rows: Callable[[Item, AtCounter], Iterable[Row]],
    ) -> Callable[[Item, AtCounter], Iterable[Row]]:
        if shape in SHOWN:
            raise ValueError(f"{shape.__name__} is shown by another function already")
        SHOWN[shape] = Shows(shape=shape, heading=heading, place=place, rows=rows)
        return rows

    return register


def shown_at(at: AtCounter) -> tuple[ShownGroup, ...]:
    """Every group that has rows for the member: by place, then heading, never by who registered."""
    found: dict[tuple[Place, str], tuple[Heading, list[Row]]] = {}
    for one in sorted(SHOWN.values(), key=_order):
        rows = [row for item in at.programme.of(one.shape) for row in one.rows(item, at)]
        if rows:
            found.setdefault(_order(one)[:2], (one.heading, []))[1].extend(rows)
    return tuple(
        ShownGroup(heading=heading, place=place, rows=tuple(rows))
        for (place, _), (heading, rows) in found.items()
    )


def _order(one: Shows) -> tuple[Place, str, str, str]:
    return one.place, order_of(one.heading), one.shape.__module__, one.shape.__name__
