"""Effects: what an offer takes off, in one of three shapes, and the registry of their kinds.

A `TotalEffect` is one discount on its goods together, an `EachEffect` one for every line alone, a
`PieceEffect` picks pieces: so many of these and those make a group, and some of the pieces of a
group cost less. A kind is a small file in `effects/`: a frozen dataclass of one of the shapes, and
a reader registered under the key that files use.

All reckoning is exact until a discount is rounded, once per offer and sale, as its `rounding` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.reduction import Reduction
from posloyalty.domain.programme.section import Section


class Scope(StrEnum):
    """Which stage an offer belongs to, in their order."""

    LINE = "line"
    BUNDLE = "bundle"
    ORDER = "order"


class Effect(ABC):
    """What every shape has."""

    __slots__ = ()

    @abstractmethod
    def explanation(self) -> Reason:
        """What the customer gets, for the receipt and the cashier."""

    @property
    def most_minor(self) -> int | None:
        """The most that one use takes off; None where that depends on the goods."""
        return None

    def explained(self, amount_minor: int, quantity_milli: int) -> Reason:
        """The same for the goods that it lowered, as they came to it."""
        return self.explanation()

    def bound(self, facts: Facts) -> Effect:
        """The effect for one sale, where it depends on the member."""
        return self


class TotalEffect(Effect):
    """One discount on goods together. Never more on less goods."""

    __slots__ = ()

    @property
    def smooth(self) -> bool:
        """Whether less to pay before it never leaves more to pay after it; a cliff is not."""
        return True

    @abstractmethod
    def total(self, amount_minor: int, quantity_milli: int) -> int:
        """The discount on goods that come to an amount, from 0 to it."""

    def most_total(self, amount_minor: int, quantity_milli: int, whole_minor: int) -> int:
        """The most that it takes off goods that came to a whole before others lowered them."""
        return self.total(amount_minor, quantity_milli)

    def next_step(self, amount_minor: int) -> int | None:
        """The amount at which it takes more all at once; None where there is none ahead."""
        return None


class EachEffect(Effect):
    """A discount of every line alone. Never more on less, and never leaves more of less."""

    __slots__ = ()

    @abstractmethod
    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """The discount of one line, from 0 to its amount."""


class Stock(NamedTuple):
    """The pieces of a line that may be picked: their number and, for choosing, the shown price of
    one in thousandths of a minor unit. `place` is the line's in canonical order.
    """

    place: int
    pieces: int
    price: int


@dataclass(slots=True)
class Picked:
    """The pieces of some groups by line: all that take part, and those of them that cost less."""

    used: dict[int, int] = field(default_factory=dict)
    lowered: dict[int, int] = field(default_factory=dict)


class PieceEffect(Effect):
    """Groups of pieces. `parts` say what goods a group is made of; only those of `lowers` cost
    less, and pieces of goods that no offer may lower can stand in the other parts.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def parts(self) -> tuple[LineFilter | None, ...]:
        """The goods of each part; None for the offer's own goods."""

    @property
    @abstractmethod
    def lowers(self) -> tuple[int, ...]:
        """The places of the parts whose pieces cost less."""

    @property
    @abstractmethod
    def reduction(self) -> Reduction:
        """By what the lowered pieces cost less."""

    @property
    @abstractmethod
    def lowered_per_group(self) -> int:
        """How many pieces of a group cost less."""

    @property
    def nested(self) -> bool:
        """Whether more groups never take less off."""
        return True

    @property
    def gift(self) -> bool:
        """Whether the pieces are given: then they are in no minimum spend of their own offer."""
        return False

    @abstractmethod
    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """How many groups the pieces make, whatever they cost, within what the effect allows in
        one sale.
        """

    @abstractmethod
    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The pieces of so many groups; `times` is at most `most_times`."""


EffectReader = Callable[[Section, str, Scope], Effect]
EFFECTS: dict[str, EffectReader] = {}
OWN_SCOPE: dict[str, Scope] = {}


def effect(key: str, scope: Scope | None = None) -> Callable[[EffectReader], EffectReader]:
    """Register a kind of effect under the key that files use, with the scope that it has unless
    the file says otherwise.
    """

    def register(reader: EffectReader) -> EffectReader:
        EFFECTS[key] = reader
        if scope is not None:
            OWN_SCOPE[key] = scope
        return reader

    return register
