"""What a screen is told of a member's doings: one small view for each kind, by id and name.

Days are those of the programme's zone; nothing here says whether something can be done now: an act
is previewed for that (`ProgrammeActs.preview`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.challenges import ChallengeProgress
from posloyalty.domain.shop.operator import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something by its id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordable(Named):
    """An activity: what to fill in, by key and name, and the `role` that records it at least.

    `for_each` of the quantity give its points once; at most `most_quantity` at a time.
    """

    fields: tuple[tuple[str, str], ...]
    for_each: int
    most_quantity: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelByHand(Named):
    """A level, as `scheme/level`; `given_through` is the last day of one that was given by hand."""

    given_through: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Named):
    """An event: whether the member has a `seat`, or only waits for one.

    It is `on` a day, and can be accepted or given up `until` one. `free` places are left for
    everybody, `guests` may come along; of the member's own places `people` have not come yet.
    """

    on: date
    until: date
    seat: bool
    waits: bool
    free: int
    guests: int
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot(Named):
    """A vote that the member has not cast yet, through a day."""

    options: tuple[Named, ...]
    through: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Named):
    """A question with the scores that can be given, the lowest first."""

    scores: range


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Named):
    """A survey that the member was invited to, through a day."""

    questions: tuple[Question, ...]
    through: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStory:
    """A story that the member handed in on a day, known by its digest; `shown` once it may be."""

    digest: str
    since: date | None
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryKind(Named):
    """A kind of story: the licence that is agreed to, and the member's own."""

    licence: str
    own: tuple[OwnStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize(Named):
    """Something that the member won and has not been given."""

    right_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Named):
    """A draw: the member's entries that stand, how it is worded, until when entries are given and
    when it can be drawn; whether this till knows it to be `drawn`; and what they won.
    """

    entries: int
    odds: str
    through: date
    drawn_after: date
    drawn: bool
    prizes: tuple[Prize, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging(Named):
    """A club or a board: whether the member `belongs` to it, in a club through a day."""

    belongs: bool
    through: date | None = None


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

    `household` is None where the programme knows none. `unproved` says that, found by phone, they
    would have to show who they are before they are served as a member; `lone` that no head office
    looks after their record.
    """

    day: date
    activities: tuple[Recordable, ...]
    challenges: tuple[ChallengeProgress, ...]
    to_take_up: tuple[Named, ...]
    levels: tuple[LevelByHand, ...]
    events: tuple[Invited, ...]
    votes: tuple[Ballot, ...]
    surveys: tuple[Asked, ...]
    stories: tuple[StoryKind, ...]
    draws: tuple[Entered, ...]
    clubs: tuple[Belonging, ...]
    boards: tuple[Belonging, ...]
    referrals: tuple[Referring, ...]
    household: Sharing | None = None
    unproved: bool = False
    lone: bool = False
