"""The till asks head office about a number or card that nobody here has.

Shape: `ask(whom)` is one request of two seconds at most, and so belongs on a lane of its own, where
one question follows the other. Whoever is found is in the book from then on, as if the feed had
told of them just now. `asks(whom)` says beforehand, from any thread and at once, whether there is
anybody to ask: out of reach nobody is asked, and for one value once a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from posloyalty.domain.members.member import Identifier, IdentifierKind
from posloyalty.services.office.heard_items import HeardItems
from posloyalty.services.office.own_link import own_link
from posloyalty.services.ports import Book, Clock, Ids
from posloyalty.services.ports.head_office import Connect, OutOfReach
from posloyalty.sync.wire.found_members import By, MemberAsk
from posloyalty.sync.wire.messages import Problem

AGAIN_MS: Final = 60_000
"""So soon head office is not asked for one value again."""
REMEMBERED_MOST: Final = 100
_BY: Final = {
    IdentifierKind.CARD: By.CARD,
    IdentifierKind.PHONE: By.PHONE,
    IdentifierKind.EMAIL: By.EMAIL,
    IdentifierKind.FOREIGN: By.FOREIGN,
}


class AskAboutMember:
    """Asks. `in_reach` says whether head office answered lately; `changed` is told after members'
    records changed.
    """

    def __init__(
        self,
        *,
        book: Book,
        clock: Clock,
        ids: Ids,
        connect: Connect,
        in_reach: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        self._book = book
        self._clock = clock
        self._items = HeardItems(ids)
        self._connect = connect
        self._in_reach = in_reach
        self._changed = changed
        self._asked: dict[Identifier, int] = {}

    def asks(self, whom: Identifier) -> bool:
        """Whether it would be asked for now."""
        at_ms = self._asked.get(whom)
        lately = at_ms is not None and self._clock.monotonic_ms() - at_ms < AGAIN_MS
        return not lately and whom.kind in _BY and self._in_reach()

    def ask(self, whom: Identifier) -> bool:
        """Ask whose it is; whether there is somebody, who is in the book now."""
        if not self.asks(whom):
            return False
        self._remember(whom)
        found = own_link(self._book, self._connect)
        if found is None:
            return False
        _, link = found
        try:
            said = link.member(MemberAsk(by=_BY[whom.kind], value=whom.value))
        except OutOfReach:
            return False
        finally:
            link.close()
        if isinstance(said, Problem) or not said.items:
            return False
        with self._book.write() as unit:
            new = self._items.put(unit, said.items)
            unit.commit()
        if new:
            self._changed()
        return any(item.record is not None for item in said.items)

    def _remember(self, whom: Identifier) -> None:
        self._asked.pop(whom, None)
        self._asked[whom] = self._clock.monotonic_ms()
        if len(self._asked) > REMEMBERED_MOST:
            del self._asked[next(iter(self._asked))]
