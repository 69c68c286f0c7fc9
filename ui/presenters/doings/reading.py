"""Reading everything that a member can do, for the list: on the look-up lane, worded there.

What would be refused says so in its row before anybody tries; what would do nothing is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.engine.at_counter import Heading, Place, order_of
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.doings.declared import declared_doing, text
from ui.presenters.doings.doing import SOURCES, Doing, Look, Source
from ui.presenters.doings.given import given_lines
from ui.presenters.doings.sources import kinds_of_doings
from ui.presenters.refusal_text import short_refusal

ROWS_MOST: Final = 60
NOTHING: Final = "NOTHING_TO_RECORD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What stands together under a heading."""

    heading: str
    doings: tuple[Doing, ...]


def read_groups(look: Look) -> tuple[Group, ...]:
    """The groups that have rows, by their place and heading; at most `ROWS_MOST` rows."""
    left, groups = ROWS_MOST, []
    for _place, heading, doings in sorted(_all(look), key=_order):
        rows = tuple(_tried(look, doings))[:left]
        left -= len(rows)
        if rows:
            groups.append(Group(heading=text(heading, look.figures), doings=rows))
    return tuple(groups)


def _declared(declared: Collection[type]) -> Iterator[Source]:
    """The sources that a programme with these declarations has something for, whatever order they
    registered in.
    """
    for one in sorted(SOURCES.values(), key=lambda one: order_of(one.heading)):
        if not one.kinds or any(kind in declared for kind in one.kinds):
            yield one


def _order(one: tuple[Place, Heading, Iterable[Doing]]) -> tuple[Place, str]:
    return one[0], order_of(one[1])


def _all(look: Look) -> Iterator[tuple[Place, Heading, Iterable[Doing]]]:
    """What the kinds of the programme show by themselves, and what services look after."""
    for group in look.offered.shown:
        yield group.place, group.heading, (declared_doing(look, row) for row in group.rows)
    for source in _declared(look.till.programmes.declares(kinds_of_doings())):
        yield source.place, source.heading, source.rows(look)


def _tried(look: Look, doings: Iterable[Doing]) -> Iterator[Doing]:
    """Each row as a first look at it leaves it."""
    for doing in doings:
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
