"""The cash drawer: it hangs on the receipt printer, which opens it with a command of its own.

Shape: `open()` sends the command once and tells what became of it. It is asked on the print lane
only, after whatever it is opened for is on disk. A shop without a printer has no drawer to open.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.papers.receipt_printer import PrintResult, ReceiptPrinter


class Drawer:
    """The drawer of this till. `kick` makes the bytes that open it, in turn and at once."""

    def __init__(
        self, printer: Callable[[], ReceiptPrinter], kick: Callable[[], tuple[bytes, bytes]]
    ) -> None:
        self._printer = printer
        self._kick = kick

    def open(self) -> PrintResult:
        """Open it, also while the printer has no paper; never raises for what a printer does. Where
        there is no printer nothing is sent, and the state says NONE.
        """
        return self._printer().kick(*self._kick())


def takes_cash(paper: Sale | Refund, kept: int = 0) -> bool:
    """Whether a sale or a refund moved cash, so that the drawer opens for it: less than a coin is
    none, and the first `kept` payments are money that was in the drawer before.
    """
    moved = (one for one in paper.tenders if one.number > kept and one.given_minor)
    return any(one.kind is TenderKind.CASH for one in moved)
