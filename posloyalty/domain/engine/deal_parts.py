"""Parts of a search that have nothing to do with one another, and the tail about the whole basket.

Shape: `split(table)` gives the parts, and the places of the tail: one total on everything that
offers may lower, in the last places of the order. None where candidates of different parts look at
one another's prices or exclude one another across the tail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from posloyalty.domain.engine.candidates import Stage
from posloyalty.domain.engine.deal_table import Table
from posloyalty.domain.engine.goods import bits

# Members of an enumeration are looked up in Python each time they are named.
ORDER = Stage.ORDER
NO_WALLETS: Final[frozenset[str]] = frozenset()


class Part(NamedTuple):
    """Candidates that look at some lines together, both by their places, in order.

    `rivals` are the sets in which they exclude one another, where each excludes the others of its
    set and nothing else, and no points decide who may join; else None. `fees` says that they are
    about fees alone, which no other part and nothing in the tail looks at.
    """

    places: tuple[int, ...]
    lines: tuple[int, ...]
    rivals: tuple[tuple[int, ...], ...] | None
    fees: bool = False


class Parts(NamedTuple):
    """Parts in the order of their first candidates."""

    parts: tuple[Part, ...]
    tail: tuple[int, ...]


def split(table: Table) -> Parts | None:
    """The parts and the tail; None where it is all one."""
    found = table.candidates
    start = len(found)
    while start and found[start - 1].wide and found[start - 1].stage >= ORDER:
        start -= 1
    head, tail = range(start), tuple(range(start, len(found)))
    below = (1 << start) - 1
    if any(table.masks[place] & below for place in tail):
        return None
    if any(table.measures(found[place]) for place in head):
        return None
    # What is taken of the amounts at the start of its stage looks past whatever of it is before.
    if any(found[place].initial and table.stages[place] in table.stages[:start] for place in tail):
        return None
    if any(found[place].cost for place in head) and any(found[place].cost for place in tail):
        return None
    parts = parts_of(table, head)
    # What chooses between fees and goods leaves the tail no one sum.
    if tail and any(found[place].fee for one in parts if not one.fees for place in one.places):
        return None
    return Parts(parts, tail)


@dataclass(slots=True)
class _Gathered:
    """What belongs together so far: candidates and lines as bits, and the sets of rivals."""

    candidates: int
    lines: int
    wallets: frozenset[str]
    sets: dict[int, list[int]]


def parts_of(table: Table, head: range) -> tuple[Part, ...]:
    """Candidates that share lines, exclude one another or spend from one wallet belong together."""
    sets: dict[int, list[int]] = {}
    masks, reach = table.masks, table.reach
    for place in head:
        closed = masks[place] | 1 << place
        if closed in sets:
            sets[closed].append(place)
        else:
            sets[closed] = [place]
    gathered: list[_Gathered] = []
    seen, reached = 0, 0
    for closed, members in sets.items():
        lines = 0
        for place in members:
            lines |= reach[place]
        wallets = _wallets(table, members) if table.owned else NO_WALLETS
        new = _Gathered(closed, lines, wallets, {closed: members})
        if seen & closed or reached & lines or wallets:
            gathered = _joined(gathered, new)
        else:
            gathered.append(new)
        seen |= closed
        reached |= lines
    if len(gathered) == 1:
        return (_part(table, gathered[0]),)
    return tuple(sorted([_part(table, one) for one in gathered], key=lambda part: part.places))


def _wallets(table: Table, members: Sequence[int]) -> frozenset[str]:
    """From which some candidates spend."""
    costs = [table.candidates[place].cost for place in members]
    return frozenset([cost[0] for cost in costs if cost is not None])


def _joined(gathered: list[_Gathered], new: _Gathered) -> list[_Gathered]:
    """What was gathered, with all that a new set belongs to become one."""
    closed, wallets = new.candidates, new.wallets
    apart = []
    for one in gathered:
        if one.candidates & closed or one.lines & new.lines or one.wallets & wallets:
            new = _Gathered(
                one.candidates | new.candidates,
                one.lines | new.lines,
                one.wallets | new.wallets,
                one.sets | new.sets,
            )
        else:
            apart.append(one)
    return [*apart, new]


def _part(table: Table, one: _Gathered) -> Part:
    places = tuple(sorted([place for members in one.sets.values() for place in members]))
    whole = all(closed.bit_count() == len(members) for closed, members in one.sets.items())
    rivals = None
    if whole and not one.wallets:
        rivals = tuple([tuple(members) for members in one.sets.values()])
    fees = bool(table.goods.fees) and all(table.candidates[place].fee for place in places)
    return Part(places, tuple(bits(one.lines)), rivals, fees)
