"""Writing the deeds of the open sale down as they happen, whatever becomes of the sale.

`DeedNotes` looks at the basket before and after a change, so no way of changing it can forget one;
what it finds goes to the writer's lane at once, before any draft or sale that follows.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.deeds import Deed, deeds_between, undone
from ui.presenters.session import Session


class DeedNotes:
    """Notes for one window; `fault` hears what could not be written."""

    def __init__(self, session: Session, fault: Callable[[Exception], None]) -> None:
        self._session = session
        self._fault = fault

    def changed(self, before: Basket, after: Basket, approval: Approval | None) -> None:
        """The basket became another one, by who is signed in and who approved it."""
        self._write(before, deeds_between(before, after), approval)

    def undone(self, before: Basket, after: Basket) -> None:
        """Undo went from a basket to the one before it."""
        self._write(before, undone(before, after), None)

    def _write(self, basket: Basket, deeds: tuple[Deed, ...], approval: Approval | None) -> None:
        operator = self._session.operator
        if not deeds or operator is None:
            return
        till, sale_id = self._session.till, basket.sale_id
        self._session.lanes.write(
            lambda: till.deeds.note(deeds, operator, approval=approval, sale_id=sale_id),
            lambda _none: None,
            self._fault,
        )
