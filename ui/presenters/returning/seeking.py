"""What is looked for when goods come back, and the sales that there are to choose from.

Shape: `Seeking` asks the look-up lane, the newest question only; a sale or a proven receipt goes to
`found`, several sales stand in `rows` until one is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.presenters.returning import finding
from ui.presenters.returning.taking import Picked

if TYPE_CHECKING:
    from posloyalty.domain.shop.product import Product
    from posloyalty.services.ports import SaleRow
    from ui.presenters.session import Session


class Seeking:
    """Looks for sales; tells `changed` when the list or the waiting did."""

    def __init__(
        self,
        session: Session,
        *,
        found: Callable[[finding.Single], None],
        changed: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._session = session
        self._tell_found = found
        self._changed = changed
        self._tell_failed = failed
        self._asked = 0
        self.rows: tuple[SaleRow, ...] = ()
        self.at = 0
        self.busy = False

    def forget(self) -> None:
        """Whatever was asked no longer counts."""
        self._asked += 1
        self.rows, self.at, self.busy = (), 0, False

    def text(self, text: str, *, article: bool = False) -> None:
        """By a receipt's code or number, or a member's phone or card; or an article's number."""
        till = self._session.till
        self._ask(lambda: finding.by_text(till, text, article=article))

    def sale(self, sale_id: bytes, *, void: bool = False) -> None:
        """A stored sale, to take goods of it back or to void it."""
        till, open_it = self._session.till, finding.voiding if void else finding.pick
        self._ask(lambda: open_it(till, sale_id))

    def sales_of(self, member_id: bytes) -> None:
        """A member's newest sales, to choose from."""
        till = self._session.till
        self._ask(lambda: till.history.of_member(member_id, limit=finding.CHOICES_MOST))

    def where_bought(
        self,
        member_id: bytes,
        product: Product,
        done: Callable[[tuple[Picked, int] | None], None],
    ) -> None:
        """The newest sale of an article to a member."""
        till = self._session.till
        self._session.lanes.look_up(
            lambda: finding.where_bought(till, member_id, product), done, self._tell_failed
        )

    def move(self, by: int) -> None:
        """The sale above or below."""
        self.at = max(0, min(len(self.rows) - 1, self.at + by))

    def open_chosen(self) -> bool:
        """Open the chosen sale; False when there is none to choose."""
        if self.rows:
            self.sale(self.rows[min(self.at, len(self.rows) - 1)].sale_id)
        return bool(self.rows)

    def _ask(self, job: Callable[[], finding.Found]) -> None:
        self._asked += 1
        asked, self.busy = self._asked, True

        def found(answer: finding.Found) -> None:
            if asked != self._asked:
                return
            self.busy = False
            if isinstance(answer, tuple):
                self.rows, self.at = answer, 0
                self._changed()
            else:
                self._tell_found(answer)

        def failed(fault: Exception) -> None:
            if asked == self._asked:
                self.busy = False
                self._tell_failed(fault)

        self._session.lanes.look_up(job, found, failed)
        self._changed()
