"""Asking for an approval: who is signed in may act alone, or somebody comes to the till.

`ask_approval` is all that a screen needs. It answers `done(Approval)` at once where the operator's
own authority is enough and no reason is wanted; otherwise the sheet asks, over the screen, and
answers once: `done`, or `left` when it is closed without an approval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.domain.shop.authority import Approval, Authority, Need
from ui.presenters.ports import Sheet
from ui.presenters.session import Session

_DECIMALS_BEFORE_OPENING = 2
WHY = "approve.title_reason"


@dataclass(frozen=True, slots=True)
class ReasonChoice:
    """A reason to choose: its code as it is kept, and the wording code of its button."""

    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked. `what` words it anew in the language of the moment; `title` is the code of
    what stands over the reasons.
    """

    need: Need
    what: Callable[[], str]
    reasons: tuple[ReasonChoice, ...]
    done: Callable[[Approval], None]
    left: Callable[[], None]
    title: str = WHY


def authority_of(session: Session) -> Authority:
    """How far each role's rights go in this shop."""
    shop = session.shop
    return Authority.usual(_DECIMALS_BEFORE_OPENING) if shop is None else shop.authority


def may_alone(session: Session, need: Need) -> bool:
    """Whether who is signed in may do it without anybody else."""
    operator = session.operator
    return operator is not None and authority_of(session).permits(operator, need)


def ask_approval(
    session: Session,
    need: Need,
    *,
    what: Callable[[], str],
    done: Callable[[Approval], None],
    reasons: tuple[ReasonChoice, ...] = (),
    left: Callable[[], None] = lambda: None,
    title: str = WHY,
) -> None:
    """Have somebody answer for an act: `what` says which, `reasons` are offered as buttons.

    Call it from a screen or a sheet; an open sheet makes room for this one. `done` is called on the
    GUI thread after the sheet has closed.
    """
    operator = session.operator
    if operator is not None and not reasons and may_alone(session, need):
        done(Approval(operator))
        return
    asked = Asked(need=need, what=what, reasons=reasons, done=done, left=left, title=title)
    session.navigator.open_sheet(Sheet.APPROVE, asked=asked)
