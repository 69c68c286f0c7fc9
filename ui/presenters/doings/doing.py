"""One thing that a member can do or use now, and what it takes to do it.

Shape: a `Doing` is a worded row with an act behind it: the entries to fill in, what it would give
(`preview`, on the look-up lane), the act itself (`act`, on the writer lane), and its way back. What
can only be read has no `verb`. A kind of doing is a `Source`: which declarations of a programme it
stands for, and a function that makes its rows from a `Look`. Sources register themselves (`source`,
`sources/`); what kinds of the programme show by themselves becomes doings in `declared.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import Answers, Heading, Place, order_of
from posloyalty.domain.shop.operator import Operator
from ui.presenters.amounts import Figures
from ui.presenters.form import Field

if TYPE_CHECKING:
    from datetime import date

    from posloyalty.domain.engine.happening import Happening
    from posloyalty.services.doings.offered import Offered
    from posloyalty.services.doings.programme_acts import Acted
    from posloyalty.services.lending.reserve_for_sale import Reservation
    from posloyalty.services.till import Till

RECEIPT: Final = "receipt"
"""The row of a receipt that was brought: it is claimed once."""

Preview = Callable[[Answers], "Acted"]
Act = Callable[[Answers, "Person"], "Acted | str"]
Making = Callable[[Answers], "Happening"]
Asking = Callable[[], "Reservation"]
Undo = Callable[["Acted", Operator], object]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts at the till, and who lent their authority where that was needed."""

    operator: Operator
    approved_by: Operator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the rows are made from: whose, and for whom at the till.

    `receipt` is the code of a receipt that waits to be claimed, empty when none does.
    """

    till: Till
    member_id: bytes
    operator: Operator
    figures: Figures
    offered: Offered
    receipt: str = ""

    @property
    def language(self) -> str:
        """That of the screens, in which things are named."""
        return self.figures.words.language

    @property
    def day(self) -> date:
        """Today, in the programme's zone."""
        return self.offered.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """A row. `amount` stands at its right; `verb` is what the button says.

    `sample` are the answers with which it is previewed before anybody filled anything in, None
    where that would say nothing. `act` answers with what was given, or with a sentence. `uses` says
    what uses, gives or takes something that tills share: head office is asked for it first; `asks`
    does so for what is no happening of the programme. `ends`: the member is no more after it.
    """

    id: str
    icon: str
    title: str
    sub: str = ""
    amount: str = ""
    verb: str = ""
    fields: tuple[Field, ...] = ()
    sample: Answers | None = field(default=None, hash=False)
    preview: Preview | None = None
    act: Act | None = None
    uses: Making | None = None
    asks: Asking | None = None
    undo: Undo | None = None
    why_not: str = ""
    ends: bool = False


Rows = Callable[[Look], Iterable[Doing]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of doing: its heading, where it stands on the sheet, the declarations
    that it stands for, its rows.

    One without `kinds` is there in every programme.
    """

    heading: Heading
    place: Place
    kinds: tuple[type, ...]
    rows: Rows


SOURCES: dict[str, Source] = {}
"""By the codes of their headings, of which each has its own."""


def source(
    *, heading: Heading, place: Place, kinds: tuple[type, ...] = ()
) -> Callable[[Rows], Rows]:
    """Register the rows under a heading; raises ValueError for one that another function fills."""

    def register(rows: Rows) -> Rows:
        key = order_of(heading)
        if key in SOURCES:
            raise ValueError(f"{key} is filled by another function already")
        SOURCES[key] = Source(heading=heading, place=place, kinds=kinds, rows=rows)
        return rows

    return register


def recorded(look: Look, make: Making) -> tuple[Preview, Act, Making]:
    """The preview, the act and what it uses, of what is a happening of the programme and no more.

    A preview asks for no authority: whoever has it is asked when it is done.
    """
    acts = look.till.acts

    def preview(answers: Answers) -> Acted:
        return acts.preview(make(answers))

    def act(answers: Answers, by: Person) -> Acted:
        return acts.record(make(answers), by.operator, approved_by=by.approved_by)

    return preview, act, make
