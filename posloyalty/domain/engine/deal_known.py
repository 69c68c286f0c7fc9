"""Parts of deals that were searched before, in this sale or an earlier one.

The next scan of a sale changes one part and leaves all others as they were, and a till sells the
same goods all day. What the search of a part finds follows from its goods and from its offers with
what limits leave of them, so that it is kept under exactly these. Nothing else is kept: a quote
with known parts is the quote from scratch, down to the effort that its search has spent.

Shape: `known_of(programme)` holds the parts of one version of a programme, a bounded number;
`key(...)` names a part, `find` and `keep` look it up and note it, in places of the part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from posloyalty.domain.engine.deal_memo import Searched
from posloyalty.domain.engine.deal_parts import Part
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Off, Pile
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.programme.definition import Programme

PARTS_MAX = 4_000
LINES_MAX = 20_000
Key = tuple[bool, tuple[object, ...], tuple[int, ...]]
"""Whether ties are asked for, the candidates of a part, and its lines by number."""

_UNTOUCHED: Final = Pile(())


class _Found(NamedTuple):
    """What the search of a part found, by the candidates' places in the part, and its cost."""

    plans: tuple[Plan, ...]
    off_minor: int
    offs: tuple[tuple[Plan, Off], ...]
    spent: int


class Known:
    """The parts of one programme that were searched before."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._found: dict[Key, _Found] = {}

    def __len__(self) -> int:
        return len(self._found)

    def lines(self, goods: Goods) -> tuple[int, ...]:
        """A number for all that searches look at of each line; equal lines have the same one."""
        numbers = self._numbers
        if len(numbers) > LINES_MAX:
            numbers.clear()
            self._found.clear()
        found = []
        columns = zip(goods.lines, goods.keys, goods.gross, goods.pieces, strict=True)
        for line, key, gross, pieces in columns:
            product = line.product
            facts = (key, gross, pieces, product.names, product.goods and product.discountable)
            found.append(numbers.setdefault(facts, len(numbers)))
        return tuple(found)

    def key(self, table: Table, part: Part, lines: Sequence[int], *, ties: bool) -> Key | None:
        """The name of a part; None where more than its goods and offers decides."""
        candidates = [table.candidates[place].known_by for place in part.places]
        if None in candidates:
            return None
        return ties, tuple(candidates), tuple([lines[place] for place in part.lines])

    def find(self, key: Key, part: Part, effort: Effort) -> Searched | None:
        """What an earlier search found, unless it cost more than may be spent now."""
        found = self._found.get(key)
        if found is None or found.spent > effort.left:
            return None
        effort.left -= found.spent
        places = part.places
        plans = [_placed(plan, places) for plan in found.plans]
        offs = {_placed(plan, places): off for plan, off in found.offs}
        return Searched(plans, found.off_minor, cut=False, offs=offs)

    def keep(self, key: Key, part: Part, found: Searched, spent: int) -> None:
        """Remember what a whole search found, which spent so much."""
        if len(self._found) >= PARTS_MAX:
            self._found.clear()
        at = {place: number for number, place in enumerate(part.places)}
        steps = {plan[: end + 1] for plan in found.plans for end in range(len(plan))}
        offs = [
            (_at(plan, at), found.offs[plan]._replace(pile=_UNTOUCHED))
            for plan in sorted(steps)
            if steps <= found.offs.keys()
        ]
        plans = tuple([_at(plan, at) for plan in found.plans])
        self._found[key] = _Found(plans, found.off_minor, tuple(offs), spent)


def known_of(programme: Programme) -> Known:
    """What is known of a programme's deals; it is kept with the programme."""
    found: Known | None = programme.reckoned.get(Known)
    if found is None:
        found = programme.reckoned[Known] = Known()
    return found


def _placed(plan: Plan, places: Sequence[int]) -> Plan:
    return tuple([(places[at], times) for at, times in plan])


def _at(plan: Plan, at: dict[int, int]) -> Plan:
    return tuple([(at[place], times) for place, times in plan])
