"""The till asks head office about a member's card that it cannot decide about by itself: one whose
key it has not heard of, or whose till was lost, or whose member it does not know.

Shape: `ask(text)` is one request of two seconds at most, and so belongs on a lane of its own. What
head office says of the key and of the member is kept, so the card is known from then on, also out
of reach; how it stands with whoever made it is handed back to whoever scanned it
(`RecogniseScan.recognise`).
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.services.office.hear_card_keys import believed, keep
from posloyalty.services.office.heard_items import HeardItems
from posloyalty.services.office.own_link import own_link
from posloyalty.services.ports import Book, Ids
from posloyalty.services.ports.head_office import Connect, OutOfReach
from posloyalty.sync.wire.card_keys import BadKey, CardAsk, Standing
from posloyalty.sync.wire.messages import Problem


class AskAboutCard:
    """Asks. `changed` is told after members' records changed."""

    def __init__(
        self, *, book: Book, ids: Ids, connect: Connect, changed: Callable[[], None]
    ) -> None:
        self._book = book
        self._items = HeardItems(ids)
        self._connect = connect
        self._changed = changed

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
        with self._book.write() as unit:
            if signer is not None and said.key is not None:
                keep(unit, signer, said.key)
            new = self._items.put(unit, said.items)
            unit.commit()
        if new:
            self._changed()
        return said.standing
