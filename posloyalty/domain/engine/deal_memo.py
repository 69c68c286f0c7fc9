"""What the searches of one evaluation know of one another: parts that were searched before.

A deal is searched once for the sale, and once more for each thing that is to be proposed or was
removed: with one candidate more. Nearly all parts are the same then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.deal_parts import Part
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Off

NOTHING: Final[Mapping[Plan, Off]] = {}


class Searched(NamedTuple):
    """The best plans of a part, what they take off, and whether the search was cut short; `offs` is
    what it reckoned by the way, each step's discount by the plan up to it.
    """

    plans: list[Plan]
    off_minor: int
    cut: bool
    offs: Mapping[Plan, Off] = NOTHING


class Memo:
    """Parts by their candidates. Plans are kept by each candidate's place in the part."""

    def __init__(self) -> None:
        self._known: dict[tuple[Candidate, ...], Searched] = {}

    def find(self, table: Table, part: Part, effort: Effort) -> Searched | None:
        """What an earlier search found, in the places of this table; None where none looked."""
        known = self._known.get(_candidates(table, part.places))
        if known is None:
            return None
        effort.cut = effort.cut or known.cut
        plans = [tuple([(part.places[at], times) for at, times in plan]) for plan in known.plans]
        return known._replace(plans=plans)

    def keep(self, table: Table, part: Part, found: Searched) -> None:
        """Remember what a search found."""
        at = {place: number for number, place in enumerate(part.places)}
        plans = [tuple([(at[place], times) for place, times in plan]) for plan in found.plans]
        kept = Searched(plans, found.off_minor, found.cut)
        self._known[_candidates(table, part.places)] = kept


def _candidates(table: Table, places: Sequence[int]) -> tuple[Candidate, ...]:
    return tuple([table.candidates[place] for place in places])
