"""The till asks head office about a member's code of now, which it cannot decide about by itself.

Shape: `ask(text)` is one request of two seconds at most, and so belongs on a lane of its own. It is
not asked again by itself: head office takes a code once, and the next one is good in 15 s. Whose
code was good is in the book from then on; of the code nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.services.office.heard_items import HeardItems
from posloyalty.services.office.own_link import own_link
from posloyalty.services.ports import Book, Ids
from posloyalty.services.ports.head_office import Connect, OutOfReach
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.phone_codes import PhoneCodeAsk, PhoneStanding


class AskAboutPhone:
    """Asks. `changed` is told after members' records changed."""

    def __init__(
        self, *, book: Book, ids: Ids, connect: Connect, changed: Callable[[], None]
    ) -> None:
        self._book = book
        self._items = HeardItems(ids)
        self._connect = connect
        self._changed = changed

    def ask(self, code: str) -> PhoneStanding | None:
        """How it stands with a code; None where nobody says so now."""
        found = own_link(self._book, self._connect)
        if found is None:
            return None
        _, link = found
        try:
            said = link.phone_code(PhoneCodeAsk(code=code))
        except OutOfReach:
            return None
        finally:
            link.close()
        if isinstance(said, Problem):
            return None
        if said.items:
            with self._book.write() as unit:
                new = self._items.put(unit, said.items)
                unit.commit()
            if new:
                self._changed()
        return said.standing
