"""What the searches of parts have reckoned already, for whoever puts a whole deal together.

A part shares no line with another, so that what a step takes off is the same in the part alone and
in the whole plan: only the part's own earlier steps lower its lines.

Shape: `add(part, offs)` notes a search; `steps(plan)` gives the discounts of the steps of a plan
that are of some part. They are the first ones: what is about the whole basket comes last.
"""

from __future__ import annotations

from collections.abc import Mapping

from posloyalty.domain.engine.deal_parts import Part
from posloyalty.domain.engine.deal_table import Plan, Table
from posloyalty.domain.engine.discount import Off


class Reckoned:
    """Discounts of the parts of one table. A step that no search has kept is reckoned here."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._part_of: dict[int, int] = {}
        self._offs: list[Mapping[Plan, Off]] = []

    def add(self, part: Part, offs: Mapping[Plan, Off]) -> None:
        """Note what the search of a part reckoned, by the steps of the part up to it."""
        number = len(self._offs)
        self._offs.append(offs)
        for place in part.places:
            self._part_of[place] = number

    def steps(self, plan: Plan) -> list[Off]:
        """The discounts of the first steps of a plan, up to one that is of no part."""
        own: dict[int, list[tuple[int, int]]] = {}
        for step in plan:
            number = self._part_of.get(step[0])
            if number is None:
                break
            own.setdefault(number, []).append(step)
        found = {
            place: off
            for number, steps in own.items()
            for (place, _), off in zip(
                steps, discounts_of(self._table, tuple(steps), self._offs[number]), strict=True
            )
        }
        return [found[place] for place, _ in plan if place in found]


def discounts_of(table: Table, steps: Plan, reckoned: Mapping[Plan, Off]) -> list[Off]:
    """The discounts of the steps of one part: those that a search of it came to, or anew."""
    if steps in reckoned:
        return [reckoned[steps[: end + 1]] for end in range(len(steps))]
    found = []
    pile, start, stage = table.first, table.first.amounts, -1
    for place, times in steps:
        if table.stages[place] != stage:
            stage, start = table.stages[place], pile.amounts
        off = table.off(place, pile, start, times)
        found.append(off)
        pile = off.pile
    return found
