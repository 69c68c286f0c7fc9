"""The searches of one evaluation: the sale's own, and one for each thing that may be added to it.

What a member owns is proposed with its gain, and what the cashier removed with its loss: each is
one search more. All of these together may cost as much as the first, so that somebody who owns
many vouchers does not wait for them; each begins with the deal that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.best_deal import BestDeal, Deal
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.deal_begin import NOWHERE, Begin, begin_with
from posloyalty.domain.engine.deal_memo import Memo
from posloyalty.domain.engine.deal_table import Effort
from posloyalty.domain.shop.product import TaxClass

EFFORT_LEAST = 100
"""What every further search may cost, however many there are."""


class Searches:
    """Searches that share what they find, and one bound on effort. Arguments as of `BestDeal`."""

    def __init__(
        self,
        context: Context,
        *,
        tax_classes: Mapping[str, TaxClass],
        earned: Callable[[Deal], int],
        uniform: bool,
        budget: Mapping[str, int],
    ) -> None:
        self._context = context
        self._tax_classes = tax_classes
        self._earned = earned
        self._uniform = uniform
        self._budget = budget
        self._memo = Memo()
        self._left = deal_table.EFFORT_MAX

    def best(self, candidates: Sequence[Candidate]) -> Deal:
        """The best deal of the sale."""
        return self._find(candidates, Effort(deal_table.EFFORT_MAX), NOWHERE)

    def best_with(
        self, candidates: Sequence[Candidate], deal: Deal, more: Candidate, *, among: int
    ) -> Deal:
        """The best deal with one candidate more, beside the deal without it; one of so many such
        searches that are still to be made.
        """
        share = max(EFFORT_LEAST, self._left // among)
        effort = Effort(share)
        found = self._find([*candidates, more], effort, begin_with(deal, more))
        self._left -= min(share, share - effort.left)
        return found

    def _find(self, candidates: Sequence[Candidate], effort: Effort, begin: Begin) -> Deal:
        return BestDeal(
            self._context,
            candidates,
            tax_classes=self._tax_classes,
            earned=self._earned,
            budget=self._budget,
            uniform=self._uniform,
            effort=effort,
            memo=self._memo,
            begin=begin,
        ).find()
