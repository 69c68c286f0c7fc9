"""The best deal: which legal set of offers leaves the customer the least to pay.

Least payable wins, then most points earned, then the fewest owned things used, then the deal that
takes the earlier offers, in the order in which they apply. Legal: what is exclusive
stands alone, groups, classes and lists of what combines are kept, a minimum spend holds, no piece
of goods is in two groups, and no points are spent twice.

How it stays exact with many offers: what applies before the last stages falls into parts that share
no line and exclude nothing of one another, and each part is searched alone (`deal_branch.py`). The
offers on the whole basket that come last see only what the parts leave together, so that they are
searched on one number (`deal_tail.py`); where one of them has a threshold, other outcomes of the
parts are tried from the lowest on. Where that does not hold, all is one part. After `EFFORT_MAX`
steps the best deal so far is returned, no worse than the greedy one, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, product

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.candidates import Candidate, Stage
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.deal_begin import NOWHERE, Begin
from posloyalty.domain.engine.deal_branch import Branch
from posloyalty.domain.engine.deal_known import known_of
from posloyalty.domain.engine.deal_law import Law
from posloyalty.domain.engine.deal_memo import Memo, Searched
from posloyalty.domain.engine.deal_part_search import PartSearch
from posloyalty.domain.engine.deal_parts import Part, Parts, split
from posloyalty.domain.engine.deal_reckoned import Reckoned
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.deal_tail import Tail
from posloyalty.domain.engine.discount import Pile, given_pieces
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.taken import Deal, Head, Taken
from posloyalty.domain.programme.definition import MinimumOn, OffersWin
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import tax_lines

# Members of an enumeration are looked up in Python each time they are named.
ORDER = Stage.ORDER
NET_OF_ALL = MinimumOn.NET_OF_ALL
EXCLUSIVE = TaxMode.EXCLUSIVE

__all__ = ["BestDeal", "Deal", "mixes_added_tax"]
TIES_MAX = 64
NO_PLAN: Plan = ()
ONLY: Plan = ((0, 1),)
NOTHING_GIVEN: tuple[tuple[int, int], ...] = ()


class BestDeal:
    """One search. `earned` tells the points of a deal; it is asked only when prices tie, and not at
    all where `uniform` says that the same price earns the same. `budget` is what may be spent on
    rewards, by wallet. Searches of one evaluation share a `memo`, and may begin with the deal that
    another found, `begin`; `effort` bounds this one.
    """

    def __init__(
        self,
        context: Context,
        candidates: Sequence[Candidate],
        *,
        tax_classes: Mapping[str, TaxClass],
        earned: Callable[[Deal], int],
        budget: Mapping[str, int],
        uniform: bool = False,
        mixed: bool | None = None,
        effort: Effort | None = None,
        memo: Memo | None = None,
        begin: Begin = NOWHERE,
    ) -> None:
        self._context = context
        self._goods = context.goods
        self._earned = earned
        self._tax_classes = tax_classes
        self._policies = context.programme.policies
        self._mixed = mixes_added_tax(context.goods, tax_classes) if mixed is None else mixed
        self._alone = [found for found in candidates if found.offer.exclusive]
        together = [found for found in candidates if not found.offer.exclusive]
        self._table = Table(context, together, budget)
        self._law = Law(self._table)
        self._budget = budget
        # Where tax is added at several rates one payable is several sums of shown prices.
        self._uniform = uniform and not self._mixed
        self._ties = not self._uniform or any(found.owned is not None for found in candidates)
        self._effort = Effort(deal_table.EFFORT_MAX) if effort is None else effort
        self._memo = Memo() if memo is None else memo
        self._begin = begin
        self._search = PartSearch(self._table, self._effort, uniform=self._uniform, begin=begin)
        self._reckoned = Reckoned(self._table)
        self._head: Head | None = None

    def find(self) -> Deal:
        """Search; the answer is a legal deal, the best one when it says that it is complete."""
        if self._policies.offers_win is not OffersWin.BEST_DEAL:
            return self._by_priority()
        return self._beside_alone(self._together())

    def find_after(self, head: Head) -> Deal | None:
        """The same after what corners take off, where all others that may stand together are about
        the whole basket; None where they are not, or where more of less would be better. Of deals
        of one price any is found where things are owned.
        """
        table = self._table
        whole = all(found.wide and found.stage >= ORDER for found in table.candidates)
        if not whole or self._mixed or self._law.whole or table.most_offers or not self._uniform:
            return None
        self._head = head
        tail = Tail(table, range(len(table.candidates)), self._effort)
        plans = tail.join([NO_PLAN], head.off_minor, None)
        return None if plans is None else self._beside_alone(plans)

    def _beside_alone(self, plans: Sequence[Plan]) -> Deal:
        """The best of some plans, and of what has to stand alone."""
        best = self._best_of([self._deal(self._table, plan) for plan in plans])
        gross = sum(self._goods.gross)
        for found in self._alone:
            if not self._mixed and gross - found.worth > best.payable_minor:
                continue
            table = Table(self._context, [found], self._budget)
            plans = [ONLY] if self._at_sight(table) else self._branch(table, (0,)).run()
            best = self._best_of([best, *(self._deal(table, plan) for plan in plans if plan)])
        return Deal(
            best.taken,
            best.amounts,
            best.spend_minor,
            best.payable_minor,
            complete=self._effort.complete,
        )

    def _at_sight(self, table: Table) -> bool:
        """Whether a candidate that stands alone takes off what it is worth, and may."""
        found = table.candidates[0]
        if self._mixed or table.most_offers or not (table.plain[0] and found.owned is None):
            return False
        if found.on_spend and table.minimum is NET_OF_ALL:
            return False
        return not found.on_spend or table.met(found, table.gross)

    def _together(self) -> list[Plan]:
        """The best plans of what may stand together."""
        table = self._table
        if not table.candidates:
            return [()]
        every = range(len(table.candidates))
        whole = (
            self._mixed
            or self._law.whole
            or (table.most_offers and table.most_offers < len(table.candidates))
        )
        parts = None if whole else split(table)
        if parts is None:
            return self._branch(table, every).run()
        return self._by_parts(parts)

    def _by_parts(self, parts: Parts) -> list[Plan]:
        """Each part by itself, then what is about the whole basket."""
        table = self._table
        tail = Tail(table, parts.tail, self._effort, ties=self._ties)
        best: list[list[Plan]] = []
        beside: list[list[Plan]] = []
        taken_off = 0
        for part in parts.parts:
            found = self._searched(part)
            self._reckoned.add(part, found.offs)
            if part.fees:
                beside.append(found.plans)
                continue
            best.append(found.plans)
            taken_off += found.off_minor
        plans = tail.join(
            _joined(best),
            taken_off,
            lambda: [self._search.outcomes(part) for part in parts.parts if not part.fees],
        )
        assert plans is not None  # all parts could be asked
        return _joined([plans, *beside]) if beside else plans

    def _searched(self, part: Part) -> Searched:
        """The best plans of a part, from the memo where an earlier search had it."""
        single = self._search.at_sight(part)
        if single is not None:
            return single
        found = self._memo.find(self._table, part, self._effort)
        if found is None:
            found = self._of_known(part)
            self._memo.keep(self._table, part, found)
        return found

    def _of_known(self, part: Part) -> Searched:
        """The same, from what earlier sales have found where one had this very part."""
        known = known_of(self._context.programme)
        ties = self._search.ties_in(part.places)
        key = None if self._begin else known.key(self._table, part, ties=ties)
        found = None if key is None else known.find(key, part, self._effort)
        if found is not None:
            return found
        before = self._effort.left
        found = self._search.anew(part)
        if key is not None and not found.cut:
            known.keep(key, part, found, before - self._effort.left)
        return found

    def _branch(self, table: Table, places: Sequence[int]) -> Branch:
        law = self._law if table is self._table else Law(table)
        lines = range(len(self._goods.lines))
        return Branch(
            table,
            places,
            lines,
            self._effort,
            price=self._price,
            check=law.holds if law.asked else None,
            ties=self._ties,
            mixed=self._mixed,
            begin=self._begin,
        )

    def _by_priority(self) -> Deal:
        """Every offer in its order, if it may still join what was taken before it."""
        every = [*self._table.candidates, *self._alone]
        table = Table(self._context, every, self._budget) if self._alone else self._table
        law = Law(table)
        taken: Plan = ()
        pile, start, spend, stage, blocked = table.first, table.first.amounts, table.gross, -1, 0
        for place, found in enumerate(table.candidates):
            if table.stages[place] != stage:
                stage, start = table.stages[place], pile.amounts
            if blocked >> place & 1 or not table.affordable(place, taken):
                continue
            if found.offer.exclusive and taken:
                continue
            # Fewer times it may leave the minimum spend that it asks for, or fit into a limit. What
            # gives all or nothing may give nothing for too few groups as well as for too many.
            whole = found.whole_or_nothing
            most = table.times(place, pile) if whole else _most_that_give(table, place, pile, start)
            fewer = found.gift or found.whole_or_nothing or law.asked
            for times in range(most, 0 if fewer else most - 1, -1):
                off = table.off(place, pile, start, times)
                joined = (*taken, (place, times))
                holds = off.total and table.holds(place, spend, off)
                if holds and not (law.asked and not law.holds(joined, off.pile)):
                    break
            else:
                continue
            taken, pile = joined, off.pile
            blocked |= table.masks[place]
            spend -= off.total if table.lower(place) else 0
            if found.offer.exclusive:
                break
        return self._deal(table, taken)

    def _best_of(self, deals: Sequence[Deal]) -> Deal:
        """The best of some deals; of equal ones the first."""
        least = min(deal.payable_minor for deal in deals)
        equal = [deal for deal in deals if deal.payable_minor == least]
        if len(equal) == 1:
            return equal[0]
        if not self._ties:
            return min(equal, key=self._rank)
        return min(equal, key=lambda deal: (-self._earned(deal), deal.owned, self._rank(deal)))

    def _rank(self, deal: Deal) -> tuple[tuple[int, int, str, int], ...]:
        """Earlier candidates first, more groups first; what goes on beats what has ended."""
        order = self._table.order
        taken = [(*order(one.found), -one.times) for one in deal.taken]
        return (*taken, (9, 0, "", 0))

    def _deal(self, table: Table, plan: Plan) -> Deal:
        """The deal of a plan, with the discounts that a search of its parts has reckoned."""
        pile, start, spend, stage = table.first, table.first.amounts, table.gross, -1
        # What is given is looked for in the very pile that it was taken from.
        known = self._reckoned.steps(plan) if table is self._table and not table.gifts else []
        amounts = list(pile.amounts)
        if known:
            pile = Pile(())  # what comes after the parts looks at no pieces
        taken: list[Taken] = []
        if self._head is not None and table is self._table:
            taken, amounts, pile = list(self._head.taken), list(self._head.amounts), Pile(())
            spend -= self._head.off_minor
        for place, times in plan:
            found = table.candidates[place]
            targets, given = found.targets, NOTHING_GIVEN
            if len(taken) < len(known):
                off = known[len(taken)]
            else:
                if table.stages[place] != stage:
                    stage, start = table.stages[place], tuple(amounts)
                off = table.off(place, pile._replace(amounts=tuple(amounts)), start, times)
                given = given_pieces(found, pile, times) if found.gift else ()
                pile = off.pile
            before = sum([amounts[target] for target in targets])
            if pile is off.pile:
                amounts = list(pile.amounts)
            else:
                for target, share in zip(targets, off.shares, strict=True):
                    amounts[target] -= share
            taken.append(Taken(found, targets, times, off.shares, before, given))
            spend -= off.total if found.stage < ORDER and not found.fee else 0
        left = tuple(amounts)
        return Deal(tuple(taken), left, spend, self._price(Pile(left)), complete=True)

    def _price(self, pile: Pile) -> int:
        """What is compared: the payable. Where tax cannot change the order, the sum will do."""
        total = sum(pile.amounts)
        if not self._mixed:
            return total
        codes = [line.product.tax_class for line in self._goods.lines]
        taxes = tax_lines(pile.amounts, codes, self._goods.keys, self._tax_classes)
        return total + sum(part.added_minor for part in taxes.classes)


def _joined(parts: Sequence[Sequence[Plan]]) -> list[Plan]:
    """Plans of several parts as plans of all of them, in order."""
    every = islice(product(*parts), TIES_MAX)
    return [tuple(sorted([step for plan in found for step in plan])) for found in every]


def _most_that_give(table: Table, place: int, pile: Pile, start: Sequence[int]) -> int:
    """The most groups of a candidate that take something off together; 0 for none.

    A bundle takes the dearest goods first, so that each further one saves less: where all that fit
    come to more than their goods, those up to some number do not.
    """
    most = table.times(place, pile)
    if most < 2 or table.off(place, pile, start, most).total:
        return most
    gives, too_many = 0, most
    while too_many - gives > 1:
        middle = (gives + too_many) // 2
        if table.off(place, pile, start, middle).total:
            gives = middle
        else:
            too_many = middle
    return gives


def mixes_added_tax(goods: Goods, tax_classes: Mapping[str, TaxClass]) -> bool:
    """Whether a discount's place matters for the payable: several classes, one of them added."""
    codes = {line.product.tax_class for line in goods.lines}
    found = [tax_classes[code] for code in codes if code in tax_classes]
    return len(codes) > 1 and any(tax.mode is EXCLUSIVE and tax.rate for tax in found)
