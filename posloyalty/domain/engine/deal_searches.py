"""The searches of one evaluation: the sale's own, and one for each thing that may be added to it.

What a member owns is proposed with its gain, and what the cashier removed with its loss: each is
one search more. All of these together may cost as much as the first, so that somebody who owns
many vouchers does not wait for them; each begins with the deal that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.best_deal import BestDeal, Deal, mixes_added_tax
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.deal_begin import NOWHERE, Begin, begin_with
from posloyalty.domain.engine.deal_memo import Memo
from posloyalty.domain.engine.deal_table import Effort
from posloyalty.domain.engine.taken import Head
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
        self._mixed = mixes_added_tax(context.goods, tax_classes)
        self._memo = Memo()
        self._left = deal_table.EFFORT_MAX

    def best(self, candidates: Sequence[Candidate]) -> Deal:
        """The best deal of the sale."""
        return self._find(candidates, Effort(deal_table.EFFORT_MAX), NOWHERE)

    @property
    def by_price_alone(self) -> bool:
        """Whether the lowest sum is the best deal: what has the same price earns the same, and tax
        is the same wherever something is taken off. Then corners can be searched by themselves.
        """
        return self._uniform and not self._mixed

    def after(self, head: Head, candidates: Sequence[Candidate]) -> Deal | None:
        """The best deal of the sale after what its corners take off; None where that is not all
        that has to be known of them.
        """
        if not candidates:
            spend = self._context.goods.measured_gross - head.off_minor
            return Deal(head.taken, head.amounts, spend, sum(head.amounts), complete=True)
        left = deal_table.EFFORT_MAX - head.spent
        return self._best_deal(candidates, Effort(left), NOWHERE).find_after(head)

    def lowest_with(
        self, head: Head, candidates: Sequence[Candidate], more: Candidate, *, among: int
    ) -> Deal | None:
        """A deal of the lowest price after what corners take off, with one candidate more that
        excludes nothing of theirs; None as of `after`, and where the bound was met.
        """
        share = self._share(among)
        effort = Effort(share)
        found = self._best_deal([*candidates, more], effort, NOWHERE).find_after(head)
        self._left -= min(share, share - effort.left)
        return found if found is not None and found.complete else None

    def _share(self, among: int) -> int:
        """What one of so many searches that are still to be made may cost."""
        return max(EFFORT_LEAST, self._left // among)

    def best_with(
        self, candidates: Sequence[Candidate], deal: Deal, more: Candidate, *, among: int
    ) -> Deal:
        """The best deal with one candidate more, beside the deal without it; one of so many such
        searches that are still to be made.
        """
        share = self._share(among)
        effort = Effort(share)
        found = self._find([*candidates, more], effort, begin_with(deal, more))
        self._left -= min(share, share - effort.left)
        return found

    def _find(self, candidates: Sequence[Candidate], effort: Effort, begin: Begin) -> Deal:
        return self._best_deal(candidates, effort, begin).find()

    def _best_deal(self, candidates: Sequence[Candidate], effort: Effort, begin: Begin) -> BestDeal:
        return BestDeal(
            self._context,
            candidates,
            tax_classes=self._tax_classes,
            earned=self._earned,
            budget=self._budget,
            uniform=self._uniform,
            mixed=self._mixed,
            effort=effort,
            memo=self._memo,
            begin=begin,
        )
