"""Reading everything that a member can do, for the list: on the look-up lane, worded there.

What would be refused says so in its row before anybody tries; what would do nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.doings.doing import Doing, Look, Source
from ui.presenters.doings.given import given_lines
from ui.presenters.doings.sources import declared_sources, kinds_of_doings
from ui.presenters.refusal_text import short_refusal

ROWS_MOST: Final = 60
NOTHING: Final = "NOTHING_TO_RECORD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What stands together under a heading."""

    heading: str
    doings: tuple[Doing, ...]


def read_groups(look: Look) -> tuple[Group, ...]:
    """The groups that have rows, in the table's order; at most `ROWS_MOST` rows."""
    declared = look.till.programmes.declares(kinds_of_doings())
    left, groups = ROWS_MOST, []
    for source in declared_sources(declared):
        rows = tuple(_tried(look, source))[:left]
        left -= len(rows)
        if rows:
            groups.append(Group(heading=look.figures.words(source.heading), doings=rows))
    return tuple(groups)


def _tried(look: Look, source: Source) -> Iterator[Doing]:
    """Each row as a first look at it leaves it."""
    for doing in source.rows(look):
        if doing.preview is None or doing.sample is None:
            yield doing
            continue
        try:
            acted = doing.preview(doing.sample)
        except ServiceRefusal as refused:
            if refused.reason != NOTHING:
                yield replace(doing, why_not=short_refusal(refused, look.figures))
            continue
        given = given_lines(acted, look.figures, of=doing.title)
        points = next((line for line in given if line.startswith("+")), "")
        yield replace(doing, amount=doing.amount or points)
