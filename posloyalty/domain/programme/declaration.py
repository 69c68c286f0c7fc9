"""Declarations: the kinds of things that a programme file may declare, and who reads each.

A kind is one small file in `kinds/`: a frozen dataclass with an `id`, and a reader registered with
`declares` under the key of its tables. `[[voucher]]` tables are read one by one; a kind that is
declared `single` has one table, such as `[gift_card]`. What a kind does stands in `engine/works/`.

    @declares("voucher", Voucher, until=Until.ITS_OWN_END)
    def read_voucher(section: Section) -> Voucher | None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar, runtime_checkable

from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section


class Declared(Protocol):
    """Whatever a file declares has an id of its own; a single table's is its key."""

    @property
    def id(self) -> str:
        """The id, unique among the things of its kind."""
        ...


@runtime_checkable
class AlsoNamed(Protocol):
    """A declared thing that others may name as a kind of its own: `mark = "own-cup"`."""

    @property
    def answers_to(self) -> tuple[str, ...]:
        """The kinds as which it may be named, beside its own."""
        ...


@runtime_checkable
class GivenPointsFor(Protocol):
    """A declared thing that members give points for by their own choice, beside any sale. Where
    several tills share members, its points must be lent (`services.lending.lent_points`).
    """

    @property
    def recorded_as(self) -> str:
        """What the act of giving them is recorded as."""
        ...


@runtime_checkable
class GivesBeside(Protocol):
    """A declared thing that goes on when nobody earns any more, and gives for taking part."""

    def giving_nothing(self) -> Declared:
        """The same without what it gives."""
        ...


class Until(StrEnum):
    """How long a kind stands in a programme that is wound down."""

    EARNING = "earning"  # it is about nothing but being given something
    REDEEMING = "redeeming"  # points are spent on it
    ITS_OWN_END = "its_own_end"  # promised beforehand, paid for, or none of the two


Item = TypeVar("Item", bound=Declared)
DeclarationReader = Callable[[Section], Declared | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a kind's things are called: "Passport" and "Passports"."""

    one: Names
    many: Names


@dataclass(frozen=True, slots=True)
class Declaration:
    """A kind: its key in files, the class of what is read, the reader of one table, and how long
    it stands where a programme ends.

    `in_hand`: its rights, of a kind called as its key, are what members hold in their hands and X
    and Z count; others are the programme's own bookkeeping. `spent`: the kinds of its rights that
    are used up use by use by whoever owns them, so that no two tills may have the same use: where
    several share members, each is lent. What is in hand is so, unless the kind says otherwise.
    `called`: the words of a kind that the catalogues have none for.
    """

    key: str
    shape: type[Any]
    read: DeclarationReader
    until: Until
    single: bool = False
    in_hand: bool = False
    spent: tuple[str, ...] = ()
    called: Called | None = None


DECLARATIONS: dict[str, Declaration] = {}


def called(key: str) -> Called | None:
    """What a kind says that its things are called, by its key; None where it says nothing."""
    found = DECLARATIONS.get(key)
    return None if found is None else found.called


def spends(right_kind: str) -> bool:
    """Whether the uses of a kind of rights are spent."""
    return any(right_kind in one.spent for one in DECLARATIONS.values())


def declares(
    key: str,
    shape: type[Item],
    *,
    until: Until,
    single: bool = False,
    in_hand: bool = False,
    spent: tuple[str, ...] | None = None,
    called: Called | None = None,
) -> Callable[[Callable[[Section], Item | None]], Callable[[Section], Item | None]]:
    """Register a reader under the key that files use; raises ValueError for a key that another one
    reads: which of them held would hang on the order of imports.
    """

    def register(reader: Callable[[Section], Item | None]) -> Callable[[Section], Item | None]:
        uses = ((key,) if in_hand else ()) if spent is None else spent
        if key in DECLARATIONS:
            raise ValueError(f"{key} is read by another function already")
        DECLARATIONS[key] = Declaration(key, shape, reader, until, single, in_hand, uses, called)
        return reader

    return register
