"""What can only be said of a whole plan: how many offers it uses, and thresholds that are measured
when all of it is taken.

Shape: `Law(table)`; where it is `asked` for anything, `holds(plan, pile)` answers for a plan and
what it leaves. Where `whole`, one part of a plan can meet or break what another one needs.
"""

from __future__ import annotations

from posloyalty.domain.engine.deal_table import Plan, Table
from posloyalty.domain.engine.discount import Pile
from posloyalty.domain.programme.definition import MinimumOn


class Law:
    """The law of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._most = table.most_offers
        measuring = any(map(table.measures, table.candidates))
        self._at_the_end = measuring and table.minimum is MinimumOn.NET_OF_ALL
        several = table.gifts and sum(found.gift for found in table.candidates) > 1
        self._gifts = measuring and several and not self._at_the_end
        # Where gifts alone lower the measure, what parts leave does not say how much it is.
        given = measuring and table.gifts and table.minimum is MinimumOn.GROSS
        self.whole = self._at_the_end or self._gifts or given

    @property
    def asked(self) -> bool:
        """Whether a plan may be against it that is legal step by step."""
        return bool(self._most) or self._at_the_end or self._gifts

    def holds(self, plan: Plan, pile: Pile) -> bool:
        """Whether a plan that leaves a pile is legal."""
        if self._most and len(plan) > self._most:
            return False
        if self._at_the_end:
            table = self._table
            spend = sum(pile.amounts[place] for place in table.goods.measured)
            taken = [table.candidates[place] for place, _ in plan]
            return all(table.met(found, spend) for found in taken if table.measures(found))
        return not self._gifts or self._gifts_hold(plan)

    def _gifts_hold(self, plan: Plan) -> bool:
        """Whether every gift is met by what is paid for when all of them are given: none meets the
        threshold of another.
        """
        table = self._table
        gifts = [place for place, _ in plan if table.candidates[place].gift]
        if len(gifts) < 2:
            return True
        pile, start, spend, stage = table.first, table.first.amounts, table.gross, -1
        for place, times in plan:
            if table.stages[place] > table.stages[gifts[0]]:
                break
            if table.stages[place] != stage:
                stage, start = table.stages[place], pile.amounts
            off = table.off(place, pile, start, times)
            pile = off.pile
            spend -= off.total if table.lower(place) else 0
        return all(table.met(table.candidates[place], spend) for place in gifts)
