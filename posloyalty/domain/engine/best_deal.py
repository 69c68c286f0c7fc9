"""The best deal: which legal set of offers leaves the customer the least to pay.

Sets are searched in the order in which offers apply (line offers, order offers, then what the
customer owns; by priority, then id), each offer taken or left, with exact prices at every step. A
branch that cannot beat the best one found is cut; the bound is exact, because an offer never takes
more off a lower amount.
Legal: an exclusive offer stands alone, of one group at most one applies, and a minimum spend holds
on what the line offers left, and no points are spent twice. Least payable wins, then most points
earned, then the fewest owned things used, then the fewest offers, then the lower ids (LOYALTY 3.3).
After `NODES_MAX` steps the best set so far is returned, marked as incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from posloyalty.domain.engine.context import Context, Goods
from posloyalty.domain.engine.discount import Candidate, Stage, line_discounts, whole_discount
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import tax_lines

NODES_MAX = 5000


@dataclass(frozen=True, slots=True)
class Deal:
    """A set of offers with their discounts per line, and what the goods come to after them."""

    taken: tuple[tuple[Candidate, tuple[int, ...]], ...]
    amounts: tuple[int, ...]
    spend_minor: int
    payable_minor: int
    complete: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """The candidates' ids in order."""
        return tuple(sorted(found.id for found, _ in self.taken))

    @property
    def owned(self) -> int:
        """How many things of the customer's it uses."""
        return sum(1 for found, _ in self.taken if found.owned is not None)


class BestDeal:
    """One search. `earned` tells the points of a deal; it is asked only when prices tie. `budget`
    is what may be spent on rewards, by wallet.
    """

    def __init__(
        self,
        context: Context,
        candidates: Sequence[Candidate],
        *,
        tax_classes: Mapping[str, TaxClass],
        earned: Callable[[Deal], int],
        budget: Mapping[str, int],
    ) -> None:
        self._budget = budget
        self._context = context
        self._goods = context.goods
        self._earned = earned
        self._tax_classes = tax_classes
        self._gross = context.goods.gross
        self._spend = context.goods.measured_gross
        self._fixed = sum(self._gross) - self._room(self._gross)
        self._mixed = _mixes_added_tax(context.goods, tax_classes)
        self._alone = [found for found in candidates if found.offer.exclusive]
        together = [found for found in candidates if not found.offer.exclusive]
        self._free = sorted(together, key=lambda found: found.order)
        self._orders = sum(1 for found in self._free if found.stage < Stage.ORDER)
        below = sum(1 for found in self._free if found.stage < Stage.VOUCHER)
        self._begins = frozenset((self._orders, below))
        self._tail = self._tail_start()
        self._most = self._most_from()
        self._nodes = 0
        self._best: tuple[Candidate, ...] = ()
        self._best_price = self._price(self._gross)

    def find(self) -> Deal:
        """Search; the answer is a legal deal, the best one when it says that it is complete."""
        for found in self._alone:
            shares = line_discounts(found, self._gross, self._gross)
            if any(shares) and self._may_join(found, (), self._spend):
                self._note((found,), self._price(_lowered(self._gross, found, shares)))
        if self._free:
            self._by_lines(0, self._gross, self._gross, self._spend, ())
        return self._deal(self._best)

    def _by_lines(
        self,
        at: int,
        amounts: tuple[int, ...],
        start: tuple[int, ...],
        spend: int,
        taken: tuple[Candidate, ...],
    ) -> None:
        """Search from a place at which it still matters what is left of each line."""
        if at in self._begins:
            start = amounts
        if at == self._tail and not self._mixed:
            self._by_total(at, self._room(amounts), self._room(start), spend, taken)
            return
        if self._cut(self._bound_by_lines(at, amounts, start)):
            return
        if at == len(self._free):
            self._note(taken, self._price(amounts))
            return
        found = self._free[at]
        if self._may_join(found, taken, spend):
            shares = line_discounts(found, amounts, start)
            off = sum(shares)
            if off:
                less = spend - off if at < self._orders else spend
                lowered = _lowered(amounts, found, shares)
                self._by_lines(at + 1, lowered, start, less, (*taken, found))
        self._by_lines(at + 1, amounts, start, spend, taken)

    def _by_total(
        self, at: int, room: int, start: int, spend: int, taken: tuple[Candidate, ...]
    ) -> None:
        """Search from a place after which every offer is one total on all discountable goods."""
        if at in self._begins:
            start = room
        if self._cut(self._bound_by_total(at, room, start)):
            return
        if at == len(self._free):
            self._note(taken, self._fixed + room)
            return
        found = self._free[at]
        if self._may_join(found, taken, spend):
            off = whole_discount(found.offer, room, start if found.initial else room)
            if off:
                less = spend - off if at < self._orders else spend
                self._by_total(at + 1, room - off, start, less, (*taken, found))
        self._by_total(at + 1, room, start, spend, taken)

    def _cut(self, bound: int) -> bool:
        self._nodes += 1
        return self._nodes > NODES_MAX or bound > self._best_price

    def _bound_by_lines(self, at: int, amounts: Sequence[int], start: Sequence[int]) -> int:
        room = self._room(amounts)
        most_off = self._most[at] - self._most[self._tail]
        if self._mixed:
            return self._fixed + max(0, room - most_off)
        base = self._room(start) if at >= self._orders else room
        return self._bound_by_total(self._tail, max(0, room - most_off), base)

    def _bound_by_total(self, at: int, room: int, start: int) -> int:
        """All that follow together, as if they all could join: nothing below goes under it.

        Before the order stage `start` is what there was at first, never less than will be then.
        """
        for found in self._free[at:]:
            room -= whole_discount(found.offer, room, start if found.initial else room)
        return self._fixed + room

    def _room(self, amounts: Sequence[int]) -> int:
        return sum(amounts[place] for place in self._goods.discountable)

    def _tail_start(self) -> int:
        """The place from which on every offer is one total on all goods."""
        start = len(self._free)
        while start and not self._mixed and self._free[start - 1].wide:
            start -= 1
        return start

    def _most_from(self) -> list[int]:
        """For every place, the most that the offers from there on could take off together."""
        sums = [0]
        for found in reversed(self._free):
            sums.append(sums[-1] + sum(line_discounts(found, self._gross, self._gross)))
        return sums[::-1]

    def _may_join(self, found: Candidate, taken: Sequence[Candidate], spend: int) -> bool:
        group = found.offer.group
        if group and any(other.offer.group == group for other in taken):
            return False
        return self._affordable(found, taken) and self._holds(found, spend)

    def _affordable(self, found: Candidate, taken: Sequence[Candidate]) -> bool:
        if found.owned is None or found.owned.uses.cost is None:
            return True
        wallet = found.owned.uses.cost[0]
        costs = [one.owned.uses.cost for one in (found, *taken) if one.owned is not None]
        due = sum(cost[1] for cost in costs if cost is not None and cost[0] == wallet)
        return due <= self._budget.get(wallet, 0)

    def _holds(self, found: Candidate, spend: int) -> bool:
        when = found.offer.when
        if not when.measures_spend:
            return True
        measured = spend if found.stage >= Stage.ORDER else self._spend
        return not when.failures(self._context.facts_for(found.offer.by_business_day), measured)

    def _note(self, taken: tuple[Candidate, ...], price: int) -> None:
        if price < self._best_price or (price == self._best_price and self._wins_tie(taken)):
            self._best, self._best_price = taken, price

    def _wins_tie(self, taken: tuple[Candidate, ...]) -> bool:
        ours, theirs = self._deal(taken), self._deal(self._best)
        mine, other = self._earned(ours), self._earned(theirs)
        return (-mine, ours.owned, len(ours.taken), ours.ids) < (
            -other,
            theirs.owned,
            len(theirs.taken),
            theirs.ids,
        )

    def _deal(self, taken: Sequence[Candidate]) -> Deal:
        amounts = start = self._gross
        spend = self._spend
        priced = []
        stage = Stage.LINE
        for found in taken:
            if found.stage is not stage:
                stage, start = found.stage, amounts
            shares = line_discounts(found, amounts, start)
            amounts = _lowered(amounts, found, shares)
            spend -= sum(shares) if stage < Stage.ORDER else 0
            priced.append((found, shares))
        price = self._price(amounts)
        return Deal(tuple(priced), amounts, spend, price, self._nodes <= NODES_MAX)

    def _price(self, amounts: Sequence[int]) -> int:
        """What is compared: the payable. Where tax cannot change the order, the sum will do."""
        total = sum(amounts)
        if not self._mixed:
            return total
        codes = [line.product.tax_class for line in self._goods.lines]
        taxes = tax_lines(amounts, codes, self._goods.keys, self._tax_classes)
        return total + sum(part.added_minor for part in taxes.classes)


def _mixes_added_tax(goods: Goods, tax_classes: Mapping[str, TaxClass]) -> bool:
    """Whether a discount's place matters for the payable: several classes, one of them added."""
    codes = {line.product.tax_class for line in goods.lines}
    found = [tax_classes[code] for code in codes if code in tax_classes]
    return len(codes) > 1 and any(tax.mode is TaxMode.EXCLUSIVE and tax.rate for tax in found)


def _lowered(amounts: Sequence[int], found: Candidate, shares: Sequence[int]) -> tuple[int, ...]:
    lowered = list(amounts)
    for place, share in zip(found.targets, shares, strict=True):
        lowered[place] -= share
    return tuple(lowered)
