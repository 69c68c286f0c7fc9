"""The till asks head office about a member's card that it cannot decide about by itself: one whose
key it has not heard of, or whose till was lost, or whose member it does not know.

Shape: `ask(text)` is one request of two seconds at most, and so belongs on a lane of its own. What
head office says of the key and of the member is kept, so the card is known from then on, also out
of reach; how it stands with whoever made it is handed back to whoever scanned it
(`RecogniseScan.recognise`).

About a member's code of now it always asks, since head office alone has the keys, and once: head
office takes a code once, and the next one is good in 15 s. Of the code nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from posloyalty.services.office.hear_card_keys import believed, keep
from posloyalty.services.office.heard_items import HeardItems
from posloyalty.services.office.own_link import own_link
from posloyalty.services.ports import Book, Ids
from posloyalty.services.ports.head_office import Connect, OutOfReach
from posloyalty.sync.wire.card_keys import BadKey, CardAsk, Standing
from posloyalty.sync.wire.messages import Problem

if TYPE_CHECKING:
    from posloyalty.services.ports import UnitOfWork
    from posloyalty.sync.wire.phone_codes import PhoneStanding
    from posloyalty.sync.wire.profiles import Item


class _Asks:
    """What both ask by. `changed` is told after members' records changed."""

    def __init__(
        self, *, book: Book, ids: Ids, connect: Connect, changed: Callable[[], None]
    ) -> None:
        self._book = book
        self._items = HeardItems(ids)
        self._connect = connect
        self._changed = changed

    def _keep(self, items: Sequence[Item], keeps: Callable[[UnitOfWork], None]) -> None:
        """Whoever head office told of is in the book from now on."""
        with self._book.write() as unit:
            keeps(unit)
            new = self._items.put(unit, items)
            unit.commit()
        if new:
            self._changed()


class AskAboutCard(_Asks):
    """Asks about a card."""

    def ask(self, token: str) -> Standing | None:
        """How it stands with whoever made a card; None where nobody says so now."""
        found = own_link(self._book, self._connect)
        if found is None:
            return None
        facts, link = found
        try:
            said = link.card(CardAsk(token=token))
            if isinstance(said, Problem):
                return None
            signer = None if said.key is None else believed(said.key, facts)
        except (OutOfReach, BadKey):
            return None
        finally:
            link.close()

        def keeps(unit: UnitOfWork) -> None:
            if signer is not None and said.key is not None:
                keep(unit, signer, said.key)

        self._keep(said.items, keeps)
        return said.standing


class AskAboutPhone(_Asks):
    """Asks about a phone code."""

    def ask(self, code: str) -> PhoneStanding | None:
        """How it stands with a code; None where nobody says so now."""
        # Late: a till begins to sell without, and most shops never see one.
        from posloyalty.sync.wire.phone_codes import PhoneCodeAsk

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
            self._keep(said.items, lambda _unit: None)
        return said.standing
