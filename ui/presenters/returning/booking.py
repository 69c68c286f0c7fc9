"""Books a return: what goes back to cards and wallets is given by the terminal first.

Shape: `start(...)` asks head office whether another till took the goods back already, has the money
given back (`MoneyBack`) and books the return with the terminal's references. What head office says
no to, or the terminal does not do, books nothing, and starting again goes on there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.refund import Refund
from ui.presenters.counter import Counter
from ui.presenters.money_back import MoneyBack, References
from ui.presenters.reserving import asked_first, return_held
from ui.presenters.returning import acts
from ui.presenters.returning.taking import Picked, Taking
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.lending.reserve_for_sale import Reservation
    from posloyalty.services.returning.build_refund import RefundPreview


class Booking:
    """One return at a time. `changed` is told when it begins, asks and ends."""

    def __init__(
        self,
        session: Session,
        counter: Counter,
        *,
        booked: Callable[[Refund], None],
        failed: Callable[[Exception], None],
        changed: Callable[[], None],
    ) -> None:
        self._session = session
        self._booked = booked
        self._failed = failed
        self._changed = changed
        self._money = MoneyBack(session, counter, stopped=self._stopped, failed=self._broken)
        self.busy = False

    @property
    def asking(self) -> bool:
        """Whether the terminal is asked."""
        return self._money.asking

    @property
    def declined(self) -> bool:
        """Whether the terminal would not give the money back."""
        return self._money.declined is not None

    def forget(self) -> None:
        """Another return, or another sum: what was declined is no matter any more."""
        self._money.forget()

    def start(self, taking: Taking, preview: RefundPreview, approver: Operator) -> None:
        """Give the money back and book it."""
        self.ask(taking, lambda: self._give(taking, preview, approver))

    def ask(self, taking: Taking, lent: Callable[[], None]) -> None:
        """Have head office asked for the goods; `lent` goes on unless another till has them."""
        if self.busy or self._session.operator is None:
            return
        self.busy = True
        till = self._session.till

        def answered(found: Reservation | None) -> None:
            self.busy = False
            if found is not None and found.short:
                self._broken(return_held(found))
            else:
                lent()

        asked_first(self._session, lambda: acts.reserve(till, taking), answered)
        self._changed()

    def _give(self, taking: Taking, preview: RefundPreview, approver: Operator) -> None:
        self.busy = True

        def given_back(references: References) -> None:
            self._write(taking, preview, approver, references)

        if isinstance(taking.goods, Picked):
            sale = acts.sale_of(taking)
            self._money.give(sale.id, sale.currency, preview.quote.tenders, given_back)
        else:
            given_back(())
        self._changed()

    def start_by_hand(self, taking: Taking, preview: RefundPreview, approver: Operator) -> None:
        """Book it: somebody gave the money back otherwise, and answers for that."""
        if not self.busy and self._session.operator is not None:
            self.busy = True
            self._money.forget()
            self._write(taking, preview, approver, ())
            self._changed()

    def _write(
        self, taking: Taking, preview: RefundPreview, approver: Operator, references: References
    ) -> None:
        till, operator = self._session.till, self._session.operator
        if operator is None:
            self._stopped()
            return
        self._session.lanes.write(
            lambda: acts.book(
                till, taking, preview.quote, operator, approver, references=references
            ),
            self._done,
            self._broken,
        )

    def _done(self, refund: Refund) -> None:
        self.busy = False
        self._booked(refund)

    def _stopped(self) -> None:
        self.busy = False
        self._changed()

    def _broken(self, fault: Exception) -> None:
        self.busy = False
        self._failed(fault)
