"""A scanned receipt of nobody's, and the member who brought it: offered to be claimed.

Shape: `ReceiptClaims.scanned(code, otherwise)` looks whether the sale's member could claim the
receipt, and opens the sheet at it; `otherwise` is what a receipt is for where nothing is to claim.
One that was scanned before anybody was in the sale waits for the member who joins or is found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.ports import Sheet

if TYPE_CHECKING:
    from ui.presenters.counter import Counter

# What is usual of a receipt, and no news to whoever scans it for something else.
USUAL: Final = frozenset({"NO_CLAIMS", "CLAIM_HAS_MEMBER", "CLAIM_NOTHING_LEFT"})
CODE: Final = "LR1:"


class ReceiptClaims:
    """The receipt that waits, for one sale. `in_front` says whether the sale screen is."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.declared = False
        self.in_front = False
        self._waits = ""
        self._sale_id = b""

    def scanned(self, code: str, otherwise: Callable[[], None]) -> None:
        """A receipt's code was scanned."""
        basket = self._counter.sale.basket
        if not self.declared or not code.startswith(CODE) or basket is None:
            otherwise()
        elif basket.member_id is None:
            self._waits, self._sale_id = code, basket.sale_id
            otherwise()
        else:
            self._look(code, basket.member_id, otherwise)

    def follow(self) -> None:
        """The sale changed, or its screen came to the front: a member may be there now."""
        basket = self._counter.sale.basket
        if not self._waits or basket is None:
            return
        if basket.sale_id != self._sale_id:
            self._waits = ""
        elif basket.member_id is not None and self.in_front:
            code, self._waits = self._waits, ""
            self._look(code, basket.member_id, lambda: None)

    def _look(self, code: str, member_id: bytes, otherwise: Callable[[], None]) -> None:
        counter, claims = self._counter, self._counter.session.till.claims

        def can(_view: object) -> None:
            counter.session.navigator.open_sheet(Sheet.DOINGS, receipt=code, wanted="receipt")

        def cannot(fault: Exception) -> None:
            if not isinstance(fault, ServiceRefusal) or fault.reason not in USUAL:
                counter.say_fault(fault)
            otherwise()

        counter.session.lanes.look_up(lambda: claims.preview(code, member_id), can, cannot)
