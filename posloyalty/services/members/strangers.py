"""Members who stand on the roll and whom nobody met at this till: they come into the book when
somebody does.

Shape: `by` says who is found by an identifier; `take_in` puts one into the book, as if the feed had
told of them just now, which takes some milliseconds once in a member's life at this till. From then
on they are a member like any other, whose points head office is asked for.

While a till hears of its members the feed may bring somebody between a question to the book and one
to the roll. So what is answered is not who was new, but whether the book is worth asking again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.services.office.heard_items import HeardItems
from posloyalty.services.ports import Book, Ids, Reader, UnitOfWork
from posloyalty.services.ports.roll import RollReads

MOST: Final = 50
"""Members who share a phone number and are looked at."""


class Strangers:
    """Whom the roll has and the book has not. From any lane; `take_in` never inside a
    transaction.
    """

    def __init__(
        self, book: Book, ids: Ids, *, roll: RollReads, changed: Callable[[], None]
    ) -> None:
        self._book = book
        self._items = HeardItems(ids)
        self._roll = roll
        self._changed = changed

    def by(
        self, reader: Reader | UnitOfWork, kind: IdentifierKind, value: str
    ) -> tuple[bytes, ...]:
        """Those who are found by exactly this value. Of whom the book has it says more itself."""
        found = self._roll.by_identifier(kind, value)[:MOST]
        known = reader.members.known(found) if found else frozenset()
        return tuple(one for one in found if one not in known)

    def take_in(self, member_id: bytes) -> bool:
        """Put a member into the book; whether they are in it now, whoever put them there."""
        item = self._roll.item(member_id)
        if item is None:
            return False
        with self._book.write() as unit:
            if unit.members.known([member_id]):
                return True
            if not self._items.put(unit, (item,)):
                return False
            unit.commit()
        self._changed()
        return True

    def take_in_by(self, kind: IdentifierKind, value: str) -> bool:
        """Put whoever is found by this value into the book; whether anybody of them is in it now.

        Of whom the book knows it may say another number by now: whoever asks it again sees.
        """
        with self._book.read() as reader:
            found = self._roll.by_identifier(kind, value)[:MOST]
            known = reader.members.known(found) if found else frozenset()
        taken = [self.take_in(one) for one in found if one not in known]
        return bool(known) or any(taken)
