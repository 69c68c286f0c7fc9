"""Putting the open basket aside and taking one up again, whichever screen asks.

Shape: `Holding` belongs to the counter; `count` is how many are held. Both acts run on the writer
lane while the basket stands still, so that a scan that comes meanwhile belongs to the basket that
stands afterwards, and a fault leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.held_basket import HeldBasket
from ui.presenters.ports import ToastKind
from ui.presenters.session import Change

if TYPE_CHECKING:
    from posloyalty.services.selling.hold_sale import HeldRow
    from ui.presenters.counter import Counter


class Holding:
    """The held baskets as the counter knows them."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._session = counter.session
        self.count = 0
        self._session.subscribe(self._session_changed)
        if self._session.till_open:
            self.look()

    def look(self) -> None:
        """Ask the book how many are held."""
        till = self._session.till
        self._session.lanes.look_up(
            lambda: len(till.hold.all()), self._counted, self._counter.say_fault
        )

    def hold(self, name: str = "") -> None:
        """Put the open basket aside at once; `name` is what was typed before."""
        sale, operator = self._counter.sale, self._session.operator
        basket = sale.basket
        if basket is None or basket.empty or operator is None or sale.closing:
            self._counter.said("sale.hold_nothing")
            return
        if self._counter.asks_first() or self._exchanging():
            return
        till, total_minor = self._session.till, self._total_minor()

        def held(made: HeldBasket) -> None:
            said = self._counter.words("sale.held", name=self._called(made))
            self._counted(self.count + 1)
            sale.completed()
            self._session.toasts.say(
                said,
                ToastKind.NEWS,
                undo=lambda: self.recall(made.basket.sale_id),
            )

        sale.begin_completing()
        self._session.lanes.write(
            lambda: till.hold.hold(basket, operator, total_minor=total_minor, name=name),
            held,
            self._not_moved,
        )

    def recall(self, sale_id: bytes, done: Callable[[], None] = lambda: None) -> None:
        """Take a held basket up; one that is open is held in its place, so nothing is lost."""
        sale, operator = self._counter.sale, self._session.operator
        if operator is None or sale.closing or self._counter.asks_first() or self._exchanging():
            return
        before, total_minor, till = sale.basket, self._total_minor(), self._session.till
        swapped = before is not None and not before.empty

        def taken(basket: Basket) -> None:
            self._counted(self.count - (0 if swapped else 1))
            sale.taken_up(basket)
            code = "sale.recalled_swapped" if swapped else "sale.recalled"
            self._counter.said(code)
            done()

        sale.begin_completing()
        self._session.lanes.write(
            lambda: till.hold.recall(sale_id, operator, instead_of=before, total_minor=total_minor),
            taken,
            self._not_moved,
        )

    def called(self, row: HeldRow) -> str:
        """What a held basket is called: its name, its member, or its first article."""
        return row.held.name or row.member_name or self._called(row.held)

    def _called(self, held: HeldBasket) -> str:
        if held.name:
            return held.name
        panel = self._counter.sale.panel
        if panel is not None and panel.member.id == held.basket.member_id:
            return panel.member.profile.name
        lines = held.basket.lines
        if not lines:
            return self._counter.words("sale.held_member_only")
        more = len(lines) - 1
        if not more:
            return lines[0].product.name
        return self._counter.words("sale.held_more", name=lines[0].product.name, n=more)

    def _exchanging(self) -> bool:
        """Whether goods come back with the open basket, which then goes nowhere; says so."""
        if self._counter.exchange is not None:
            self._counter.refuse(self._counter.words("sale.exchange_first"))
        return self._counter.exchange is not None

    def _total_minor(self) -> int:
        sale = self._counter.sale
        if sale.quote is not None and sale.fresh:
            return sale.quote.payable_minor
        return sum(line.gross_minor for line in sale.lines)

    def _not_moved(self, fault: Exception) -> None:
        self._counter.sale.not_completed()
        self._counter.say_fault(fault)

    def _counted(self, count: int) -> None:
        self.count = max(0, count)
        self._counter.tell()

    def _session_changed(self, change: Change) -> None:
        if change is Change.TILL:
            self.look()
