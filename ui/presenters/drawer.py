"""The cash drawer as screens ask for it: after the book is written, and nobody waits for it.

A drawer that does not open stops nobody: the printer's lamp says how the printer is. Opened without
a sale it needs a reason and somebody with the authority, and stands in the journal before it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.deeds import Deed, DeedKind
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.shop.tender import TenderKind
from ui.presenters.approval import ReasonChoice, ask_approval
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.refund import Refund
    from posloyalty.domain.shop.sale import Sale
    from ui.presenters.exchanging import Back

REASONS: Final = tuple(
    ReasonChoice(code, f"approve.reason_{code}") for code in ("change", "count", "other")
)


def open_drawer(session: Session) -> None:
    """Open it."""
    session.lanes.printing(session.till.drawer.open, lambda _: None, lambda _fault: None)


def open_drawer_for(
    session: Session, paper: Sale | Refund, *, back: Back = (), kept: int = 0
) -> None:
    """Open it for a sale or a refund that moved cash. Of an exchange, `back` is what goes back
    beside the sale, and its first `kept` payments are what the goods that came back had brought.
    """
    from posloyalty.services.shifts.drawer import takes_cash

    if takes_cash(paper, kept) or dict(back).get(TenderKind.CASH):
        open_drawer(session)


def open_without_sale(session: Session, failed: Callable[[Exception], None]) -> None:
    """Ask why and who allows it, write that down, then open it; `failed` hears why not."""
    operator = session.operator
    if operator is None:
        return

    def allowed(approval: Approval) -> None:
        deed = Deed(kind=DeedKind.DRAWER_OPENED)
        session.lanes.write(
            lambda: session.till.deeds.note((deed,), operator, approval=approval),
            lambda _: open_drawer(session),
            failed,
        )

    ask_approval(
        session,
        Need(Right.OPEN_DRAWER),
        what=lambda: session.words("approve.drawer"),
        reasons=REASONS,
        done=allowed,
    )
