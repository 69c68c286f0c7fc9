"""The cash drawer as screens ask for it: after the book is written, and nobody waits for it.

A drawer that does not open stops nobody: the printer's lamp says how the printer is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.refund import Refund
    from posloyalty.domain.shop.sale import Sale


def open_drawer(session: Session) -> None:
    """Open it."""
    session.lanes.printing(session.till.drawer.open, lambda _: None, lambda _fault: None)


def open_drawer_for(session: Session, paper: Sale | Refund) -> None:
    """Open it for a sale or a refund that moved cash."""
    from posloyalty.services.drawer import takes_cash

    if takes_cash(paper):
        open_drawer(session)
