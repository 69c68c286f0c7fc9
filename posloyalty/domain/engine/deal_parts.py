"""Parts of a search that have nothing to do with one another, and the tail about the whole basket.

Shape: `split(table)` gives parts as (candidates' places, lines), and the places of the tail: one
total on everything that offers may lower, in the last places of the order. None where candidates
of different parts look at one another's prices or exclude one another across the tail.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.candidates import Stage
from posloyalty.domain.engine.deal_table import Table
from posloyalty.domain.engine.stacking import bits


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts in the order of their first candidates; places in a part are in order."""

    parts: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    tail: tuple[int, ...]


def split(table: Table) -> Parts | None:
    """The parts and the tail; None where it is all one."""
    found = table.candidates
    start = len(found)
    while start and found[start - 1].wide and found[start - 1].stage >= Stage.ORDER:
        start -= 1
    head, tail = range(start), tuple(range(start, len(found)))
    below = (1 << start) - 1
    if any(table.masks[place] & below for place in tail):
        return None
    if any(table.measures(found[place]) for place in head):
        return None
    if any(found[place].cost for place in head) and any(found[place].cost for place in tail):
        return None
    return Parts(_components(table, head), tail)


def _components(table: Table, head: range) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Candidates that share lines, exclude one another or spend from one wallet belong together."""
    parent = list(head)

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    owner: dict[object, int] = {}
    lines: list[set[int]] = []
    for place in head:
        found = table.candidates[place]
        reach = set(found.targets).union(*found.parts)
        lines.append(reach)
        # Who excludes all the same is joined by the first of them.
        closed = table.masks[place] | 1 << place
        known = ("closed", closed) in owner
        keys: list[object] = [*reach, ("closed", closed)]
        if found.cost is not None:
            keys.append(found.cost[0])
        for key in keys:
            first = owner.setdefault(key, place)
            parent[root(place)] = root(first)
        for other in () if known else bits(table.masks[place]):
            if other < place:
                parent[root(place)] = root(other)
    members: dict[int, list[int]] = {}
    for place in head:
        members.setdefault(root(place), []).append(place)
    return tuple(
        (tuple(places), tuple(sorted(set().union(*(lines[place] for place in places)))))
        for places in sorted(members.values())
    )
