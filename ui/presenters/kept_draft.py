"""The open basket is kept as a draft after every change: the newest in place of those that wait."""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.basket import Basket
from ui.presenters.newest import NewestOnly
from ui.presenters.session import Session

Kept = tuple[Basket, bytes] | None
"""A basket and whose it is, or nothing: an empty basket is no draft."""


class KeptDraft:
    """Keeps the open basket on the writing lane; what goes wrong is told to `failed`."""

    def __init__(self, session: Session, failed: Callable[[Exception], None]) -> None:
        self._session = session
        self._keeping = NewestOnly[Kept, None](
            session.lanes.write, job=self._write, done=lambda _q, _a: None, failed=failed
        )

    def keep(self, basket: Basket) -> None:
        """Keep a basket, or drop the draft of an empty one; nobody signed in keeps nothing."""
        operator = self._session.operator
        if operator is not None:
            self._keeping.ask(None if basket.empty else (basket, operator.id))

    def forget(self) -> None:
        """Nothing that still waits is written: the basket is being booked or held."""
        self._keeping.forget()

    def load(self, came: Callable[[Kept], None], failed: Callable[[Exception], None]) -> None:
        """Read what was kept when the program ended."""
        self._session.lanes.look_up(self._session.till.drafts.load, came, failed)

    def _write(self, kept: Kept) -> None:
        drafts = self._session.till.drafts
        if kept is None:
            drafts.drop()
        else:
            drafts.keep(*kept)
