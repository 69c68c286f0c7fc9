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
        table = self._table
        found: list[Off] = []
        before: dict[int, tuple[Plan, Off]] = {}
        starts: dict[tuple[int, int], tuple[int, ...]] = {}
        for step in plan:
            place, times = step
            number = self._part_of.get(place)
            if number is None:
                break
            last = before.get(number)
            steps = (step,) if last is None else (*last[0], step)
            pile = table.first if last is None else last[1].pile
            start = starts.setdefault((number, table.stages[place]), pile.amounts)
            off = self._offs[number].get(steps)
            if off is None:
                off = table.off(place, pile, start, times)
            before[number] = steps, off
            found.append(off)
        return found
