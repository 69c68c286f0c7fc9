"""What a screen is told of a member's doings: one small view for each kind, by id and name.

Days are those of the programme's zone; nothing here says whether something can be done now: an act
is previewed for that (`ProgrammeActs.preview`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.at_counter import ShownGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something by its id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelByHand(Named):
    """A level, as `scheme/level`; `given_through` is the last day of one that was given by hand."""

    given_through: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging(Named):
    """A board: whether the member `belongs` to it."""

    belongs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Referring(Named):
    """A referral: the member's own `code`, empty without one; `new` says that they may still name
    the code of whoever brought them.
    """

    code: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Whether the member belongs to a household, as its head, and how many there are in it."""

    belongs: bool
    head: bool = False
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Everything that the member can do on a day of the programme's zone.

    `shown` is what the declared kinds show by themselves. `household` is None where the programme
    knows none; `lone` says that no head office looks after their record.
    """

    day: date
    shown: tuple[ShownGroup, ...]
    levels: tuple[LevelByHand, ...]
    boards: tuple[Belonging, ...]
    referrals: tuple[Referring, ...]
    household: Sharing | None = None
    lone: bool = False
