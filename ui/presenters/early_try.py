"""A PIN that is tried before the till's services are there.

The front door may vouch for it at once; whatever it says is told when the services have come, and
not before: the door counts no wrong PINs, so that an earlier word would let somebody guess, end the
program and guess again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator

Settled = Callable[["Operator | None"], None]


class EarlyTry:
    """At most one, until the services are there."""

    def __init__(self, session: Session, settled: Settled) -> None:
        """`settled` hears whom the door vouched for; None leaves the PIN to the services."""
        self._session = session
        self._settled = settled
        self._waiting: object | None = None
        self._answered = False
        self._vouched: Operator | None = None

    def ask(self, operator_id: bytes, pin: str) -> None:
        """Ask the front door, on the look-up lane."""
        front, waiting = self._session.front, object()
        self._waiting, self._answered = waiting, False

        def answered(operator: Operator | None) -> None:
            if self._waiting is waiting:
                self._answered, self._vouched = True, operator
                self.services_came()

        self._session.lanes.look_up(
            lambda: None if front is None else front.vouch(operator_id, pin),
            answered,
            lambda _fault: answered(None),
        )

    def services_came(self) -> None:
        """Tell the answer, once it and the services are both there."""
        if self._waiting is not None and self._answered and self._session.till_open:
            vouched = self._vouched
            self.forget()
            self._settled(vouched)

    def forget(self) -> bool:
        """Nobody waits for the answer any more; whether somebody did."""
        waited = self._waiting is not None
        self._waiting = self._vouched = None
        return waited
