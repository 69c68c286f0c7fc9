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
from itertools import count
from typing import Final, NamedTuple

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.deal_memo import Searched
from posloyalty.domain.engine.deal_parts import Part
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Off, Pile
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.offer_index import index_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import LineKey

DEALS_MAX = 8_000
LINES_MAX = 20_000
Key = tuple[bool, tuple[object, ...], tuple[int, ...]]
"""Whether ties are asked for, the candidates of a part, and its lines by number."""

CornerKey = tuple[int, frozenset[object], tuple[tuple[int, LineKey], ...]]
"""The conditions that hold of those that a corner's offers ask, as bits; what limits leave of its
offers; and its lines, each by what its product means to offers and by content."""

_UNTOUCHED: Final = Pile(())


class _Found(NamedTuple):
    """What the search of a part found, by the candidates' places in the part, and its cost."""

    plans: tuple[Plan, ...]
    off_minor: int
    offs: tuple[tuple[Plan, Off], ...]
    spent: int


class Step(NamedTuple):
    """An offer that a corner's best deal takes, as it is in the corner: how many groups, its shares
    by target, what its targets came to before it, and why it takes that off.
    """

    found: Candidate
    times: int
    shares: tuple[int, ...]
    before_minor: int
    reasons: tuple[Reason, ...]


class Corner(NamedTuple):
    """The best deal of a corner: its steps, what is off each of its lines, and what it spent."""

    steps: tuple[Step, ...]
    off: tuple[int, ...]
    spent: int


class Known:
    """The parts and corners of one programme that were searched before."""

    def __init__(self) -> None:
        self._count = count()
        self._numbers: dict[tuple[object, ...], int] = {}
        self._found: dict[Key, _Found] = {}
        self._corners: dict[CornerKey, Corner] = {}

    def __len__(self) -> int:
        return len(self._found) + len(self._corners)

    def lines(self, goods: Goods, places: Sequence[int]) -> tuple[int, ...]:
        """A number for all that searches look at of some lines; equal lines have the same one."""
        numbers = self._numbers
        if len(numbers) > LINES_MAX:
            numbers.clear()
            self._forget()
        found = []
        for place in places:
            line = goods.lines[place]
            facts = (goods.keys[place], goods.gross[place], line.product.facts)
            number = numbers.get(facts)
            if number is None:
                # A number is never given twice, so that nothing kept under an old one is found.
                number = numbers.setdefault(facts, next(self._count))
            found.append(number)
        return tuple(found)

    def key(self, table: Table, part: Part, *, ties: bool) -> Key | None:
        """The name of a part; None where more than its goods and offers decides."""
        candidates = [table.candidates[place].known_by for place in part.places]
        if None in candidates:
            return None
        return ties, tuple(candidates), self.lines(table.goods, part.lines)

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
        self._make_room()
        at = {place: number for number, place in enumerate(part.places)}
        steps = {plan[: end + 1] for plan in found.plans for end in range(len(plan))}
        offs = [
            (_at(plan, at), found.offs[plan]._replace(pile=_UNTOUCHED))
            for plan in sorted(steps)
            if steps <= found.offs.keys()
        ]
        plans = tuple([_at(plan, at) for plan in found.plans])
        self._found[key] = _Found(plans, found.off_minor, tuple(offs), spent)

    def corner(self, key: CornerKey) -> Corner | None:
        """What was found of a corner before."""
        return self._corners.get(key)

    def keep_corner(self, key: CornerKey, found: Corner) -> None:
        """Remember what a whole search of a corner found."""
        self._make_room()
        self._corners[key] = found

    def _make_room(self) -> None:
        if len(self) >= DEALS_MAX:
            self._forget()

    def _forget(self) -> None:
        self._found.clear()
        self._corners.clear()


def known_of(programme: Programme) -> Known:
    """What is known of a programme's deals: of its offers under its policies."""
    reckoned = index_of(programme.offers).reckoned
    found: Known | None = reckoned.get(programme.policies)
    if found is None:
        found = reckoned[programme.policies] = Known()
    return found


def _placed(plan: Plan, places: Sequence[int]) -> Plan:
    return tuple([(places[at], times) for at, times in plan])


def _at(plan: Plan, at: dict[int, int]) -> Plan:
    return tuple([(at[place], times) for place, times in plan])
