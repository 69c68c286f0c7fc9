"""Writing the deeds of the open sale down as they happen, whatever becomes of the sale.

`DeedNotes` looks at the basket before and after a change, so no way of changing it can forget one;
what it finds goes to the writer's lane at once, before any draft or sale that follows.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.deeds import WHAT_MOST, Deed, DeedKind, deeds_between, undone
from ui.presenters.session import Session


class DeedNotes:
    """Notes for one window; `fault` hears what could not be written."""

    def __init__(self, session: Session, fault: Callable[[Exception], None]) -> None:
        self._session = session
        self._fault = fault

    def changed(self, before: Basket, after: Basket, approval: Approval | None) -> None:
        """The basket became another one, by who is signed in and who approved it."""
        self._write(before.sale_id, deeds_between(before, after), approval)

    def undone(self, before: Basket, after: Basket) -> None:
        """Undo went from a basket to the one before it."""
        self._write(before.sale_id, undone(before, after), None)

    def unknown_scanned(self, basket: Basket | None, code: str) -> None:
        """A code that no article has was scanned, for goods whose price is typed."""
        deed = Deed(kind=DeedKind.UNKNOWN_SCANNED, what=code[:WHAT_MOST])
        self._write(None if basket is None else basket.sale_id, (deed,), None)

    def _write(
        self, sale_id: bytes | None, deeds: tuple[Deed, ...], approval: Approval | None
    ) -> None:
        operator = self._session.operator
        if not deeds or operator is None:
            return
        till = self._session.till
        self._session.lanes.write(
            lambda: till.deeds.note(deeds, operator, approval=approval, sale_id=sale_id),
            lambda _none: None,
            self._fault,
        )
